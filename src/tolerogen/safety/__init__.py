"""From one report of a side effect to a signal.

Somebody tells that something bad happened after a medicine. That is a report; many reports together
may show what no trial was large enough to see. The room is walked through in this order:

`case_report`
    One case: who was affected, what was taken, what happened; validity and seriousness.
`store`
    Cases kept for good: versions, identities apart, a chained audit trail.
`duplicates`
    Which cases may be one case told twice; proposed, never merged.
`deadlines`
    When a case must have reached the authority.
`e2b`
    One case as agencies exchange it: E2B(R3), and E2B(R2) to read.
`ingest`
    What agencies publish, millions of reports at a time, as tables.
`methods`
    Limits for looking while reports come in (MaxSPRT).
`signals`
    Counts of drug-event pairs, and which of them are reported more than chance explains.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolerogen.safety.signals import SignalTable, find_signals, read_source

__all__ = ["SignalTable", "find_signals", "read_source"]


def __getattr__(name: str) -> object:
    """Load the signals when they are first asked for: a single case needs no tables."""
    if name in __all__:
        return getattr(import_module("tolerogen.safety.signals"), name)
    raise AttributeError(f"module 'tolerogen.safety' has no attribute '{name}'")
