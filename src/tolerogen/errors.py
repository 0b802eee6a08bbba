"""Errors that a person can act on.

Everything Tolerogen raises on purpose derives from `TolerogenError`. Its message is one
readable paragraph: what was wrong, where, and what to do. The command line prints that
paragraph and exits with code 2; a traceback always means a defect of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class TolerogenError(Exception):
    """Base of every error that Tolerogen raises on purpose."""


class SpecError(TolerogenError):
    """A file or value written by the user is wrong: unknown key, unit, name, range."""


class ModelError(TolerogenError):
    """A mechanistic model cannot be read, or asks for what the engine does not offer."""


class SimulationError(TolerogenError):
    """A simulation could not be carried out as asked."""


class AnalysisError(TolerogenError):
    """Data or a design cannot be analysed as asked: singular, empty, not converged."""


class OutputError(TolerogenError):
    """A result cannot be written where the user asked."""


def choices(wanted: str, allowed: Iterable[str]) -> str:
    """Describe the allowed names, the closest first: the tail of an error message.

    Examples
    --------
    >>> choices("rituximb", ["belimumab", "rituximab"])
    "did you mean 'rituximab'? Known: belimumab, rituximab."
    """
    names = sorted(allowed)
    known = f"Known: {', '.join(names)}." if names else "None are known."
    close = get_close_matches(wanted, names, n=1)
    return f"did you mean '{close[0]}'? {known}" if close else known
