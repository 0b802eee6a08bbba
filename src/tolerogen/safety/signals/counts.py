"""How often each pair was reported, and how often it would be if drug and event were unrelated."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tolerogen.safety.signals.reports import Codes, Names

Floats = NDArray[Any]  # float64
Ints = NDArray[Any]  # int32 or int64


class Scores(NamedTuple):
    """What a method makes of the pairs: one number a pair in each.

    Attributes
    ----------
    estimate, low, high
        The estimate and its interval; NaN where there is none.
    score
        What pairs are ranked by.
    """

    estimate: Floats
    low: Floats
    high: Floats
    score: Floats


PIECE = 262_144


@dataclass(frozen=True)
class Margins:
    """Totals that a table of counts is compared with, one row a stratum.

    Attributes
    ----------
    drug
        Reports (or pairs, see `PairCounts.unit`) that name each drug: strata by drugs.
    event
        The same for each event: strata by events.
    total
        All reports of each stratum.
    """

    drug: Floats
    event: Floats
    total: Floats

    @property
    def n_drug(self) -> Floats:
        """Return the totals by drug over all strata."""
        return np.asarray(self.drug.sum(axis=0))

    @property
    def n_event(self) -> Floats:
        """Return the totals by event over all strata."""
        return np.asarray(self.event.sum(axis=0))

    @property
    def n_total(self) -> float:
        """Return the number of all reports."""
        return float(self.total.sum())


@dataclass(frozen=True)
class PairCounts:
    """Counts of drug-event pairs.

    Attributes
    ----------
    drugs, events
        Names of drugs and events.
    drug, event
        Codes of each pair that was reported (or listed in a table of counts).
    n
        Reports that name both, one number a pair.
    expected
        What `n` would be on average if drug and event were independent, within strata if any.
    margins
        Totals by drug and event; None when a table gave expected counts only.
    unit
        What the margins count: ``"reports"``, ``"pairs"``, or ``"given"`` when `expected` was.
    strata
        Names of the strata that `expected` is summed over; empty without stratification.
    """

    drugs: Names
    events: Names
    drug: Codes
    event: Codes
    n: Ints
    expected: Floats
    margins: Margins | None
    unit: str
    strata: tuple[str, ...] = ()

    @property
    def lists_zeros(self) -> bool:
        """Say whether cells without any report stand in the table as rows."""
        return bool((self.n == 0).any())

    def __len__(self) -> int:
        return len(self.n)

    def at_least(self, n: int) -> PairCounts:
        """Keep the pairs that were reported `n` times or more; margins stay."""
        keep = self.n >= n
        if keep.all():
            return self
        return replace(
            self,
            drug=self.drug[keep],
            event=self.event[keep],
            n=self.n[keep],
            expected=self.expected[keep],
        )


def expected_counts(margins: Margins, drug: Codes, event: Codes) -> Floats:
    """Compute expected counts from margins: row total times column total over all, by stratum.

    Examples
    --------
    >>> margins = Margins(np.array([[151.0]]), np.array([[368.0]]), np.array([1000.0]))
    >>> expected_counts(margins, np.array([0]), np.array([0]))
    array([55.568])
    """
    from tolerogen.safety.signals import native

    expected = np.empty(len(drug))
    rows, columns, total = (np.ascontiguousarray(x, float) for x in vars(margins).values())

    def work(start: int) -> None:
        piece = slice(start, start + PIECE)
        native.expect(rows, columns, total, drug[piece], event[piece], expected[piece])

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(work, range(0, len(drug), PIECE)))
    return expected
