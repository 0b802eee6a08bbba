"""Check the data elements of a batch: present, allowed, short enough, dates that exist."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tolerogen.safety.e2b.batch import Batch, Element
from tolerogen.safety.e2b.conditions import conditions
from tolerogen.safety.e2b.finding import Finding
from tolerogen.safety.e2b.read import places
from tolerogen.safety.e2b.table import Definition, definitions
from tolerogen.safety.safe_xml import parse_xml

STAMP = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\.\d+)?([+-]\d{2,4})?\Z")
NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
FULL = {"N.1.5", "N.2.r.4", "C.1.2"}
"""Dates that need the second."""
DAY = {"C.1.4", "C.1.5"}
"""Dates that need the day."""
MORE_NULLS = {"D.1": {"NA"}}
"""FDA wants NA where there is no patient."""


def check_icsr(batch: Batch, *, now: datetime | None = None) -> list[Finding]:
    """Check a batch of E2B(R3).

    Parameters
    ----------
    batch
        What `read_icsr` read.
    now
        What counts as the future is later than this; the present by default.

    Returns
    -------
    list of Finding
        In the order of the standard; empty when nothing is wrong.
    """
    now = now or datetime.now(UTC)
    found = [*_missing(batch), *_groups(batch)]
    for element in batch.elements:
        found += _wrong(definitions()[element.number], element, now)
    found += conditions(batch)
    order = {number: k for k, number in enumerate(definitions())}
    return sorted(found, key=lambda f: (f.place[:1], order.get(f.element, 0), f.place, f.rule))


def _missing(batch: Batch) -> Iterator[Finding]:
    present = {(e.number, e.place) for e in batch.elements}
    nodes = places(parse_xml(batch.xml, batch.name))
    for definition in definitions().values():
        if definition.mandatory:
            for place, node in nodes[definition.context]:
                if (definition.number, place) not in present:
                    line = node.sourceline or 0
                    yield _finding("required", definition.number, place, line, "is missing")


def _groups(batch: Batch) -> Iterator[Finding]:
    """Each report needs a reaction, a drug and a reporter."""
    for message in range(1, batch.messages + 1):
        numbers = {e.number for e in batch.elements if e.place[:1] == (message,)}
        for group, number in (("E.i", "E.i.2.1b"), ("G.k", "G.k.2.2"), ("C.2.r", "C.2.r.4")):
            if not any(n == group or n.startswith(f"{group}.") for n in numbers):
                yield _finding("required", number, (message,), 0, f"is missing: no {group} at all")


def _wrong(definition: Definition, element: Element, now: datetime) -> Iterator[Finding]:
    where = (element.number, element.place, element.line)
    if element.text is None:
        allowed = definition.nulls | MORE_NULLS.get(element.number, set())
        if element.null not in allowed:
            known = ", ".join(sorted(allowed)) or "none"
            yield _finding("null", *where, f"has a nullFlavor that is not allowed ({known} are)")
        return
    text = element.text
    if definition.length is not None and len(text) > definition.length:
        yield _finding("length", *where, f"is longer than {definition.length} characters")
    if definition.codes and text not in definition.codes:
        codes = ", ".join(sorted(definition.codes))
        yield _finding("value", *where, f"is none of {codes}")
    elif definition.kind == "number" and not NUMBER.match(text):
        yield _finding("type", *where, "is no number")
    elif definition.kind == "meddra" and not (text.isdigit() and len(text) == 8):
        yield _finding("type", *where, "is no MedDRA code of eight digits")
    elif definition.kind == "date":
        yield from _date(where, text, now)


def _date(where: tuple[str, tuple[int, ...], int], text: str, now: datetime) -> Iterator[Finding]:
    match = STAMP.match(text)
    try:
        parts = [int(x) for x in (match.groups()[:6] if match else ()) if x is not None]
        year, month, day, hour, minute, second = (parts + [0, 1, 1, 0, 0, 0][len(parts) :])[:6]
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, TypeError):
        yield _finding("date", *where, "is no date of the form CCYYMMDDhhmmss±ZZZZ")
        return
    least = 6 if where[0] in FULL else 3 if where[0] in DAY else 1
    if len(parts) < least:
        words = "to the second" if least == 6 else "to the day"
        yield _finding("date", *where, f"must be given {words}")
    if moment > now + timedelta(hours=14):  # the date line
        yield _finding("future", *where, "lies in the future")


def _finding(rule: str, number: str, place: tuple[int, ...], line: int, message: str) -> Finding:
    return Finding(f"{rule}.{number}", number, place, line, f"{number} {message}")


def by_rule(findings: list[Finding]) -> dict[str, int]:
    """Count findings by rule."""
    counts: dict[str, int] = defaultdict(int)
    for finding in findings:
        counts[finding.rule] += 1
    return dict(counts)
