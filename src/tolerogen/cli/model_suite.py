"""What ``tolerogen model check-suite`` prints: how many cases passed, and why others did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tolerogen.cli.show import console, print_table

if TYPE_CHECKING:
    from tolerogen.engine.suite import SuiteResult

SHOWN = 8
"""Cases named in a row of the table; all of them are in the JSON document."""


def print_suite(result: SuiteResult) -> None:
    """Print counts, then one row for every reason, the most frequent first."""
    summary = result.summary()
    counts = ", ".join(f"{summary[name]} {name}" for name in ("passed", "failed", "refused"))
    console().print(f"{summary['cases']} cases: {counts}", style="bold")
    console().print()
    rows = [
        (status, count, reason, _named(result, status, reason))
        for status in ("failed", "refused")
        for reason, count in sorted(
            summary[f"{status}_by"].items(), key=lambda item: (-item[1], item[0])
        )
    ]
    if rows:
        print_table("Not passed", ("outcome", "cases", "reason", "which"), rows, numbers=1)


def _named(result: SuiteResult, status: str, reason: str) -> str:
    names = [c.case for c in result.cases if (c.status, c.reason) == (status, reason)]
    more = f", and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
