"""The trial files that come with Tolerogen: files a user would start from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
PLACES = (PACKAGE / "examples", PACKAGE.parents[1] / "examples")  # installed; a checkout


@dataclass(frozen=True)
class Example:
    """A trial file: its name, the title in it, its text."""

    name: str
    title: str
    text: str


@cache
def list_examples() -> tuple[Example, ...]:
    """Return the example trial files, in order of name.

    Examples
    --------
    >>> "s95011-sjogren" in [example.name for example in list_examples()]
    True
    """
    folder = next((place for place in PLACES if place.is_dir()), None)
    found = []
    for path in sorted(folder.glob("*.toml")) if folder else ():
        text = path.read_text(encoding="utf-8")
        head = tomllib.loads(text).get("trial")
        if isinstance(head, dict):
            found.append(Example(path.stem, str(head["name"]), text))
    return tuple(found)
