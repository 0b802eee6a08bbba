"""A page of plain text, as the terminal would show it and a file can keep it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def blank_page(width: int) -> Console:
    """Return a console that prints onto a page, without colours."""
    from rich.console import Console

    return Console(
        file=io.StringIO(), width=width, color_system=None, highlight=False, emoji=False,
        markup=False,
    )  # fmt: skip


def text_of(page: Console) -> str:
    """Return what was printed onto a page, without blanks at the ends of lines."""
    written = page.file
    assert isinstance(written, io.StringIO)  # noqa: S101  # as `blank_page` made it
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"
