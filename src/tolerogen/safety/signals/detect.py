"""Look for signals: count, score by one method, say what to beware of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tolerogen.errors import SpecError, choices
from tolerogen.safety.signals.counting import count_pairs
from tolerogen.safety.signals.counts import PairCounts, Scores
from tolerogen.safety.signals.ebgm import Fit, Prior, check_form, ebgm, fit_prior
from tolerogen.safety.signals.information import bcpnn, ic
from tolerogen.safety.signals.lrt import likelihood_ratio
from tolerogen.safety.signals.ratios import prr, ror, rrr
from tolerogen.safety.signals.read import Source, read_source
from tolerogen.safety.signals.reports import PairRows, Reports
from tolerogen.safety.signals.result import SignalTable

Score = Callable[[PairCounts, float], Scores]


@dataclass(frozen=True)
class Method:
    """A way to score pairs.

    Attributes
    ----------
    score
        From counts and coverage to estimate, low, high, score.
    level
        Usual coverage of its interval.
    criterion
        The usual criterion in words.
    fulfilled
        The criterion: from counts and scores to true or false.
    """

    score: Score
    level: float
    criterion: str
    fulfilled: Callable[[PairCounts, Scores], np.ndarray]


METHODS: dict[str, Method] = {
    "prr": Method(
        prr,
        0.95,
        "n >= 3, PRR >= 2 and chi-squared with Yates' correction >= 4 (doi:10.1002/pds.677)",
        lambda c, t: (c.n >= 3) & (t.estimate >= 2) & (t.score >= 4),
    ),
    "ror": Method(
        ror,
        0.95,
        "n >= 3 and the lower limit of ROR > 1 (doi:10.1002/pds.668)",
        lambda c, t: (c.n >= 3) & (t.low > 1),
    ),
    "rrr": Method(
        rrr,
        0.95,
        "n >= 3 and the lower limit of RRR > 1",
        lambda c, t: (c.n >= 3) & (t.low > 1),
    ),
    "ic": Method(
        ic,
        0.95,
        "IC025 > 0 (doi:10.1177/0962280211403604)",
        lambda _, t: t.low > 0,
    ),
    "bcpnn": Method(
        bcpnn,
        0.95,
        "IC025 > 0 (doi:10.1007/s002280050466)",
        lambda _, t: t.low > 0,
    ),
    "ebgm": Method(
        lambda counts, level: ebgm(counts, fit_prior(counts).prior, level),
        0.90,
        "EB05 >= 2 (doi:10.2165/00002018-200225060-00001)",
        lambda _, t: t.low >= 2,
    ),
}


def find_signals(
    source: str | Path | Source | Reports | PairCounts,
    method: str = "ebgm",
    *,
    form: str = "zeros",
    prior: Prior | None = None,
    level: float | None = None,
    min_count: int = 1,
) -> SignalTable:
    """Score every pair by one method.

    Parameters
    ----------
    source
        A file, what was read from one, reports, or counts.
    method
        ``ebgm``, ``ic``, ``prr``, ``ror``, ``rrr``, ``bcpnn`` or ``lrt``.
    form, prior
        Of EBGM: the likelihood to fit with, or hyperparameters that are known.
    level
        Coverage of the interval; by default 0.90 for EBGM (EB05, EB95) and 0.95 for the others.
    min_count
        Pairs with fewer reports are left out of the result, not of the margins or the fit.

    Raises
    ------
    SpecError
        When the source or an option is wrong.
    """
    if isinstance(source, (str, Path)):
        source = read_source(source)
    notes: tuple[str, ...] = ()
    if isinstance(source, Source):
        notes, source = source.notes, source.data
    counts = source if isinstance(source, PairCounts) else count_pairs(source)
    if method == "lrt":
        return _tested(counts, 0.95 if level is None else level, min_count, notes)
    how = METHODS.get(method)
    if how is None:
        raise SpecError(f"Method '{method}': {choices(method, [*METHODS, 'lrt'])}")
    level = how.level if level is None else level
    if not 0 < level < 1:
        raise SpecError(f"level must lie between 0 and 1, for example 0.95; it is {level}.")
    if method != "ebgm":
        kept = counts.at_least(min_count)
        return _table(kept, method, how, level, how.score(kept, level), notes)
    wanted = check_form(form)
    fit = fit_prior(counts, wanted) if prior is None else None
    used = fit.prior if fit is not None else prior
    assert used is not None  # noqa: S101
    kept = counts.at_least(min_count)
    result = _table(kept, method, how, level, ebgm(kept, used, level), (*notes, *_told(fit)))
    return replace(result, prior=used, form=fit.form if fit else "given", fit=fit)


def find_by_subgroup(
    source: Source | PairRows, method: str = "ebgm", **options: object
) -> list[SignalTable]:
    """Look for signals in every subgroup by itself; options are those of `find_signals`."""
    rows = source.data if isinstance(source, Source) else source
    if not isinstance(rows, PairRows) or rows.subgroups is None:
        raise SpecError("Subgroups need reports, one row a pair, and a column to divide by.")
    results = []
    for k, name in enumerate(rows.subgroups.names):
        part = subset(rows, rows.subgroups.code == k)
        if part.n_reports:
            table = find_signals(part, method, **options)  # type: ignore[arg-type]
            results.append(replace(table, subgroup=str(name)))
    return results


def subset(rows: PairRows, reports: np.ndarray) -> PairRows:
    """Keep some of the reports, given as true or false for each."""
    kept = reports[rows.report]
    number = np.cumsum(reports, dtype=np.int32) - 1
    strata = rows.strata
    return replace(
        rows,
        report=number[rows.report[kept]].astype(np.int32),
        drug=rows.drug[kept],
        event=rows.event[kept],
        n_reports=int(reports.sum()),
        strata=None if strata is None else replace(strata, code=strata.code[reports]),
        subgroups=None,
    )


def _tested(
    counts: PairCounts, level: float, min_count: int, notes: tuple[str, ...]
) -> SignalTable:
    found = likelihood_ratio(counts, level)
    keep = found.counts.n >= min_count
    drugs = len(np.unique(found.counts.drug))
    said = (
        f"{len(found.counts)} pairs of {drugs} drugs were looked at: p is corrected for the events "
        f"of a drug, and signals are chosen so that of the drugs found no more than {found.q:.0%} "
        f"are expected to be false. The unit is the pair, so that cells add up to their margins.",
        NOT_A_RISK,
    )
    return SignalTable(
        counts=found.counts.at_least(min_count),
        method="lrt",
        level=level,
        criterion="false-discovery rate 5 % over drugs (doi:10.1198/jasa.2011.ap10243)",
        table=Scores(*(column[keep] for column in found.table)),
        signal=found.signal[keep],
        p=found.p[keep],
        notes=(*notes, *said),
    )


def _table(
    counts: PairCounts,
    method: str,
    how: Method,
    level: float,
    table: Scores,
    notes: tuple[str, ...],
) -> SignalTable:
    with np.errstate(invalid="ignore"):
        signal = how.fulfilled(counts, table)
    return SignalTable(
        counts=counts,
        method=method,
        level=level,
        criterion=how.criterion,
        table=table,
        signal=signal,
        notes=(*notes, *_multiplicity(len(counts), level, method)),
    )


NOT_A_RISK = (
    "Disproportionality of reports is a reason to look, not a rate, a risk or a cause: it moves "
    "with publicity, co-medication and what else is reported."
)


def _multiplicity(pairs: int, level: float, method: str) -> tuple[str, ...]:
    if method == "ebgm":
        return (
            f"{pairs} pairs were looked at: the prior fitted to all of them shrinks each, which "
            f"lowers false signals and does not exclude them.",
            NOT_A_RISK,
        )
    chance = pairs * (1 - level) / 2
    return (
        f"{pairs} pairs were looked at: if no drug caused anything, about {chance:.0f} lower "
        f"limits would lie above the null by chance alone (level {level:g}, no correction).",
        NOT_A_RISK,
    )


def _told(fit: Fit | None) -> tuple[str, ...]:
    if fit is None:
        return ()
    told = list(fit.notes)
    told += [f"The fitted prior is suspect: {problem}" for problem in fit.problems]
    if len(fit.optima) > 1:
        told.append(
            f"{len(fit.optima)} optima were found (negative log-likelihood "
            f"{', '.join(f'{value:.4f}' for value in fit.optima)}); the best was used."
        )
    return tuple(told)
