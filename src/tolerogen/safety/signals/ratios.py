"""Ratios with confidence intervals: PRR, ROR and RRR.

With a = reports naming drug and event, n₁ = reports naming the drug, m = reports naming the event
and N = all reports:

- proportional reporting ratio, PRR = (a/n₁) / ((m-a)/(N-n₁)); Evans SJW et al.,
  Pharmacoepidemiol Drug Saf 2001;10:483-486, doi:10.1002/pds.677;
- reporting odds ratio, ROR = a·d/(b·c), b = n₁-a, c = m-a, d = N-n₁-m+a;
- relative reporting ratio, RRR = a·N/(n₁·m), observed over expected.

Intervals are normal on the log scale with the variance of the delta method. A ratio that divides
by nothing has no value (NaN), and neither has its interval.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from tolerogen.errors import SpecError
from tolerogen.safety.signals.chunks import by_pieces
from tolerogen.safety.signals.counts import Floats, Margins, PairCounts, Scores


def prr(counts: PairCounts, level: float = 0.95) -> Scores:
    """Compute the proportional reporting ratio with interval, and chi-squared (Yates).

    Parameters
    ----------
    counts
        Counts with margins.
    level
        Coverage of the two-sided interval.

    Returns
    -------
    Scores
        estimate, low, high, chi-squared.

    Raises
    ------
    SpecError
        When there are no margins, or the counts are stratified.
    """
    return _ratio(counts, level, "prr")


def ror(counts: PairCounts, level: float = 0.95) -> Scores:
    """Compute the reporting odds ratio with interval (Woolf), and chi-squared (Yates).

    Returns and raises the same as `prr`.
    """
    return _ratio(counts, level, "ror")


def rrr(counts: PairCounts, level: float = 0.95) -> Scores:
    """Compute the relative reporting ratio, observed over expected; expected may be stratified.

    Returns
    -------
    Scores
        estimate, low, high, low again (what pairs are ranked by). Without margins the
        interval takes the expected count as known, so that only the count varies.
    """
    z = _normal(level)
    plain = counts.margins is not None and not counts.strata
    table = _cells(counts, "rrr") if plain else None

    def score(piece: slice) -> tuple[Floats, ...]:
        a = counts.n[piece].astype(float)
        ratio = a / counts.expected[piece]
        variance = 1 / a
        if table is not None:
            _, row, column, total = table(piece)
            variance = np.maximum(_delta(a, row, column, total), 0)
        spread = z * np.sqrt(variance)
        low = ratio * np.exp(-spread)
        return ratio, low, ratio * np.exp(spread)

    estimate, low, high = by_pieces(score, len(counts), 3)
    return Scores(estimate, low, high, low)


def _ratio(counts: PairCounts, level: float, method: str) -> Scores:
    from tolerogen.safety.signals import native

    z = _normal(level)
    margins = _margins(counts, method)
    fixed = (margins.n_drug, margins.n_event, margins.n_total, z, method == "ror")

    def score(piece: slice) -> tuple[Floats, ...]:
        n, drug, event = counts.n[piece], counts.drug[piece], counts.event[piece]
        out = np.empty((4, len(n)))
        native.ratios(n, drug, event, *fixed, out)
        return tuple(out)

    return Scores(*by_pieces(score, len(counts), 4))


def _delta(a: Floats, row: Floats, column: Floats, total: Floats) -> Floats:
    """Variance of log(a·N/(n₁·m)) when the four cells are multinomial."""
    b, c, d = row - a, column - a, total - row - column + a
    share = [a, b, c, d]
    slope = [1 / a - 1 / row - 1 / column, -1 / row, -1 / column, 0 * a]
    mean = sum(p * g for p, g in zip(share, slope, strict=True)) / total
    square = sum(p * g**2 for p, g in zip(share, slope, strict=True))
    return np.asarray(square - total * mean**2)


def _margins(counts: PairCounts, method: str) -> Margins:
    """Return the margins that a ratio needs, or say why there are none."""
    margins = counts.margins
    if margins is None:
        raise SpecError(
            f"The table of counts gives expected counts but no margins, and {method} needs them: "
            f"add the columns n_drug, n_event and n_total, or use ic, rrr or ebgm."
        )
    if counts.strata and method != "rrr":
        raise SpecError(
            f"{method} is not defined over strata here: use ic, rrr or ebgm, whose expected counts "
            f"are summed over strata, or look at each subgroup by itself (--by)."
        )
    return margins


def _cells(counts: PairCounts, method: str):  # type: ignore[no-untyped-def]
    """Give a function from a slice to a, row total, column total, total."""
    margins = _margins(counts, method)
    by_drug, by_event, total = margins.n_drug, margins.n_event, margins.n_total

    def table(piece: slice) -> tuple[Floats, Floats, Floats, Floats]:
        drug, event = counts.drug[piece], counts.event[piece]
        return counts.n[piece].astype(float), by_drug[drug], by_event[event], np.asarray(total)

    return table


def _normal(level: float) -> float:
    if not 0 < level < 1:
        raise SpecError(f"level must lie between 0 and 1, for example 0.95; it is {level}.")
    return float(stats.norm.ppf(0.5 + level / 2))
