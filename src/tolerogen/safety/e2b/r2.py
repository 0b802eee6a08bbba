"""Read E2B(R2) into the numbers of E2B(R3)."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

from lxml import etree

from tolerogen.errors import SpecError
from tolerogen.safety.e2b.batch import Batch, Element
from tolerogen.safety.e2b.read import canonical
from tolerogen.safety.safe_xml import parse_xml, read_bytes

RECODED = {
    "E.i.7": {"1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "6": "0"},
    "C.3.1": {"1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "6": "6"},
    "D.2.2b": {"800": "10.a", "801": "a", "802": "mo", "803": "wk", "804": "d", "805": "h"},
    "G.k.8": {"1": "1", "2": "2", "3": "3", "4": "4", "5": "0", "6": "9"},
}
BOOLEAN = {"1": "true", "2": "false"}


def read_r2(source: Path | bytes, name: str = "message") -> Batch:
    """Read a message of E2B(R2).

    Elements get the numbers and codes of E2B(R3) where there is a counterpart; the message is kept
    whole beside them.

    Raises
    ------
    SpecError
        When it is no XML, is dangerous, or holds no ``safetyreport``.
    """
    if isinstance(source, Path):
        name = str(source)
        source = read_bytes(source)
    root = parse_xml(source, name)
    if root.tag != "ichicsr":
        raise SpecError(
            f"{name}, line {root.sourceline or 1}: the root is <{etree.QName(root).localname}>, "
            "where E2B(R2) has <ichicsr>."
        )
    reports = root.findall("safetyreport")
    if not reports:
        raise SpecError(f"{name}: holds no safetyreport.")
    elements: list[Element] = []
    for number, path in _paths():
        if number.startswith("N.1"):
            elements += _read(root, path, number, ())
    for message, report in enumerate(reports, 1):
        elements += _report(report, message)
    return Batch("R2", tuple(elements), canonical(root), name)


def _report(report: etree._Element, message: int) -> list[Element]:
    made = []
    for number, path in _paths():
        if number.startswith("N.1"):
            continue
        head, _, rest = path.partition("//")
        if not rest:
            made += _read(report, path, number, (message,))
            continue
        for index, group in enumerate(report.iterfind(head), 1):
            made += _read(group, rest, number, (message, index))
    return made


def _read(where: etree._Element, path: str, number: str, place: tuple[int, ...]) -> list[Element]:
    made = []
    for node in where.iterfind(path):
        text = (node.text or "").strip()
        if text:
            text = _recoded(number, text)
            made.append(Element(number, place, text, None, node.sourceline or 0))
    return made


def _recoded(number: str, text: str) -> str:
    if number in RECODED:
        return RECODED[number].get(text, text)
    if number in ("C.1.6.1", "C.1.7", "C.1.9.1") or number.startswith("E.i.3.2"):
        return BOOLEAN.get(text, text)
    return text


def _paths() -> list[tuple[str, str]]:
    text = resources.files(__package__).joinpath("r2.csv").read_text(encoding="utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    return [(number, path) for number, path in list(rows)[1:]]
