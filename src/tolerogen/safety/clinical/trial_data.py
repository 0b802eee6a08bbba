"""Who was in a trial, for how long, and what happened: two tables, under our names or CDISC's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tolerogen.errors import SpecError
from tolerogen.safety.csv_file import read_csv_file

SUBJECTS = {
    "subject": ("subject", "usubjid", "patient"),
    "arm": ("arm", "trt01a", "trta"),
    "exposure_days": ("exposure_days", "trtdurd", "exposure"),
}
EVENTS = {
    "subject": ("subject", "usubjid", "patient"),
    "term": ("term", "aedecod", "event"),
    "day": ("day", "astdy", "aestdy"),
    "soc": ("soc", "aebodsys"),
    "serious": ("serious", "aeser"),
}
YES = {"y", "yes", "true", "1", "1.0"}


@dataclass(frozen=True)
class TrialData:
    """A trial's subjects and adverse events.

    Attributes
    ----------
    subjects
        ``subject, arm, exposure_days``; one row a subject, days at risk above zero.
    events
        ``subject, term, day, soc, serious``; one row an event, day 1 is the first of treatment.
    left_out
        Events of nobody in the trial, or outside the time at risk.
    """

    subjects: pd.DataFrame
    events: pd.DataFrame
    left_out: int


def read_trial(subjects: Path, events: Path) -> TrialData:
    """Read subjects and events from CSV, headings as ours or as in ADSL and ADAE.

    Raises
    ------
    SpecError
        When a file cannot be read, a column is missing, or a value makes no sense.
    """
    who = _columns(
        read_csv_file(subjects, dtype=str), SUBJECTS, ("subject", "arm", "exposure_days"), subjects
    )
    what = _columns(read_csv_file(events, dtype=str), EVENTS, ("subject", "term", "day"), events)
    return make_trial(who, what, str(subjects), str(events))


def make_trial(
    subjects: pd.DataFrame, events: pd.DataFrame, who: str = "subjects", what: str = "events"
) -> TrialData:
    """Check two tables and put them together; `who` and `what` name them in messages.

    Raises
    ------
    SpecError
        When a subject stands twice, has no days at risk, or an event has no day.
    """
    subjects, events = subjects.copy(), events.copy()
    subjects["exposure_days"] = pd.to_numeric(subjects["exposure_days"], errors="coerce")
    events["day"] = pd.to_numeric(events["day"], errors="coerce")
    _refuse(subjects["subject"].duplicated(), who, "the subject stands in the table twice.")
    _refuse(~(subjects["exposure_days"] > 0), who, "exposure_days must be a number above zero.")
    _refuse(events["day"].isna(), what, "the event has no day; leave it out or put day 1.")
    for name, default in (("soc", ""), ("serious", "")):
        if name not in events:
            events[name] = default
    events["serious"] = events["serious"].astype(str).str.lower().isin(YES)
    for table, name in ((subjects, "subject"), (events, "subject")):
        table[name] = table[name].astype(str)
    days = subjects.set_index("subject")["exposure_days"]
    last = events["subject"].map(days)
    kept = (events["day"] >= 1) & (events["day"] <= np.ceil(last))
    return TrialData(subjects, events[kept].reset_index(drop=True), int((~kept).sum()))


def _columns(
    table: pd.DataFrame, known: Mapping[str, tuple[str, ...]], needed: tuple[str, ...], file: Path
) -> pd.DataFrame:
    lower = {str(name).strip().lower(): name for name in table.columns}
    found = {
        next(lower[name] for name in names if name in lower): ours
        for ours, names in known.items()
        if any(name in lower for name in names)
    }
    lacking = [name for name in needed if name not in found.values()]
    if lacking:
        raise SpecError(
            f"{file}, line 1: no column for {', '.join(lacking)}. Columns: "
            f"{', '.join(map(str, table.columns))}."
        )
    return table[list(found)].rename(columns=found)


def _refuse(rows: pd.Series, file: str, why: str) -> None:
    if rows.any():
        raise SpecError(f"{file}, line {int(np.flatnonzero(rows.to_numpy())[0]) + 2}: {why}")
