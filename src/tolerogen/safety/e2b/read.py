"""Read E2B(R3): every data element by its number, the message kept whole beside them."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tolerogen.errors import SpecError
from tolerogen.safety.e2b.batch import Batch, Element
from tolerogen.safety.e2b.table import HL7, Definition, contexts, definitions
from tolerogen.safety.safe_xml import parse_xml, read_bytes

ROOT = f"{{{HL7}}}MCCI_IN200100UV01"
Place = tuple[int, ...]
Nodes = dict[str, list[tuple[Place, etree._Element]]]


def read_icsr(source: Path | bytes, name: str = "message") -> Batch:
    """Read a message of E2B(R3).

    Parameters
    ----------
    source
        The file, or its content.
    name
        What to call content in messages.

    Raises
    ------
    SpecError
        When it is no XML, is dangerous, or is not a batch of case safety reports.
    """
    if isinstance(source, Path):
        name = str(source)
        source = read_bytes(source)
    root = parse_xml(source, name)
    if root.tag != ROOT:
        raise SpecError(
            f"{name}, line {root.sourceline or 1}: the root is <{etree.QName(root).localname}>, "
            "where a batch of E2B(R3) has <MCCI_IN200100UV01>."
        )
    return Batch("R3", tuple(elements_of(root)), canonical(root), name)


def canonical(root: etree._Element) -> bytes:
    """Write a tree in canonical form, comments kept, so that equal messages are equal bytes."""
    tree = root.getroottree()
    made: bytes = etree.tostring(tree, method="c14n2", with_comments=True, strip_text=False)
    return made


def places(root: etree._Element) -> Nodes:
    """Find all contexts of a message, each with its place."""
    found: Nodes = {"": [((), root)]}
    for context in contexts():
        rows = []
        for place, node in found[context.parent]:
            inside = context.path(node)
            single = context.name in ("N", "C", "A", "P", "C.3", "D.10")
            for index, child in enumerate(inside, 1):
                rows.append((place if single else (*place, index), child))
        found[context.name] = rows
    return found


def elements_of(root: etree._Element) -> list[Element]:
    """List the data elements of a message."""
    nodes = places(root)
    return [
        element
        for definition in definitions().values()
        for place, node in nodes[definition.context]
        for element in _read(definition, place, node)
    ]


def _read(definition: Definition, place: Place, context: etree._Element) -> list[Element]:
    made = []
    for node in definition.node(context):
        name = definition.attribute
        text = _own_text(node) if name is None else node.get(name)
        null = node.get("nullFlavor") if text is None else None
        if text is not None or null is not None:
            made.append(Element(definition.number, place, text, null, node.sourceline or 0))
    return made


def _own_text(node: etree._Element) -> str | None:
    """Text of a node without that of its comments and children; None when there is none."""
    parts = [node.text or "", *(child.tail or "" for child in node)]
    text = "".join(parts).strip()
    return text or None
