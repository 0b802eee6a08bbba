"""What is wrong with a message: a rule, an element, a line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A broken element.

    Attributes
    ----------
    rule
        ``required``, ``value``, ``type``, ``length``, ``null``, ``date`` or ``future`` followed by
        the element, the number of a rule of FDA (``R0022``), or ``schema.`` followed by a rule of
        XML Schema.
    element, place, line
        Where it is.
    message
        What is wrong, in words. It never quotes a value, which could be personal.
    """

    rule: str
    element: str
    place: tuple[int, ...]
    line: int
    message: str
