"""The human germline V and J gene nearest to a domain, for many domains at once.

The call is made on IMGT positions whatever the scheme, so it cannot depend on the scheme or on
what surrounds the domain. As in ANARCI, identity is the share of the germline's residues that
the domain has at the same position; the first of equals is called and the others are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tolerogen.antibodies.numbering.domain import GermlineMatch

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

POSITIONS = 128
_BATCH = 512


@dataclass(frozen=True)
class GermlineTable:
    """The germline genes of one kind: names, and residues as bytes on IMGT positions."""

    genes: tuple[str, ...]
    residues: npt.NDArray[np.uint8]
    one_hot: npt.NDArray[np.float32]


@cache
def germlines(segment: str, chain: str) -> GermlineTable:
    """Return the human genes of a segment (``V``, ``J``) of a chain (``H``, ``K``, ``L``)."""
    import numpy as np

    rows = [row for row in _rows() if row[0] == segment and row[1] == chain]
    residues = np.array([list(row[3].encode()) for row in rows], dtype=np.uint8)
    return GermlineTable(tuple(row[2] for row in rows), residues, _one_hot(residues))


def nearest_genes(segment: str, chain: str, imgt: npt.NDArray[np.uint8]) -> list[GermlineMatch]:
    """Return the nearest gene for each row of `imgt`.

    Parameters
    ----------
    segment, chain
        ``V`` or ``J``; ``H``, ``K`` or ``L``.
    imgt
        Residues as bytes on the 128 IMGT positions, ``-`` where there is none, shape (n, 128).
    """
    import numpy as np

    table = germlines(segment, chain)
    sizes = (table.residues != ord("-")).sum(axis=1)
    matches: list[GermlineMatch] = []
    for begin in range(0, len(imgt), _BATCH):
        same = np.rint(_one_hot(imgt[begin : begin + _BATCH]) @ table.one_hot.T)
        identity = same / sizes
        best = identity.argmax(axis=1)
        for row, which in zip(identity, best, strict=True):
            equals = tuple(table.genes[i] for i in np.flatnonzero(row == row[which]))
            matches.append(GermlineMatch(equals[0], float(row[which]), _ties(equals)))
    return matches


@lru_cache(maxsize=4096)
def _ties(equals: tuple[str, ...]) -> tuple[str, ...]:
    own = equals[0].partition("*")[0]
    others = dict.fromkeys(gene.partition("*")[0] for gene in equals)
    return tuple(gene for gene in others if gene != own)


def germline_residues(gene: str) -> dict[int, str]:
    """Return a germline gene's residue by IMGT position.

    Raises
    ------
    KeyError
        When there is no human gene of that name.
    """
    sequence = _by_gene()[gene]
    return {i: letter for i, letter in enumerate(sequence, 1) if letter != "-"}


@cache
def _by_gene() -> dict[str, str]:
    return {row[2]: row[3] for row in _rows()}


@cache
def _rows() -> tuple[tuple[str, str, str, str], ...]:
    text = files("tolerogen.antibodies").joinpath("data/germlines_human.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(_row(line) for line in lines[1:])


def _row(line: str) -> tuple[str, str, str, str]:
    segment, chain, gene, sequence = line.split(",")
    return segment, chain, gene, sequence


def _one_hot(residues: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    import numpy as np

    letters = np.frombuffer(b"ACDEFGHIKLMNPQRSTVWY", dtype=np.uint8)
    hot = residues[:, :, None] == letters
    flat: npt.NDArray[np.float32] = hot.reshape(len(residues), -1).astype(np.float32)
    return flat


def as_matrix(rows: Sequence[tuple[tuple[str, ...], str]]) -> npt.NDArray[np.uint8]:
    """Lay residues out as bytes on the IMGT positions, shape (n, 128).

    Parameters
    ----------
    rows
        IMGT positions and residues of each domain; inserted residues have no place.
    """
    import numpy as np

    matrix = np.full((len(rows), POSITIONS), ord("-"), dtype=np.uint8)
    for line, (imgt, residues) in zip(matrix, rows, strict=True):
        columns, plain = _columns(imgt)
        line[columns] = np.frombuffer(residues.encode("ascii"), dtype=np.uint8)[plain]
    return matrix


@lru_cache(maxsize=4096)  # the same few layouts come again and again
def _columns(imgt: tuple[str, ...]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    import numpy as np

    plain = [i for i, place in enumerate(imgt) if place.isdigit()]
    return np.array([int(imgt[i]) - 1 for i in plain]), np.array(plain)
