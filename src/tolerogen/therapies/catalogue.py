"""The library of published drugs: list it, and load a therapy by name, synonym or file.

Regimens of the library are those of trials; where a report gives no length of infusion, an hour
is assumed, which no result at the scale of days feels.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tolerogen.errors import SpecError, choices
from tolerogen.therapies.reader import read_therapy
from tolerogen.therapies.therapy import Therapy

LIBRARY = Path(__file__).parent / "library"


def list_therapies() -> tuple[Therapy, ...]:
    """Return the therapies of the library, in order of id."""
    return tuple(_library(path) for path in sorted(LIBRARY.glob("*.toml")))


def load_therapy(name_or_path: str | Path) -> Therapy:
    """Load a therapy.

    Parameters
    ----------
    name_or_path
        Id, name or synonym of a library entry, in any case, or the path of a TOML file.

    Raises
    ------
    SpecError
        No such entry (the message lists those there are), or the file is wrong.

    Examples
    --------
    >>> load_therapy("MabThera").id
    'rituximab'
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or text.endswith(".toml"):
        return read_therapy(Path(name_or_path))
    for therapy in list_therapies():
        if text.casefold() in (n.casefold() for n in (therapy.id, therapy.name, *therapy.synonyms)):
            return therapy
    known = [therapy.id for therapy in list_therapies()]
    raise SpecError(
        f"therapy '{text}' is not in the library; {choices(text.casefold(), known)} "
        "A file of your own is given by its path, ending in .toml."
    )


@cache
def _library(path: Path) -> Therapy:
    return read_therapy(path)
