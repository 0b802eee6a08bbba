"""Surface patches around the CDRs, in the manner of TAP.

After Raybould 2019 (doi:10.1073/pnas.1810576116): pairs of exposed residues near the CDRs that lie
within 7.5 Å count by the inverse square of their distance, weighted by hydrophobicity or charge.
Definitions follow the paper; cut-offs do not: bands are percentiles of our own, from structures
predicted by one program for clinical antibodies.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tolerogen.antibodies.annotation.properties import HYDROPATHY
from tolerogen.antibodies.developability.structure import Fv, Residue
from tolerogen.antibodies.writers import imgt_order

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

CDRS = (range(27, 39), range(56, 66), range(105, 118))
ANCHORS = 2
"""IMGT positions on either side of a CDR that go with it."""
EXPOSED = 0.075
NEIGHBOUR, PAIR, BRIDGE = 4.0, 7.5, 3.2
"""Å: of the CDR's vicinity, of a pair, of a salt bridge."""
CHARGES = {"K": 1.0, "R": 1.0, "D": -1.0, "E": -1.0, "H": 0.1}
ENDS = {
    "K": ("NZ",), "R": ("NH1", "NH2", "NE"), "D": ("OD1", "OD2"), "E": ("OE1", "OE2"),
}  # fmt: skip
METRICS = ("cdr_length", "hydrophobic", "positive", "negative", "asymmetry")
TAILS = {"hydrophobic": "high", "positive": "high", "negative": "high", "asymmetry": "low",
         "cdr_length": "both", "fv_charge": "high", "cdr_aromatics": "high"}  # fmt: skip
OUTER, FAR = 0.05, 0.01


@dataclass(frozen=True)
class Patches:
    """Surface metrics of an Fv.

    Attributes
    ----------
    cdr_length
        Residues in the IMGT CDRs.
    hydrophobic, positive, negative
        Patches near the CDRs, 1/Å² weighted by hydrophobicity (1 to 2) or charge.
    asymmetry
        Product of the exposed charges of the two domains: negative where they attract.
    """

    cdr_length: int
    hydrophobic: float
    positive: float
    negative: float
    asymmetry: float

    def bands(self) -> dict[str, str]:
        """Return ``usual``, ``edge`` (outer 5 %) or ``outside`` (outer 1 %) for each metric."""
        return {name: band(name, float(getattr(self, name))) for name in METRICS}

    def record(self) -> dict[str, Any]:
        """Return metrics with their bands, as other programs read them."""
        bands = self.bands()
        return {n: {"value": getattr(self, n), "band": bands[n]} for n in METRICS}


def patches(fv: Fv) -> Patches:
    """Compute the surface metrics of an Fv read from a structure."""
    import numpy as np

    every = [residue for domain in fv.residues for residue in domain]
    loops = [_in_cdr(residue.position, ANCHORS) for residue in every]
    exposed = np.array([residue.exposure >= EXPOSED for residue in every])
    near = _closest(every)
    core = np.array(loops) & exposed
    vicinity = exposed & (core | (near[:, core] < NEIGHBOUR).any(axis=1))
    bridged = _bridged(every)
    water = np.array([_water_hating("G" if b else r.letter) for r, b in zip(every, bridged)])  # noqa: B905
    charge = np.array([0.0 if b else CHARGES.get(r.letter, 0.0) for r, b in zip(every, bridged)])  # noqa: B905
    positive, negative = np.maximum(charge, 0.0), np.maximum(-charge, 0.0)
    outer = [r.exposure >= EXPOSED for r in every]
    sums: dict[str, float] = {}
    for residue, seen, own in zip(every, outer, charge, strict=True):
        kind = "H" if residue.chain == "H" else "L"
        sums[kind] = sums.get(kind, 0.0) + (own if seen else 0.0)
    return Patches(
        cdr_length=sum(_in_cdr(residue.position, 0) for residue in every),
        hydrophobic=_patch(water, near, vicinity),
        positive=_patch(positive, near, vicinity),
        negative=_patch(negative, near, vicinity),
        asymmetry=float(sums.get("H", 0.0) * sums.get("L", 0.0)),
    )


def band(metric: str, value: float) -> str:
    """Say where a value lies among clinical antibodies: ``usual``, ``edge`` or ``outside``."""
    import numpy as np

    at, values = _reference()[metric]
    tail = TAILS[metric]
    share = float(np.interp(value, values, at))
    distance = {"high": 1.0 - share, "low": share, "both": 2 * min(share, 1.0 - share)}[tail]
    beyond = value > values[-1] if tail == "high" else value < values[0]
    if tail == "both":
        beyond = not values[0] <= value <= values[-1]
    if beyond or distance < FAR:
        return "outside"
    return "edge" if distance < OUTER else "usual"


@cache
def _reference() -> dict[str, tuple[Array, Array]]:
    import numpy as np

    text = files("tolerogen.antibodies").joinpath("data/surface_bands.csv").read_text("utf-8")
    rows = [line.split(",") for line in text.splitlines() if line and not line.startswith("#")]
    columns = np.array([[float(cell) for cell in row] for row in rows[1:]]).T
    return {name: (columns[0], columns[rows[0].index(name)]) for name in TAILS}


def _in_cdr(position: str, anchors: int) -> bool:
    place = imgt_order(position)[0]
    return any(loop.start - anchors <= place < loop.stop + anchors for loop in CDRS)


def _water_hating(letter: str) -> float:
    return 1.0 + (HYDROPATHY[letter] + 4.5) / 9.0


def _closest(residues: list[Residue]) -> Array:
    # Closest heavy atoms of every two residues, Å.
    import numpy as np
    from scipy.spatial.distance import cdist

    atoms = np.concatenate([residue.atoms for residue in residues])
    first = np.cumsum([0, *(len(residue.atoms) for residue in residues[:-1])])
    whole = cdist(atoms, atoms)
    rows = np.minimum.reduceat(whole, first, axis=0)
    return np.asarray(np.minimum.reduceat(rows, first, axis=1))


def _bridged(residues: list[Residue]) -> list[bool]:
    import numpy as np
    from scipy.spatial.distance import cdist

    ends = [
        (i, CHARGES[r.letter], r.atoms[[n in ENDS[r.letter] for n in r.names]])
        for i, r in enumerate(residues)
        if r.letter in ENDS
    ]
    taken = [False] * len(residues)
    for i, charge, atoms in ends:
        for j, other, others in ends:
            opposite = charge > 0 > other and len(atoms) and len(others)
            if opposite and float(np.min(cdist(atoms, others))) <= BRIDGE:
                taken[i] = taken[j] = True
    return taken


def _patch(weight: Array, near: Array, inside: npt.NDArray[np.bool_]) -> float:
    import numpy as np

    own = weight[inside]
    distance = near[np.ix_(inside, inside)]
    upper = np.triu(distance < PAIR, 1)
    pairs = np.outer(own, own)[upper] / np.maximum(distance[upper], 1.0) ** 2
    return float(pairs.sum())
