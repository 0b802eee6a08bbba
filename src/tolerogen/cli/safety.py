"""``tolerogen safety``: from one report to a signal."""

from __future__ import annotations

import click

from tolerogen.cli.lazy import LazyGroup
from tolerogen.cli.refusal import RefusingGroup


class Safety(RefusingGroup, LazyGroup):
    """Group of the safety room."""


@click.group(
    cls=Safety,
    lazy={
        "audit": "tolerogen.cli.safety_case:audit",
        "case": "tolerogen.cli.safety_case:case",
        "deadlines": "tolerogen.cli.safety_case:deadlines",
        "duplicates": "tolerogen.cli.safety_duplicates:duplicates",
        "export": "tolerogen.cli.safety_icsr:export",
        "import": "tolerogen.cli.safety_icsr:import_",
        "hierarchy": "tolerogen.cli.safety_trial:hierarchy",
        "incidence": "tolerogen.cli.safety_trial:incidence",
        "ingest": "tolerogen.cli.safety_ingest:ingest",
        "interactions": "tolerogen.cli.safety_methods:interactions",
        "listing": "tolerogen.cli.safety_trial:listing",
        "masking": "tolerogen.cli.safety_methods:masking",
        "mechanism": "tolerogen.cli.safety_trial:mechanism",
        "onset": "tolerogen.cli.safety_methods:onset",
        "regression": "tolerogen.cli.safety_methods:regression",
        "report": "tolerogen.cli.safety_case:report",
        "serve": "tolerogen.cli.safety_web:serve",
        "signals": "tolerogen.cli.safety_signals:signals",
        "token": "tolerogen.cli.safety_web:token",
        "tree-scan": "tolerogen.cli.safety_methods:tree_scan",
        "monitor": "tolerogen.cli.safety_monitor:monitor",
        "trend": "tolerogen.cli.safety_methods:trend",
        "triage": "tolerogen.cli.safety_methods:triage",
    },
)
def safety() -> None:
    """Report side effects, keep cases, look for signals."""
