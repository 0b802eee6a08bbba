"""How a mistake is told: one wrapped paragraph on standard error, exit code 2."""

from __future__ import annotations

import math
import shutil
import textwrap
import warnings
from typing import IO, Any, TextIO

import click

from tolerogen.errors import TolerogenError

WIDEST = 100
LARGEST = 2**31 - 1
"""Of the whole numbers that an option takes: more than can be simulated, and fit for any seed."""


class Refusal(click.ClickException):
    """A `TolerogenError` on its way to the terminal."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the paragraph to `file`, standard error by default."""
        click.echo(paragraph(f"Error: {self.format_message()}"), file=file, err=file is None)


class RefusingGroup(click.Group):
    """Group under which every `TolerogenError` becomes a `Refusal`."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a user's mistake leaves as a `Refusal`."""
        try:
            return super().invoke(ctx)
        except TolerogenError as error:
            raise Refusal(str(error)) from error


class Whole(click.IntRange):
    """A whole number with a least value, refused in words that people use."""

    name = "whole number"

    def __init__(self, min: int | None = None, max: int = LARGEST) -> None:  # noqa: A002  # as click
        super().__init__(min, max)


class Number(click.FloatRange):
    """A number that is one: neither ``nan`` nor ``inf``."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read the text."""
        found = float(super().convert(value, param, ctx))
        if not math.isfinite(found):
            self.fail(f"{value!r} is not a number that can be computed with.", param, ctx)
        return found


SHARE = Number(0, 1, min_open=True, max_open=True)
"""A share or a coverage: between 0 and 1."""


def usage(error: click.UsageError) -> str:
    """Tell a mistake on the command line as a paragraph that points to the help."""
    help_at = f" See '{error.ctx.command_path} --help'." if error.ctx is not None else ""
    message = error.format_message().rstrip(".?")
    end = "?" if error.format_message().endswith("?") else "."
    return paragraph(f"Error: {message}{end}{help_at}")


def paragraph(text: str) -> str:
    """Join `text` into one paragraph, wrapped to the terminal (at most 100 columns)."""
    width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    return textwrap.fill(
        " ".join(text.split()), width, break_long_words=False, break_on_hyphens=False
    )


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning meant for the user as a paragraph, without the place in our code.

    Takes the place of `warnings.showwarning`; other kinds of warning keep Python's form.
    """
    if category is UserWarning:
        click.echo(paragraph(f"Warning: {message}"), file=file, err=True)
    else:
        text = warnings.formatwarning(message, category, filename, lineno, line)
        click.echo(text, file=file, err=True, nl=False)
