"""Which cases of a store must reach the authority, and by when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tolerogen.safety.deadlines import Deadline, deadline
from tolerogen.safety.store import CaseStore


def due_cases(store: CaseStore, regime: str, zone: str = "UTC") -> list[tuple[str, Deadline]]:
    """List the cases that are due, the most urgent first.

    Parameters
    ----------
    store
        The case store.
    regime, zone
        As for `deadline`.

    Returns
    -------
    list of (str, Deadline)
        Number of the case, and when it is due.

    Raises
    ------
    SpecError
        For an unknown regime or zone.
    """
    found = []
    for row in store.latest():
        history = store.history(row.case_id)
        versions = [(datetime.fromisoformat(v.received), v.report) for v in history]
        due = deadline(versions, regime, zone)
        if due is not None:
            found.append((row.case_id, due))
    return sorted(found, key=lambda item: (item[1].due, item[0]))


def due_record(case_id: str, due: Deadline, today: date) -> dict[str, Any]:
    """Return a row of ``tolerogen safety deadlines --json``."""
    return {
        "case_id": case_id,
        "day_zero": due.day_zero.isoformat(),
        "due": due.due.isoformat(),
        "days": due.days,
        "remaining": due.remaining(today),
        "reason": due.reason,
    }
