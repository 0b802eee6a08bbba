"""From one report of a side effect to a signal.

Somebody tells that something bad happened after a medicine. That is a report; many reports together
may show what no trial was large enough to see. The room is walked through in this order:

`case_report`
    One case: who was affected, what was taken, what happened; validity and seriousness.
`causality`, `expected`
    Whether a drug caused it (Naranjo, WHO-UMC), and whether that is listed.
`web`
    The form for people, on a page of its own.
`store`
    Cases kept for good: versions, identities apart, a chained audit trail.
`duplicates`
    Which cases may be one case told twice; proposed, never merged.
`deadlines`
    When a case must have reached the authority.
`e2b`
    One case as agencies exchange it: E2B(R3), and E2B(R2) to read; `fhir` writes FHIR R4.
`dictionaries`
    The user's MedDRA and WHODrug, and an open list of everyday words.
`ingest`
    What agencies publish, millions of reports at a time, as tables.
`signals`
    Counts of drug-event pairs, and which of them are reported more than chance explains.
`methods`
    Tree scan, regression, interactions, onset, masking, trend, MaxSPRT; evidence and triage.
`clinical`
    Safety of a trial: incidence, hierarchical model, predicted against observed, listings.
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
