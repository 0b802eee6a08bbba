"""A small open list of events, with the words that people use for them.

It is our own, may be used by anybody (CC0), and is no substitute for a dictionary: it has the
common events of medicines for the immune system, each in one body system.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Entry:
    """An event: its term, its body system, and other words for it."""

    term: str
    system: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """What was found for somebody's words.

    Attributes
    ----------
    term, system
        The term of the list and its body system.
    exact
        Whether the words stand in the list; otherwise they are only alike, and somebody must look.
    """

    term: str
    system: str
    exact: bool


@cache
def vocabulary() -> tuple[Entry, ...]:
    """Return the list."""
    text = resources.files(__package__).joinpath("vocabulary.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Entry(row["term"], row["system"], tuple(filter(None, row["words"].split("|"))))
        for row in rows
    )


def match_term(text: str) -> Match | None:
    """Find the term for what somebody wrote; None when nothing is alike.

    Examples
    --------
    >>> match_term("throwing up"), match_term("Neumonia").exact
    (Match(term='Vomiting', system='Stomach and bowel', exact=True), False)
    """
    words = _tidy(text)
    known = _words()
    if words in known:
        entry = known[words]
        return Match(entry.term, entry.system, exact=True)
    close = get_close_matches(words, known, n=1, cutoff=0.84)
    if not close:
        return None
    entry = known[close[0]]
    return Match(entry.term, entry.system, exact=False)


@cache
def _words() -> dict[str, Entry]:
    made: dict[str, Entry] = {}
    for entry in vocabulary():
        for words in (entry.term, *entry.words):
            made.setdefault(_tidy(words), entry)
    return made


def _tidy(text: str) -> str:
    plain = re.sub(r"[^\w\s]", " ", text.casefold())
    dropped = {"a", "an", "the", "my", "had", "have", "severe", "bad", "some", "i", "of", "in"}
    return " ".join(word for word in plain.split() if word not in dropped)
