"""Likelihood ratio test: a p-value for each pair that counts how many were looked at.

The n pairs of a drug are spread over events like those of all drugs if it is like them. The
log-likelihood ratio of a pair is judged by the highest ratio of any event when n pairs are drawn
so: the p-value is the chance that a drug without effects shows one false signal (Huang L, Zalkikar
J, Tiwari RC, J Am Stat Assoc 2011;106:1230-1241, doi:10.1198/jasa.2011.ap10243). Over drugs the
share of false ones is held by choosing drugs with the rule of Benjamini and Hochberg, and testing
the pairs of R chosen among M drugs at q R / M (Benjamini Y, Bogomolov M, J R Stat Soc B
2014;76:297-318, doi:10.1111/rssb.12028).

The cells must add up to their margins, so the unit is the pair and not the report.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.safety.signals.counts import (
    Floats,
    Margins,
    PairCounts,
    Scores,
    expected_counts,
)

ENOUGH = 50
"""Draws that reach what was observed before a drug is left: its p-value is near 0.05 or above."""


@dataclass(frozen=True)
class LikelihoodRatio:
    """What the test finds.

    Attributes
    ----------
    counts
        The pairs with expected counts by pairs.
    table
        Observed over expected with an interval, and the log-likelihood ratio as score.
    p
        p-value of each pair, corrected for the events of its drug.
    signal
        Which pairs are found at false-discovery rate `q`.
    q
        The rate.
    """

    counts: PairCounts
    table: Scores
    p: Floats
    signal: np.ndarray
    q: float


def likelihood_ratio(
    counts: PairCounts,
    level: float = 0.95,
    *,
    q: float = 0.05,
    replicates: int = 999,
    seed: int = 1,
) -> LikelihoodRatio:
    """Test every pair.

    Parameters
    ----------
    counts
        Counts; their margins are not used.
    level
        Coverage of the interval of observed over expected.
    q
        False-discovery rate.
    replicates, seed
        Draws for each drug, and the seed they are made with.

    Raises
    ------
    SpecError
        When `q` is not between 0 and 1, or there are no replicates.
    """
    if not 0 < q < 1 or replicates < 1:
        raise SpecError("The likelihood ratio test needs 0 < q < 1 and one replicate or more.")
    from tolerogen.safety.signals.ratios import rrr

    pairs = by_pairs(counts)
    margins = pairs.margins
    assert margins is not None  # noqa: S101
    n_drug = margins.n_drug
    ratio = _log_ratio(pairs.n, n_drug[pairs.drug], pairs.expected)
    p = _p_values(pairs, ratio, replicates, seed)
    interval = rrr(pairs, level)
    table = Scores(interval.estimate, interval.low, interval.high, ratio)
    signal = false_discoveries(pairs.drug, p, q) & (pairs.n > pairs.expected)
    return LikelihoodRatio(pairs, table, p, signal, q)


def by_pairs(counts: PairCounts) -> PairCounts:
    """Give counts the margins of their pairs, so that cells add up."""
    n = counts.n.astype(float)
    margins = Margins(
        np.bincount(counts.drug, n, len(counts.drugs))[None],
        np.bincount(counts.event, n, len(counts.events))[None],
        np.array([n.sum()]),
    )
    expected = expected_counts(margins, counts.drug, counts.event)
    return replace(counts, margins=margins, expected=expected, unit="pairs", strata=())


def false_discoveries(group: np.ndarray, p: Floats, q: float) -> np.ndarray:
    """Choose among hypotheses in groups, whose `p` are corrected within their group.

    Returns
    -------
    numpy.ndarray
        True for what is found: groups are chosen by their smallest `p` with the rule of Benjamini
        and Hochberg, and members are then tested at q times the share of groups that were chosen.

    Examples
    --------
    >>> false_discoveries(np.array([0, 0, 1]), np.array([0.001, 0.04, 0.9]), 0.05).tolist()
    [True, False, False]
    """
    names, place = np.unique(group, return_inverse=True)
    smallest = np.full(len(names), np.inf)
    np.minimum.at(smallest, place, p)
    ordered = np.sort(smallest)
    passed = np.flatnonzero(ordered <= q * np.arange(1, len(names) + 1) / len(names))
    chosen = int(passed[-1]) + 1 if len(passed) else 0
    if not chosen:
        return np.zeros(len(p), bool)
    return np.asarray((smallest <= ordered[chosen - 1])[place] & (p <= q * chosen / len(names)))


def _log_ratio(n: Floats, total: Floats, expected: Floats) -> Floats:
    from scipy.special import xlogy

    rest, rest_expected = total - n, np.maximum(total - expected, 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = xlogy(n, n / expected) + xlogy(rest, rest / rest_expected)
    return np.where(n > expected, ratio, 0.0)


def _p_values(pairs: PairCounts, ratio: Floats, replicates: int, seed: int) -> Floats:
    from tolerogen.safety.signals import lrt_native as native

    margins = pairs.margins
    assert margins is not None  # noqa: S101
    share = np.asarray(margins.n_event / margins.n_total)
    keep, other = native.alias_table(share)
    order = np.argsort(pairs.drug, kind="stable")
    starts = np.flatnonzero(np.diff(pairs.drug[order], prepend=-1))
    p = np.ones(len(pairs))

    def test(rows: np.ndarray) -> None:
        drug, observed = int(pairs.drug[rows[0]]), float(ratio[rows].max())
        total = int(margins.n_drug[drug])
        if observed <= 0:
            return
        random = int(np.random.SeedSequence([seed, drug]).generate_state(1)[0])
        drawn = np.sort(
            native.highest_ratios(total, share, keep, other, replicates, observed, ENOUGH, random)
        )
        reached = len(drawn) - np.searchsorted(drawn, ratio[rows] - 1e-12)
        p[rows] = np.where(ratio[rows] > 0, (1 + reached) / (1 + len(drawn)), 1.0)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(test, np.split(order, starts[1:]) if len(order) else []))
    return p
