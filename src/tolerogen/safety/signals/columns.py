"""Which column is which: the names that files use for report, drug, event and count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tolerogen.errors import SpecError

KNOWN = {
    "report_id": ("report_id", "report", "caseid", "case_id", "primaryid", "isr", "vaers_id", "id"),
    "drug": ("drug", "drug_name", "drugname", "drug lab", "product", "vaccine", "var1"),
    "event": ("event", "pt", "ae", "ae lab", "reaction", "symptom", "term", "var2"),
    "n": ("n", "n11", "count", "obs", "observed", "events"),
    "expected": ("expected", "e", "exp", "expected_count"),
    "n_drug": ("n_drug", "drug_margin", "n1."),
    "n_event": ("n_event", "event_margin", "n.1"),
    "n_total": ("n_total", "n_tot", "total", "n_reports"),
}
"""Accepted headings, in any case, the first choice first."""


def match_columns(
    header: Iterable[str], given: Mapping[str, str], file: Path
) -> tuple[dict[str, str], list[str]]:
    """Find the columns of a table.

    Parameters
    ----------
    header
        Headings of the file.
    given
        What the user said: our name to theirs.
    file
        Named in errors.

    Returns
    -------
    dict, list
        Our name to the file's heading, and all headings.

    Raises
    ------
    SpecError
        When a name the user gave is unknown or not in the file.
    """
    headings = list(header)
    lower = {name.strip().lower(): name for name in headings}
    found = {}
    for ours, theirs in given.items():
        if ours not in KNOWN:
            raise SpecError(f"'{ours}' is not a column that is looked for: {', '.join(KNOWN)}.")
        if theirs not in headings:
            raise SpecError(
                f"{file}: there is no column '{theirs}'. The columns are {', '.join(headings)}."
            )
        found[ours] = theirs
    taken = set(found.values())
    for ours, names in KNOWN.items():
        match = next((lower[name] for name in names if name in lower), None)
        if ours not in found and match is not None and match not in taken:
            found[ours] = match
            taken.add(match)
    return found, headings


def require(found: Mapping[str, str], headings: Iterable[str], file: Path) -> str:
    """Say which layout the columns make: ``"reports"`` or ``"counts"``.

    Raises
    ------
    SpecError
        When they make neither.
    """
    if {"drug", "event"} <= set(found):
        if "report_id" in found:
            return "reports"
        if "n" in found:
            return "counts"
    missing = [name for name in ("drug", "event") if name not in found]
    lacks = f"no column for {' and '.join(missing)}" if missing else "neither report_id nor n"
    raise SpecError(
        f"{file}, line 1: {lacks} among {', '.join(headings) or 'nothing'}. Reports need the "
        f"columns report_id, drug, event; a table of counts needs drug, event, n and, if you have "
        f"them, expected or n_drug, n_event, n_total. Other names can be given with "
        f"--columns report_id=CASEID,drug=NAME,event=PT."
    )
