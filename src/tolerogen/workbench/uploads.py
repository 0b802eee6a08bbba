"""What people paste or upload, as a file that the rooms can read, and named as people know it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.workbench.forms import Sent

MOST_CHARACTERS = 6_000_000
"""Of what is pasted or uploaded for a job, whose task is kept in its row."""
PASTED = "what was pasted"


def given(form: Sent, field: str, *, wanted: str) -> tuple[str, str]:
    """Return text and name of what came through the field ``field`` or the upload ``field-file``.

    Parameters
    ----------
    form
        What was sent; an upload wins over what was pasted.
    field
        Name of the text field.
    wanted
        What is needed, in words, for the message.

    Raises
    ------
    SpecError
        When there is nothing, or too much.
    """
    text = form.file(f"{field}-file")
    name = form.files.get(f"{field}-file", ("", b""))[0] if text is not None else PASTED
    checked = check_length(text if text is not None else form.text(field), wanted)
    return checked, plain_name(name)


def check_length(text: str, wanted: str) -> str:
    """Return the text.

    Raises
    ------
    SpecError
        When there is none, or too much.
    """
    if not text.strip():
        raise SpecError(f"Nothing was given: paste or upload {wanted}.")
    if len(text) > MOST_CHARACTERS:
        raise SpecError(
            f"This is too large for a page ({len(text):,} characters, at most "
            f"{MOST_CHARACTERS:,}): use the command line."
        )
    return text


def plain_name(name: str) -> str:
    r"""Return the last part of a file's name, for showing.

    Examples
    --------
    >>> plain_name("..\\..\\etc/my panel.csv")
    'my panel.csv'
    """
    return re.split(r"[/\\]", name)[-1][:80] or PASTED


@contextmanager
def as_file(text: str, name: str, suffix: str) -> Iterator[Path]:
    """Put a text into a file while this lasts; messages name it as people know it.

    Parameters
    ----------
    name
        Of the upload: never part of a path.
    suffix
        What decides how it is read, such as ``.csv``.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{suffix}"
        path.write_text(text, encoding="utf-8")
        try:
            yield path
        except SpecError as error:
            told = str(error).replace(str(path), name).replace(path.name, name)
            raise SpecError(told) from None


def suffix_of(name: str, known: tuple[str, ...], otherwise: str) -> str:
    """Return the ending of a name, if it is one of those that are known."""
    ending = Path(name).suffix.lower()
    return ending if ending in known else otherwise
