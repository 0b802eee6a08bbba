"""Every site of a transcript with how open it is: rows for tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.oligos.accessibility import energies, opening_cost
from tolerogen.oligos.structure import SPAN, WINDOW, unpaired

if TYPE_CHECKING:
    from tolerogen.oligos.fasta import Record
    from tolerogen.oligos.structure import Energies


@dataclass(frozen=True)
class OpenSite:
    """One site.

    Attributes
    ----------
    transcript
        Its name.
    start, length
        Of the site, from 0 on the sense strand.
    probability
        That all its bases are unpaired, on average over the windows that hold it.
    opening
        What keeping it unpaired costs, kcal/mol.
    """

    transcript: str
    start: int
    length: int
    probability: float
    opening: float


def open_sites(
    records: Sequence[Record],
    lengths: Sequence[int],
    window: int = WINDOW,
    span: int = SPAN,
    by: Energies | None = None,
) -> Iterator[OpenSite]:
    """Yield every site of some lengths, transcript by transcript.

    Parameters
    ----------
    records
        Transcripts.
    lengths
        Bases of the sites.
    window, span
        Bases folded together, and from one partner of a pair to the other, at most.
    by
        Loop energies; those in use unless given.

    Raises
    ------
    SpecError
        When window, span and lengths do not fit one another.
    """
    by = by or energies()
    for record in records:
        table = unpaired(record.sequence, max(lengths), by, window, span)
        for start in range(len(record.sequence)):
            for length in lengths:
                chance = float(table[start, length - 1])
                if not np.isnan(chance):
                    cost = float(opening_cost(chance))
                    yield OpenSite(record.name, start, length, chance, cost)
