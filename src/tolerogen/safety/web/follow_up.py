"""Add to a report by its receipt number, without showing what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from tolerogen.errors import SpecError
from tolerogen.safety.store import CaseStore, Receipt
from tolerogen.safety.store.cases import ALPHABET
from tolerogen.safety.web import words
from tolerogen.safety.web.form import LONG


def add_to_case(
    store: CaseStore, data: Mapping[str, str], *, who: str
) -> tuple[Receipt | None, dict[str, str]]:
    """Put what is new into a new version of the case.

    Returns
    -------
    Receipt or None, dict
        The receipt; or what is wrong, by the name of the field. Whether the number is unknown or
        its case void is not told apart.
    """
    errors = {}
    number, text = tidy(data.get("number", "")), data.get("news", "").strip()
    outcome = data.get("outcome", "")
    if number is None:
        errors["number"] = "A receipt number looks like 2026-7KQM-4ZPA."
    if not text and not outcome:
        errors["news"] = "Tell what is new."
    if len(text) > LONG or "\x00" in text:
        errors["news"] = words.TOO_LONG_STORY
    if outcome and outcome not in words.OUTCOMES:
        errors["outcome"] = "Choose one of the answers."
    if errors or number is None:
        return None, errors
    try:
        last = store.history(number)[-1].report
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        events = last.events
        if outcome and len(events) == 1:
            events = (replace(events[0], outcome=outcome),)
        elif outcome:
            text = f"{text}\n({words.OUTCOMES[outcome]})".strip()
        news = replace(last, narrative=f"{last.narrative}\n\n[{day}] {text}".strip(), events=events)
        return store.follow_up(number, news, who=who, why="web form, added by the reporter"), {}
    except SpecError:
        return None, {"number": "We do not find this number. Please compare it with your receipt."}


def tidy(number: str) -> str | None:
    """Write a receipt number as it was given out, however it was typed; None when it is none.

    Examples
    --------
    >>> tidy(" 2026 7kqm4zpa "), tidy("2026-7KQM")
    ('2026-7KQM-4ZPA', None)
    """
    letters = "".join(c for c in number.upper() if c.isalnum())
    year, rest = letters[:4], letters[4:]
    whole = len(letters) == 12 and year.isdigit() and year.isascii()
    if not whole or any(c not in ALPHABET for c in rest):
        return None
    return f"{year}-{rest[:4]}-{rest[4:]}"
