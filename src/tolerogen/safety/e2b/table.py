"""Where each data element lies in a message, and what may stand there: two tables, compiled."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lxml import etree

HL7 = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ICH = "2.16.840.1.113883.3.989.2.1"
MEDDRA = "2.16.840.1.113883.6.163"
NAMESPACES = {"h": HL7, "xsi": XSI}
CODE = re.compile(r"\[code=(\w*):(\w*)\]")
ATTRIBUTE = re.compile(r"(.*)/@(\w+)\Z")
NAME = re.compile(r"(?<![@\w:.'-])([A-Za-z][\w]*)(?=[/\[\]@]|$)")


@dataclass(frozen=True)
class Context:
    """What elements are looked up in: the batch, a message, a reaction, a drug, ….

    Attributes
    ----------
    name, parent
        Its name and that of what it lies in.
    path
        XPath from the parent.
    """

    name: str
    parent: str
    path: etree.XPath


@dataclass(frozen=True)
class Definition:
    """A data element of the standard.

    Attributes
    ----------
    number, context
        Its number, and the context it is looked up in.
    node
        XPath to the node that holds it, and any nullFlavor.
    attribute
        The attribute that holds the value; None when it is the node's text.
    kind
        ``text``, ``number``, ``date``, ``boolean``, ``code`` or ``meddra``.
    length
        Most characters; None without limit.
    codes, nulls
        Allowed codes and nullFlavors.
    mandatory
        Whether each context must have it.
    """

    number: str
    context: str
    node: etree.XPath
    attribute: str | None
    kind: str
    length: int | None
    codes: frozenset[str]
    nulls: frozenset[str]
    mandatory: bool


@cache
def contexts() -> tuple[Context, ...]:
    """Return the contexts, parents first."""
    return tuple(
        Context(row["context"], row["parent"], _compile(row["path"]))
        for row in _rows("contexts.csv")
    )


@cache
def definitions() -> dict[str, Definition]:
    """Return the data elements by number, in the order of the standard."""
    made = {}
    for row in _rows("elements.csv"):
        at_end = ATTRIBUTE.match(row["path"])
        path, attribute = at_end.groups() if at_end else (row["path"], None)
        made[row["number"]] = Definition(
            row["number"],
            row["context"],
            _compile(path),
            attribute,
            row["kind"],
            int(row["length"]) if row["length"] else None,
            frozenset(row["codes"].split()),
            frozenset(row["nulls"].split()),
            row["conformance"] == "mandatory",
        )
    return made


def xpath(path: str) -> str:
    """Write a path of the tables as XPath.

    Examples
    --------
    >>> xpath("subjectOf2/observation[code=29:19]")[:52]
    "h:subjectOf2/h:observation[h:code/@code='29'][h:code"
    """
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(_code(match[1], match[2]))
        return f"[#{len(kept) - 1}]"

    path = CODE.sub(keep, path.replace("{3}", f"{ICH}.3"))
    quoted = re.split(r"('[^']*')", path)
    quoted[::2] = [NAME.sub(r"h:\1", part) for part in quoted[::2]]
    return re.sub(r"\[#(\d+)\]", lambda m: kept[int(m[1])], "".join(quoted))


def _code(code: str, system: str) -> str:
    oid = MEDDRA if system == "MedDRA" else f"{ICH}.1.{system}" if system else ""
    tests = [f"[h:code/@code='{code}']"] if code else []
    tests += [f"[h:code/@codeSystem='{oid}']"] if oid else []
    return "".join(tests)


def _compile(path: str) -> etree.XPath:
    return etree.XPath(xpath(path), namespaces=NAMESPACES)


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
