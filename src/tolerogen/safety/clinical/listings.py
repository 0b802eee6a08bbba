"""Line listings and summary tabulations of the cases in the store, as a DSUR or PSUR wants them.

A listing has one row a case: its most serious event first, so that nobody is counted twice. A
tabulation counts events, so a case with two events counts in two rows (ICH E2F, E2C(R2)). Names and
narratives are in neither.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import SERIOUS, CaseReport, Event
from tolerogen.safety.store import Stored

COLUMNS = (
    "case_id",
    "country",
    "source",
    "age",
    "sex",
    "suspect_drug",
    "dose",
    "treatment",
    "onset",
    "event",
    "other_events",
    "outcome",
    "serious",
    "expected",
    "received",
)


def line_listing(
    cases: Iterable[Stored],
    *,
    since: str = "",
    until: str = "9999",
    serious_only: bool = True,
    drug: str | None = None,
) -> pd.DataFrame:
    """List cases, one row each, the most serious event named first.

    Parameters
    ----------
    cases
        Latest versions, as `CaseStore.latest` gives them.
    since, until
        First and last day of receipt, such as ``2026-01-01``; both count.
    serious_only
        Whether cases that are not serious are left out, as a DSUR does.
    drug
        Only cases that suspect this drug; case does not matter.

    Raises
    ------
    SpecError
        When `since` lies after `until`.
    """
    if since > until:
        raise SpecError("The first day of the period lies after its last.")
    rows = [
        _line(case)
        for case in cases
        if since <= case.received[:10] <= until
        and (not serious_only or case.report.serious)
        and (drug is None or drug.casefold() in _suspects(case.report))
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def summary_tabulation(
    cases: Iterable[Stored],
    *,
    since: str = "",
    until: str = "9999",
    drug: str | None = None,
) -> pd.DataFrame:
    """Count events by source and seriousness, in the period and since the beginning.

    Returns
    -------
    pandas.DataFrame
        ``event, serious, not_serious, serious_cumulative, not_serious_cumulative, from_trials,
        spontaneous``: the first two of the period, the others of all cases up to its end. The last
        row is the sum.
    """
    counts: dict[str, dict[str, int]] = {}
    for case in cases:
        if case.received[:10] > until or (drug and drug.casefold() not in _suspects(case.report)):
            continue
        for event in case.report.events:
            row = counts.setdefault(event.term, dict.fromkeys(TABULATED, 0))
            kind = "serious" if _is_serious(event) else "not_serious"
            row[f"{kind}_cumulative"] += 1
            if case.received[:10] >= since:
                row[kind] += 1
            row["from_trials" if case.report.from_study else "spontaneous"] += 1
    frame = pd.DataFrame(
        [{"event": term, **row} for term, row in sorted(counts.items())],
        columns=["event", *TABULATED],
    )
    total = {"event": "All", **{name: int(frame[name].sum()) for name in TABULATED}}
    return pd.concat([frame, pd.DataFrame([total])], ignore_index=True)


TABULATED = (
    "serious",
    "not_serious",
    "serious_cumulative",
    "not_serious_cumulative",
    "from_trials",
    "spontaneous",
)


def _line(case: Stored) -> dict[str, object]:
    report = case.report
    events = sorted(report.events, key=_rank)
    first = events[0] if events else Event("")
    drugs = [d for d in report.drugs if d.role in ("suspect", "interacting")]
    return {
        "case_id": case.case_id,
        "country": report.country,
        "source": "study" if report.from_study else report.reporter,
        "age": report.age_years if report.age_years is not None else report.age_group,
        "sex": report.sex,
        "suspect_drug": "; ".join(d.name for d in drugs),
        "dose": "; ".join(d.dose or "" for d in drugs),
        "treatment": "; ".join(f"{d.start or '?'} to {d.stop or '?'}" for d in drugs),
        "onset": first.onset,
        "event": first.term,
        "other_events": "; ".join(e.term for e in events[1:]),
        "outcome": first.outcome,
        "serious": "; ".join(sorted(report.serious)),
        "expected": first.expected,
        "received": case.received[:10],
    }


def _rank(event: Event) -> int:
    """Return how serious an event is: 0 is the worst."""
    met = set(event.serious) | ({"death"} if event.outcome == "fatal" else set())
    return min((SERIOUS.index(criterion) for criterion in met), default=len(SERIOUS))


def _is_serious(event: Event) -> bool:
    return bool(event.serious) or event.outcome == "fatal"


def _suspects(report: CaseReport) -> set[str]:
    return {d.name.casefold() for d in report.drugs if d.role in ("suspect", "interacting")}
