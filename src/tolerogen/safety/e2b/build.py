"""Pieces of a message of E2B(R3): elements in the namespace of HL7, with what each must carry."""

from __future__ import annotations

from lxml import etree

from tolerogen.safety.e2b.table import HL7, ICH, XSI

KINDS = {
    "observation": {"classCode": "OBS", "moodCode": "EVN"},
    "observationEvent": {"classCode": "OBS", "moodCode": "EVN"},
    "causalityAssessment": {"classCode": "OBS", "moodCode": "EVN"},
    "investigationCharacteristic": {"classCode": "OBS", "moodCode": "EVN"},
    "organizer": {"classCode": "CATEGORY", "moodCode": "EVN"},
    "substanceAdministration": {"classCode": "SBADM", "moodCode": "EVN"},
    "productUseReference": {"classCode": "SBADM", "moodCode": "EVN"},
    "adverseEffectReference": {"classCode": "OBS", "moodCode": "EVN"},
    "controlActEvent": {"classCode": "CACT", "moodCode": "EVN"},
    "controlActProcess": {"classCode": "CACT", "moodCode": "EVN"},
    "investigationEvent": {"classCode": "INVSTG", "moodCode": "EVN"},
    "adverseEventAssessment": {"classCode": "INVSTG", "moodCode": "EVN"},
    "relatedInvestigation": {"classCode": "INVSTG", "moodCode": "EVN"},
    "researchStudy": {"classCode": "CLNTRL", "moodCode": "EVN"},
    "primaryRole": {"classCode": "INVSBJ"},
    "player1": {"classCode": "PSN", "determinerCode": "INSTANCE"},
    "assignedPerson": {"classCode": "PSN", "determinerCode": "INSTANCE"},
    "assignedEntity": {"classCode": "ASSIGNED"},
    "asQualifiedEntity": {"classCode": "QUAL"},
    "asLocatedEntity": {"classCode": "LOCE"},
    "location": {"classCode": "COUNTRY", "determinerCode": "INSTANCE"},
    "representedOrganization": {"classCode": "ORG", "determinerCode": "INSTANCE"},
    "instanceOfKind": {"classCode": "INST"},
    "kindOfProduct": {"classCode": "MMAT", "determinerCode": "KIND"},
    "device": {"classCode": "DEV", "determinerCode": "INSTANCE"},
    "receiver": {"typeCode": "RCV"},
    "sender": {"typeCode": "SND"},
    "author": {"typeCode": "AUT"},
    "performer": {"typeCode": "PRF"},
    "consumable": {"typeCode": "CSM"},
    "component": {"typeCode": "COMP"},
    "component1": {"typeCode": "COMP"},
}
"""Attributes that each element always has."""

COUNTRY = "1.0.3166.1.2.2"
"""Code system of countries, ISO 3166-1 alpha-2."""


def node(
    tag: str, *children: etree._Element | None, text: str | None = None, **attributes: str | None
) -> etree._Element:
    """Make an element; children and attributes that are None are left out.

    Attribute names may end in an underscore, and ``xsi_type`` is the type of a value.

    Raises
    ------
    ValueError
        When a text holds characters that XML cannot hold.
    """
    made = etree.Element(f"{{{HL7}}}{tag}", nsmap={None: HL7, "xsi": XSI})
    for name, value in {**KINDS.get(tag, {}), **attributes}.items():
        if value is not None:
            key = f"{{{XSI}}}type" if name == "xsi_type" else name.rstrip("_")
            made.set(key, clean(value))
    if text is not None:
        made.text = clean(text)
    made.extend(child for child in children if child is not None)
    return made


def clean(text: str) -> str:
    r"""Replace characters that XML cannot hold, such as NUL.

    Examples
    --------
    >>> clean("a\x00b")
    'a\ufffdb'
    """
    return "".join(
        c
        if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
        else "\ufffd"
        for c in text
    )


def code(value: str | None, system: str, **attributes: str | None) -> etree._Element:
    """Make a code; a short system is a list of ICH, such as ``19`` for observations."""
    return node("code", code=value, codeSystem=oid(system), **attributes)


def oid(system: str) -> str:
    """Write the code system out.

    Examples
    --------
    >>> oid("19")
    '2.16.840.1.113883.3.989.2.1.1.19'
    """
    return system if "." in system else f"{ICH}.1.{system}"


def identifier(extension: str | None, root: str) -> etree._Element:
    """Make an id; the root is a list of ICH identifiers, such as ``1``."""
    return node("id", extension=extension, root=f"{ICH}.3.{root}")


def observation(number: str, value: etree._Element, tag: str = "observation") -> etree._Element:
    """Make an observation of ICH's list 19."""
    return node(tag, code(number, "19"), value)


def flag(value: bool | None) -> etree._Element:
    """Make a yes, a no, or no information."""
    text = None if value is None else str(value).lower()
    return node("value", xsi_type="BL", value=text, nullFlavor="NI" if value is None else None)
