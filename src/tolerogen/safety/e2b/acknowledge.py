"""Acknowledgements of E2B(R3): what the receiver says became of each message, read and written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from tolerogen.errors import SpecError
from tolerogen.safety.e2b.batch import Batch
from tolerogen.safety.e2b.build import identifier, node
from tolerogen.safety.e2b.finding import Finding
from tolerogen.safety.e2b.table import HL7, NAMESPACES
from tolerogen.safety.safe_xml import parse_xml, read_bytes

ROOT = f"{{{HL7}}}MCCI_IN200101UV01"
CODES = {"CA": "accepted", "CE": "error", "CR": "rejected", "AA": "accepted", "AE": "error",
         "AR": "rejected"}  # fmt: skip
"""Codes of a message (C…) and of a batch (A…), in words."""


@dataclass(frozen=True)
class Acknowledged:
    """What became of one message.

    Attributes
    ----------
    message
        Its number, as it was sent.
    status
        ``accepted``, ``error`` or ``rejected``.
    details
        What the receiver says about it.
    local_number
        Number that the receiver gave it.
    """

    message: str
    status: str
    details: tuple[str, ...]
    local_number: str | None


@dataclass(frozen=True)
class Acknowledgement:
    """What became of a batch, and of each message."""

    batch: str | None
    status: str | None
    messages: tuple[Acknowledged, ...]


def read_acknowledgement(source: Path | bytes, name: str = "acknowledgement") -> Acknowledgement:
    """Read an acknowledgement.

    Raises
    ------
    SpecError
        When it is no XML, is dangerous, or is something else.
    """
    if isinstance(source, Path):
        name, source = str(source), read_bytes(source)
    root = parse_xml(source, name)
    if root.tag != ROOT:
        raise SpecError(f"{name}: is no acknowledgement of E2B(R3) (<MCCI_IN200101UV01>).")

    def get(at: etree._Element, path: str) -> str | None:
        found = at.xpath(path, namespaces=NAMESPACES)
        return str(found[0]).strip() or None if found else None

    messages = []
    for one in root.findall(f"{{{HL7}}}MCCI_IN000002UV01"):
        letter = get(one, "h:acknowledgement/@typeCode") or ""
        texts = one.xpath(".//h:acknowledgementDetail/h:text/text()", namespaces=NAMESPACES)
        messages.append(
            Acknowledged(
                get(one, ".//h:targetMessage/h:id/@extension") or "",
                CODES.get(letter, letter or "unknown"),
                tuple(text.strip() for text in texts if text.strip()),
                get(one, "h:id/@extension"),
            )
        )
    whole = get(root, "h:acknowledgement/@typeCode")
    target = get(root, "h:acknowledgement/h:targetBatch/h:id/@extension")
    return Acknowledgement(target, CODES.get(whole or "", whole), tuple(messages))


def acknowledge(
    batch: Batch, findings: list[Finding], sender: str, *, now: datetime | None = None
) -> bytes:
    """Write an acknowledgement: a message without findings is accepted.

    Parameters
    ----------
    batch
        What was received.
    findings
        What `check_icsr` found in it.
    sender
        Identifier of who acknowledges.
    now
        Time of writing; the present by default.
    """
    stamp = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")
    receiver = next(iter(batch.get("N.1.3")), "")
    made = [_one(batch, k, findings, sender, receiver, stamp) for k in range(1, batch.messages + 1)]
    bad = {f.place[0] for f in findings if f.place}
    status = "AA" if not findings else "AR" if len(bad) == batch.messages else "AE"
    number = next(iter(batch.get("N.1.2")), "")
    root = node(
        "MCCI_IN200101UV01",
        identifier(f"ACK-{number}"[:100], "20"),
        node("creationTime", value=stamp),
        node("responseModeCode", code="D"),
        node("interactionId", extension="MCCI_IN200101UV01", root="2.16.840.1.113883.1.6"),
        *made,
        node("receiver", node("device", identifier(receiver, "18"))),
        node("sender", node("device", identifier(sender, "17"))),
        node("acknowledgement", node("targetBatch", identifier(number, "22")), typeCode=status),
        ITSVersion="XML_1.0",
    )
    out: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return out


def _one(
    batch: Batch, k: int, findings: list[Finding], sender: str, receiver: str, stamp: str
) -> etree._Element:
    mine = [f for f in findings if f.place[:1] == (k,) or not f.place]
    texts = [f"{f.rule}: {f.message}" for f in mine] or ["Read without findings"]
    details = [node("acknowledgementDetail", node("text", text=text[:250])) for text in texts]
    number = next(iter(batch.get("N.2.r.1", k)), "")
    target = node("targetMessage", identifier(number, "1"))
    status = "CE" if mine else "CA"
    return node(
        "MCCI_IN000002UV01",
        identifier(f"{k}", "19"),
        node("creationTime", value=stamp),
        node("interactionId", extension="MCCI_IN000002UV01", root="2.16.840.1.113883.1.6"),
        node("processingCode", code="P"),
        node("processingModeCode", code="T"),
        node("acceptAckCode", code="NE"),
        node("receiver", node("device", identifier(receiver, "16"))),
        node("sender", node("device", identifier(sender, "15"))),
        node("acknowledgement", target, *details, typeCode=status),
    )
