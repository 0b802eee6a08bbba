"""How open a site is: the energy that keeping it single-stranded costs its RNA.

From the probability that the site is unpaired, on average over windows that slide along the RNA
(`structure`): ``-kT ln P``.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.oligos.structure import KT, SPAN, WINDOW, read_energies, rule_energies, unpaired

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tolerogen.oligos.structure import Energies

BROUGHT = "TOLEROGEN_RNA_ENERGIES"
"""Names a parameter file to use instead of the rules that come with the package."""
LONGEST = 30
_KEPT = 8
_tables: OrderedDict[tuple[str, int, int, Energies], NDArray[np.float64]] = OrderedDict()


def energies() -> Energies:
    """Return the loop energies in use: of the file that ``TOLEROGEN_RNA_ENERGIES`` names, or rules.

    Raises
    ------
    SpecError
        When the file cannot be read.
    """
    path = os.environ.get(BROUGHT)
    return _read(path) if path else rule_energies()


@cache
def _read(path: str) -> Energies:
    return read_energies(Path(path))


def opening_energy(
    sequence: str,
    start: int,
    length: int,
    window: int = WINDOW,
    span: int = SPAN,
    by: Energies | None = None,
) -> float:
    """Return the free energy (kcal/mol, not negative) that keeping a site unpaired costs.

    Parameters
    ----------
    sequence
        The transcript, T or U; an N pairs with nothing.
    start, length
        The site, counted from 0 on the sense strand.
    window, span
        Bases folded together, and from one partner of a pair to the other, at most. The window
        grows to the site where that is longer.
    by
        Loop energies; those in use unless given.

    Raises
    ------
    SpecError
        When the site does not lie within the transcript.
    """
    if start < 0 or length < 1 or start + length > len(sequence):
        raise SpecError(
            f"site {start} to {start + length} does not lie within the {len(sequence)} bases given."
        )
    by = by or energies()
    window = max(window, length)
    known = _tables.get((sequence, window, span, by))
    if known is not None and length <= known.shape[1]:
        return float(opening_cost(known[start, length - 1]))
    # all windows that hold the site, and a base more on each side, which may dangle
    first = max(0, start + length - window - 1)
    stretch = sequence[first : start + window + 1]
    chance = unpaired(stretch, length, by, window, span)[start - first, length - 1]
    return float(opening_cost(chance))


def opening_profile(
    sequence: str,
    length: int,
    window: int = WINDOW,
    span: int = SPAN,
    by: Energies | None = None,
) -> NDArray[np.float64]:
    """Return `opening_energy` of every site of a length, by where it begins.

    Raises
    ------
    SpecError
        When the sites are longer than the window.
    """
    found = unpaired(sequence, length, by or energies(), window, span)[:, length - 1]
    return opening_cost(found[: max(0, len(sequence) - length + 1)])


def fold_once(sequence: str, sites: int, by: Energies | None = None) -> None:
    """Fold a whole transcript now if that is quicker than around each of so many sites."""
    by = by or energies()
    key = (sequence, WINDOW, SPAN, by)
    if key in _tables:
        _tables.move_to_end(key)
    elif sites * 2 * WINDOW > len(sequence):
        _tables[key] = unpaired(sequence, LONGEST, by)
        while len(_tables) > _KEPT:
            _tables.popitem(last=False)


def opening_cost(chance: ArrayLike) -> NDArray[np.float64]:
    """Return what keeping sites unpaired costs (kcal/mol, not negative), by how likely that is."""
    found: NDArray[np.float64] = np.maximum(0.0, -KT * np.log(chance))
    return found
