"""A case of the store, with what a message says about it."""

from __future__ import annotations

from datetime import datetime

from tolerogen.safety.case_report import Identity
from tolerogen.safety.deadlines import days_allowed
from tolerogen.safety.e2b.from_case import CaseToSend
from tolerogen.safety.store import CaseStore

EXPEDITED = 15
"""Days within which a case has to reach the authority to count as expedited (ICH E2A)."""


def case_to_send(store: CaseStore, case_id: str, identity: Identity | None = None) -> CaseToSend:
    """Take the latest version of a case.

    Parameters
    ----------
    store, case_id
        Where it lies, and its number.
    identity
        Who it is about, only if that is to be sent.

    Raises
    ------
    SpecError
        When there is no such case.
    """
    history = store.history(case_id)
    last = history[-1]
    allowed = days_allowed(last.report, "fda")
    return CaseToSend(
        case_id,
        last.report,
        datetime.fromisoformat(history[0].received),
        datetime.fromisoformat(last.received),
        identity,
        expedited=bool(allowed and allowed[0] <= EXPEDITED),
        void=store.trail(case_id)[-1].why if last.kind == "nullification" else None,
    )
