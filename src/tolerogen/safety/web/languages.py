"""The languages of the form: what it says in each, and which one a reader gets.

The pages are written in English, and a sentence is looked up as it stands in
``translations/CODE.toml``; what is missing there stays English. A reader gets the language chosen
on the page, else the first of the browser's that is known.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français"}
"""Codes and how the languages call themselves."""
COOKIE: Final = "language"
DEFAULT: Final = "en"
TRANSLATIONS = Path(__file__).parent / "translations"
MOST_ASKED = 20  # languages of a browser that are looked at


def language_for(chosen: str | None, accepted: str) -> str:
    """Return the language of a page.

    Parameters
    ----------
    chosen
        Code that the reader chose; another word counts as none.
    accepted
        The header ``Accept-Language``: ``de-CH,de;q=0.9,en;q=0.8``.

    Examples
    --------
    >>> language_for(None, "pt, de-CH;q=0.7, en;q=0.8"), language_for("fr", "de")
    ('en', 'fr')
    """
    if chosen in LANGUAGES:
        return str(chosen)
    wishes = []
    for place, part in enumerate(accepted.split(",")[:MOST_ASKED]):
        code, _, rest = part.strip().partition(";")
        wishes.append((-_weight(rest), place, code.strip().lower().partition("-")[0]))
    known = (code for weight, _, code in sorted(wishes) if weight < 0 and code in LANGUAGES)
    return next(known, DEFAULT)


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Return what is said in a language, by the English sentence; empty for English."""
    if language == DEFAULT:
        return {}
    text = (TRANSLATIONS / f"{language}.toml").read_text(encoding="utf-8")
    found: dict[str, str] = tomllib.loads(text)
    return found


def translator(language: str) -> Callable[[str], str]:
    """Return what turns an English sentence into that of a language."""
    known = sentences(language)
    return lambda text: known.get(text, text)
