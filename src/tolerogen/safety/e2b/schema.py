"""Validate a message against the official schema files of ICH, which the user brings.

The files are not ours to ship: they come with the implementation guide of E2B(R3) on
https://ich.org. The schema says where elements may stand and which type they have;
`check_icsr` says what a case safety report needs beyond that.
"""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from tolerogen.errors import SpecError
from tolerogen.safety.e2b.batch import Batch
from tolerogen.safety.e2b.finding import Finding
from tolerogen.safety.e2b.read import elements_of
from tolerogen.safety.safe_xml import parse_xml

WORDS = {
    "PATTERN_VALID": "does not have the form that its type asks for",
    "ENUMERATION_VALID": "is none of the values of its type",
    "MAXLENGTH_VALID": "is longer than its type allows",
    "MINLENGTH_VALID": "is shorter than its type allows",
    "LENGTH_VALID": "does not have the length of its type",
    "DATATYPE_VALID_1_2_1": "is not of its type",
    "DATATYPE_VALID_1_2_2": "is not of its type",
    "DATATYPE_VALID_1_2_3": "is not of its type",
    "COMPLEX_TYPE_2_3": "holds text, where only elements may stand",
    "COMPLEX_TYPE_3_2_1": "is not an attribute of this element",
    "COMPLEX_TYPE_3_2_2": "is not an attribute of this element",
    "COMPLEX_TYPE_4": "lacks an attribute that is required",
    "ELT_1": "is no element that a message can begin with",
}
"""Rules of XML Schema in words, by the end of their name in libxml2."""

EXPECTED = re.compile(r"Expected is (?:one of )?\( ?(.*?) ?\)", re.DOTALL)
NAMES = re.compile(r"Element '\{?[^'}]*\}?([^'}]+)'(?:, attribute '\{?[^'}]*\}?([^'}]+)')?")
MISSING = re.compile(r"The attribute '([\w.:-]+)' is required but missing")


def check_schema(batch: Batch, folder: Path) -> list[Finding]:
    """Validate a batch of E2B(R3).

    Parameters
    ----------
    batch
        What `read_icsr` read.
    folder
        The schema files of ICH, as they lie in the package: one of them is named after the root,
        ``MCCI_IN200100UV01.xsd``.

    Returns
    -------
    list of Finding
        In the order of the file; rules begin with ``schema.``. Values are never quoted.

    Raises
    ------
    SpecError
        When the folder does not hold the schema, the schema cannot be used, or the batch is not R3.
    """
    if batch.form != "R3":
        raise SpecError(f"{batch.name}: only E2B(R3) has a schema; this is E2B({batch.form}).")
    root = parse_xml(batch.xml, batch.name)
    schema = _schema(folder, etree.QName(root).localname)
    schema.validate(root)
    errors = sorted(schema.error_log, key=lambda error: (error.line, error.column))
    # the canonical form has no prolog, so lines are those of the file less a few
    first = next((e.line for e in elements_of(root)), 0)
    above = next((e.line for e in batch.elements), 0) - first
    return [_finding(error, above) for error in errors]


def _schema(folder: Path, name: str) -> etree.XMLSchema:
    found = sorted(folder.rglob(f"{name}.xsd"), key=lambda path: len(path.parts))
    if not found:
        raise SpecError(
            f"{folder}: holds no {name}.xsd. Give the folder with the schema files of ICH's "
            "E2B(R3) implementation guide, such as multicacheschemas."
        )
    try:
        return etree.XMLSchema(etree.parse(found[0], etree.XMLParser(no_network=True)))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        raise SpecError(f"{found[0]}: cannot be used as a schema ({error}).") from None


def _finding(error: etree._LogEntry, above: int) -> Finding:
    names = NAMES.match(error.message)
    element, attribute = names.groups() if names else ("a message", None)
    rule = error.type_name.removeprefix("SCHEMAV_CVC_").removeprefix("SCHEMAV_")
    expected = EXPECTED.search(error.message)
    missing = MISSING.search(error.message)
    words = WORDS.get(rule, "breaks the schema")
    if missing:
        words = f"lacks the attribute {missing[1]}"
    elif rule == "ELEMENT_CONTENT":
        words = "misses an element" if "Missing child" in error.message else "is not expected here"
        if expected:
            words += f"; expected: {re.sub(r'[{][^}]*[}]', '', expected[1])}"
    at = f"<{element}>, {attribute}," if attribute else f"<{element}>"
    return Finding(f"schema.{rule}", element, (), error.line + above, f"{at} {words}")
