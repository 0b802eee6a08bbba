"""An antibody's variable domains in a structure: residues, atoms, and what solvent reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tolerogen.antibodies.numbering import Domain, number_many
from tolerogen.antibodies.readers.pdb import ONE_LETTER
from tolerogen.antibodies.records import SequenceRecord
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

# Heavy atoms, Å (Bondi 1964, doi:10.1021/j100785a001), and a water molecule.
RADII = {"C": 1.70, "N": 1.55, "O": 1.52, "S": 1.80}
PROBE = 1.4
POINTS = 96
BACKBONE = {"N", "CA", "C", "O", "OXT"}
# What solvent reaches of the side chain of X in an extended Ala-X-Ala, Å²; of glycine its alpha
# carbon (NACCESS 2.1, Hubbard & Thornton 1993, standard.data).
LARGEST = {
    "A": 69.41, "R": 201.25, "N": 106.24, "D": 102.69, "C": 96.75, "Q": 140.99, "E": 134.74,
    "G": 32.33, "H": 147.08, "I": 137.96, "L": 141.12, "K": 163.30, "M": 156.64, "F": 164.11,
    "P": 119.90, "S": 78.11, "T": 101.70, "W": 211.26, "Y": 177.38, "V": 114.28,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Residue:
    """A residue of a variable domain: letter, IMGT position, atoms, exposure.

    The exposure is the area of the side chain that solvent reaches over that in Ala-X-Ala; it can
    exceed 1 at a chain's end.
    """

    chain: str
    position: str
    letter: str
    names: tuple[str, ...]
    atoms: Array
    exposure: float


@dataclass(frozen=True, eq=False)
class Fv:
    """The domains of a structure and their residues, in order."""

    domains: tuple[Domain, ...]
    residues: tuple[tuple[Residue, ...], ...]


def read_fv(lines: Iterable[str], where: str) -> Fv:
    """Read one heavy and one light variable domain (or a lone VHH) from PDB lines.

    The first model is read; hydrogens and second conformations are left out. Everything in the
    file hides surface: leave out an antigen for the free antibody.

    Raises
    ------
    SpecError
        When there is no variable domain, or more than one of a kind.
    """
    import numpy as np

    chains = _chains(lines)
    if not chains:
        raise SpecError(f"{where}: has no ATOM records of amino acids.")
    atoms = np.array([a[1] for rows in chains.values() for row in rows for a in row[1]])
    kinds = [a[0][0] for rows in chains.values() for row in rows for a in row[1]]
    areas = surface(atoms, np.array([RADII.get(kind, 1.7) for kind in kinds]))
    domains, found, start = [], [], 0
    for rows in chains.values():
        sequence = "".join(row[0] for row in rows)
        offsets = np.cumsum([0, *(len(row[1]) for row in rows)]) + start
        start = int(offsets[-1])
        (told,) = number_many([SequenceRecord("chain", sequence)])  # an antigen may be anything
        for domain in told.domains:
            domains.append(domain)
            found.append(
                tuple(
                    _residue(domain, i, rows[domain.start + i], areas[offsets[domain.start + i] :])
                    for i in range(len(domain.residues))
                )
            )
    kept = "".join(sorted(domain.chain for domain in domains))
    if kept not in ("H", "HK", "HL"):
        raise SpecError(
            f"{where}: needs one heavy and one light variable domain, or one heavy alone; found "
            f"{kept or 'none'}. Keep one copy of the antibody in the file."
        )
    return Fv(tuple(domains), tuple(found))


def surface(atoms: Array, radii: Array) -> Array:
    """Return the area of each atom that a water molecule reaches, Å².

    After Shrake and Rupley 1973 (doi:10.1016/0022-2836(73)90011-9).

    Parameters
    ----------
    atoms
        Å, shape (n, 3).
    radii
        Å, shape (n,).
    """
    import numpy as np
    from scipy.spatial import cKDTree

    turn = np.pi * (3.0 - np.sqrt(5.0)) * np.arange(POINTS)
    height = 1.0 - (2.0 * np.arange(POINTS) + 1.0) / POINTS
    ring = np.sqrt(1.0 - height**2)
    sphere = np.column_stack([ring * np.cos(turn), ring * np.sin(turn), height])
    reach = radii + PROBE
    tree = cKDTree(atoms)
    near = tree.query_ball_point(atoms, reach + reach.max())
    free = np.empty(len(atoms))
    for i, others in enumerate(near):
        neighbours = np.array([j for j in others if j != i], dtype=int)
        points = atoms[i] + reach[i] * sphere
        distance = ((points[:, None, :] - atoms[neighbours]) ** 2).sum(axis=2)
        hidden = (distance < reach[neighbours] ** 2).any(axis=1)
        free[i] = 4.0 * np.pi * reach[i] ** 2 * (1.0 - hidden.mean())
    return free


Row = tuple[str, list[tuple[str, tuple[float, float, float]]]]


def _chains(lines: Iterable[str]) -> dict[str, list[Row]]:
    chains: dict[str, list[Row]] = {}
    last = None
    for line in lines:
        if line.startswith("ENDMDL"):
            break
        letter = ONE_LETTER.get(line[17:20].strip())
        if not line.startswith(("ATOM", "HETATM")) or letter is None:
            continue
        name, key = line[12:16].strip(), (line[21], line[22:27])
        if name.lstrip("0123456789").startswith("H") or line[16] not in " A":
            continue
        if key != last:
            chains.setdefault(line[21], []).append((letter, []))
            last = key
        spot = (float(line[30:38]), float(line[38:46]), float(line[46:54]))
        chains[line[21]][-1][1].append((name, spot))
    return chains


def _residue(domain: Domain, i: int, row: Row, areas: Array) -> Residue:
    import numpy as np

    names = tuple(name for name, _ in row[1])
    own = areas[: len(names)]
    side = [n not in BACKBONE for n in names]
    if not any(side):  # glycine, or a side chain that was not built
        side = [n == "CA" for n in names]
    exposure = float(own[side].sum()) / LARGEST[row[0]]
    spots = np.array([spot for _, spot in row[1]])
    return Residue(domain.chain, domain.imgt[i], row[0], names, spots, exposure)
