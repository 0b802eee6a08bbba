"""XML from strangers: no entities, no document type with content, nothing fetched."""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

from lxml import etree

from tolerogen.errors import SpecError

LARGEST = 200_000_000
"""Bytes of a message; a batch beyond this is split by whoever sends it."""
DEEPEST = 200
"""Levels of nesting; a case safety report has about 30."""


class _Reached(Exception):  # noqa: N818
    """The first element: what is dangerous comes before it."""


def parse_xml(content: bytes, name: str) -> etree._Element:
    """Parse a document that may be hostile.

    Parameters
    ----------
    content
        The document.
    name
        What to call it in messages.

    Raises
    ------
    SpecError
        When it declares entities or an internal document type, is too large or too deep, or is no
        XML; with the line.

    Examples
    --------
    >>> parse_xml(b"<a><b/></a>", "x.xml").tag
    'a'
    """
    if len(content) > LARGEST:
        raise SpecError(f"{name}: {len(content):,} bytes; at most {LARGEST:,} are read.")
    check_prolog(content, name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, strip_cdata=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise SpecError(f"{name}, line {line}: is not well-formed XML ({error.msg}).") from None
    if _deeper(root, DEEPEST):
        raise SpecError(f"{name}: elements lie more than {DEEPEST} levels deep.")
    return root


def check_prolog(content: bytes, name: str) -> None:
    """Refuse entities and internal document types before anything is expanded.

    A document type that only points elsewhere is let pass, as E2B(R2) files have one; it is never
    fetched.
    """
    parser = expat.ParserCreate()
    refused = f"{name}: declares entities or a document type of its own, and is refused. Such "
    refused += "declarations can read files or exhaust memory, and no safety report needs them."

    def refuse(*_: object) -> None:
        raise SpecError(refused)

    def doctype(_name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            raise SpecError(refused)

    def first(*_: object) -> None:
        raise _Reached

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = first
    try:
        parser.Parse(content[: 1 << 20], False)
    except _Reached:
        return
    except expat.ExpatError as error:
        words = expat.ErrorString(error.code)
        raise SpecError(f"{name}, line {error.lineno}: is not XML ({words}).") from None
    raise SpecError(f"{name}: has no element within its first megabyte.")


def read_bytes(file: Path) -> bytes:
    """Read a file, or refuse in words."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise SpecError(f"{file}: cannot be read ({error.strerror}).") from None


def _deeper(root: etree._Element, limit: int) -> bool:
    depth = 0
    for action, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if action == "start" else -1
        if depth > limit:
            return True
    return False
