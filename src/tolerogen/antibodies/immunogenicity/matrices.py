"""How well a 9-mer sits in the groove of an HLA-DR molecule: TEPITOPEpan's matrices.

Eight DRB1 alleles that stand for the supertypes of most people (Southwood 1998,
doi:10.4049/jimmunol.160.7.3363). A 9-mer counts as a binder of an allele where it scores at least
as high as the best tenth of 9-mers in human proteins.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tolerogen.antibodies.records import AMINO_ACIDS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CORE = 9


@dataclass(frozen=True, eq=False)
class Matrices:
    """Position-specific scores.

    Attributes
    ----------
    alleles
        Names, ``DRB1*01:01``.
    scores
        By allele, position (0 to 8) and amino acid in the order of `AMINO_ACIDS`.
    thresholds
        Score from which a 9-mer counts as a binder, by allele.
    """

    alleles: tuple[str, ...]
    scores: npt.NDArray[np.float64]
    thresholds: npt.NDArray[np.float64]


@cache
def matrices() -> Matrices:
    """Return the matrices that ship with the package."""
    import numpy as np

    text = files("tolerogen.antibodies").joinpath("data/hla_dr_binding.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    scores: dict[str, list[list[float]]] = {}
    thresholds: dict[str, float] = {}
    for line in lines[1:]:
        allele, _, threshold, *row = line.split(",")
        scores.setdefault(allele, []).append([float(value) for value in row])
        thresholds[allele] = float(threshold)
    return Matrices(
        tuple(scores), np.array(list(scores.values())), np.array(list(thresholds.values()))
    )


def encoded(sequence: str) -> npt.NDArray[np.int64]:
    """Return the place of each residue in `AMINO_ACIDS`; -1 for what is none of the twenty."""
    import numpy as np

    table = np.full(256, -1)
    table[[ord(letter) for letter in AMINO_ACIDS]] = np.arange(len(AMINO_ACIDS))
    letters = np.frombuffer(sequence.encode("ascii", "replace"), dtype=np.uint8)
    found: npt.NDArray[np.int64] = table[letters]
    return found


def windows(sequence: str) -> npt.NDArray[np.int64]:
    """Return all 9-mers of a sequence, one a row, as `encoded`; none where it is shorter."""
    import numpy as np

    codes = encoded(sequence)
    if len(codes) < CORE:
        return np.empty((0, CORE), dtype=np.int64)
    return np.lib.stride_tricks.sliding_window_view(codes, CORE)


def binders(peptides: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say which alleles (rows) each 9-mer (columns) of `windows` binds; unknown residues never.

    Examples
    --------
    >>> binders(windows("PKYVKQNTLKLAT")).any(axis=0).nonzero()[0].tolist()  # haemagglutinin
    [2, 3]
    """
    import numpy as np

    table = matrices()
    scored = table.scores[:, np.arange(CORE), np.maximum(peptides, 0)].sum(axis=2)
    known = (peptides >= 0).all(axis=1)
    bound: npt.NDArray[np.bool_] = (scored >= table.thresholds[:, None]) & known
    return bound
