"""A batch of case safety reports: its data elements, and the message they were read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, order=True)
class Element:
    """One data element.

    Attributes
    ----------
    number
        Its number in E2B(R3), for example ``E.i.2.1b``.
    place
        Which repeat it stands in, counted from 1: message, then reaction, drug, … .
    text
        Its value; None when there is none.
    null
        Why there is no value: ``UNK``, ``ASKU``, ``NASK``, ``MSK``, ``NI``, ``NA``, ….
    line
        Line of the file; 0 when it was not read from one. Does not count when compared.
    """

    number: str
    place: tuple[int, ...]
    text: str | None
    null: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Batch:
    """What a file of case safety reports holds.

    Attributes
    ----------
    form
        ``R3`` or ``R2``.
    elements
        The data elements in the order of the standard.
    xml
        The whole message in canonical form (C14N, with comments): what nothing is lost from.
    name
        Name of the file, for messages. Does not count when compared.
    """

    form: str
    elements: tuple[Element, ...]
    xml: bytes
    name: str = field(default="", compare=False)

    def get(self, number: str, message: int = 1) -> list[str]:
        """Return the texts of an element in one message."""
        return [e.text for e in self.find(number, message) if e.text is not None]

    def find(self, number: str, message: int | None = None) -> Iterator[Element]:
        """Iterate over the elements of a number."""
        for element in self.elements:
            if element.number == number and (
                message is None or not element.place or element.place[0] == message
            ):
                yield element

    @property
    def messages(self) -> int:
        """How many case reports the batch holds."""
        return max((e.place[0] for e in self.elements if e.place), default=0)

    def document(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        rows = [
            {"element": e.number, "place": list(e.place), "value": e.text, "null": e.null}
            for e in self.elements
        ]
        return {"form": self.form, "messages": self.messages, "elements": rows}
