"""Write a case of the store as a message of E2B(R3).

What a case does not know is said by a nullFlavor where the standard allows one. Names and contacts
are masked (MSK) unless they are asked for. The standard wants a MedDRA code for every reaction:
with a dictionary of the user the words are coded, without one the code is missing and `check_icsr`
says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import CaseReport, Drug, Event, Identity
from tolerogen.safety.e2b import codes
from tolerogen.safety.e2b.assessments import judgement_nodes
from tolerogen.safety.e2b.batch import Batch
from tolerogen.safety.e2b.build import COUNTRY, code, flag, identifier, node, observation
from tolerogen.safety.e2b.read import read_icsr
from tolerogen.safety.e2b.table import MEDDRA

Coder = Callable[[str], tuple[str, str] | None]
"""From words to a MedDRA code and its version; None when the dictionary does not have them."""


@dataclass(frozen=True)
class Sender:
    """Who sends, and to whom.

    Attributes
    ----------
    organisation, country
        Of the sender; the country as two letters.
    kind
        C.3.1: 1 company, 2 authority, 3 health professional, 4 regional centre, 5 WHO centre, 6
        other, 7 patient or consumer.
    sender_id, receiver_id, batch_receiver_id
        Identifiers that were agreed on, of messages and of the batch.
    """

    organisation: str
    country: str
    kind: str = "3"
    sender_id: str = "SENDER"
    receiver_id: str = "RECEIVER"
    batch_receiver_id: str = "RECEIVER"


@dataclass(frozen=True)
class CaseToSend:
    """A case with what a message says about it.

    Attributes
    ----------
    case_id
        Its number in the store.
    report, identity
        The case; who it is about, only if that is to be sent.
    first_received, last_received
        When it first came, and the newest version.
    expedited
        Whether it has to reach the authority within days.
    void
        Why it was nullified, if it was.
    """

    case_id: str
    report: CaseReport
    first_received: datetime
    last_received: datetime
    identity: Identity | None = None
    expedited: bool | None = None
    void: str | None = None


def batch_of(
    cases: list[CaseToSend],
    sender: Sender,
    *,
    coder: Coder | None = None,
    now: datetime | None = None,
    batch_number: str | None = None,
) -> Batch:
    """Make a batch of messages.

    Parameters
    ----------
    cases
        One message each.
    sender
        Who sends.
    coder
        The user's MedDRA, as `Dictionary.coder` gives it.
    now, batch_number
        Time of writing, and number of the batch; the present and a random one by default.

    Raises
    ------
    SpecError
        When there are no cases, or the country of the sender is not two letters.
    """
    if not cases:
        raise SpecError("There is no case to write.")
    if not (len(sender.country) == 2 and sender.country.isalpha()):
        raise SpecError("The country of the sender is two letters, such as FR.")
    stamp = _stamp(now or datetime.now(UTC))
    root = node(
        "MCCI_IN200100UV01",
        identifier(batch_number or str(uuid.uuid4()), "22"),
        node("creationTime", value=stamp),
        node("responseModeCode", code="D"),
        node("interactionId", extension="MCCI_IN200100UV01", root="2.16.840.1.113883.1.6"),
        node("name", code="1", codeSystem=f"{code('', '1').get('codeSystem')}"),
        *(_message(case, sender, coder or _nothing, stamp) for case in cases),
        node("receiver", node("device", identifier(sender.batch_receiver_id, "14"))),
        node("sender", node("device", identifier(sender.sender_id, "13"))),
        ITSVersion="XML_1.0",
    )
    return read_icsr(etree.tostring(root), "case")


def _nothing(_: str) -> None:
    return None


def _message(case: CaseToSend, sender: Sender, coder: Coder, stamp: str) -> etree._Element:
    return node(
        "PORR_IN049016UV",
        identifier(_worldwide(case, sender), "1"),
        node("creationTime", value=stamp),
        node("interactionId", extension="PORR_IN049016UV", root="2.16.840.1.113883.1.6"),
        node("processingCode", code="P"),
        node("processingModeCode", code="T"),
        node("acceptAckCode", code="AL"),
        node("receiver", node("device", identifier(sender.receiver_id, "12"))),
        node("sender", node("device", identifier(sender.sender_id, "11"))),
        node(
            "controlActProcess",
            code("PORR_TE049016UV", "2.16.840.1.113883.1.18"),
            node("effectiveTime", value=stamp),
            node("subject", _event(case, sender, coder), typeCode="SUBJ"),
        ),
    )


def _worldwide(case: CaseToSend, sender: Sender) -> str:
    """Return the number of a case that no other sender gives (C.1.8.1)."""
    country = (case.report.country or sender.country).upper()
    company = "".join(c for c in sender.organisation.upper() if c.isascii() and c.isalnum())
    return f"{country}-{company[:40] or 'SENDER'}-{case.case_id}"


def _event(case: CaseToSend, sender: Sender, coder: Coder) -> etree._Element:
    report, number = case.report, _worldwide(case, sender)
    kind = "2" if report.from_study else "1"
    characteristics = [
        (code("1", "23"), node("value", xsi_type="CE", code=kind, codeSystem=_system("2"))),
        (code("2", "23"), flag(None)),
    ]
    if case.void is not None:
        value = node("value", xsi_type="CE", code="1", codeSystem=_system("5"))
        characteristics.append((code("3", "23"), value))
        reason = node("value", node("originalText", text=case.void[:2000]), xsi_type="CE")
        characteristics.append((code("4", "23"), reason))
    return node(
        "investigationEvent",
        identifier(number, "1"),
        identifier(number, "2"),
        code("PAT_ADV_EVNT", "2.16.840.1.113883.5.4"),
        node("text", text=report.narrative[:100_000] or "No narrative was given."),
        node("statusCode", code="active"),
        node("effectiveTime", node("low", value=_stamp(case.first_received))),
        node("availabilityTime", value=_stamp(case.last_received)),
        node("component", _assessment(case, sender, coder)),
        node("component", observation("1", flag(False), "observationEvent")),
        node("component", observation("23", flag(case.expedited), "observationEvent")),
        _first_sender(sender),
        _primary_source(case, sender),
        _sender(sender),
        *(
            node("subjectOf2", node("investigationCharacteristic", *pair), typeCode="SUBJ")
            for pair in characteristics
        ),
    )


def _assessment(case: CaseToSend, sender: Sender, coder: Coder) -> etree._Element:
    report = case.report
    ids = _references(case, "drug", len(report.drugs))
    events = _references(case, "event", len(report.events))
    reactions = [
        _reaction(event, place, coder) for event, place in zip(report.events, events, strict=True)
    ]
    drugs = [
        node("component", _drug(drug, place, coder))
        for drug, place in zip(report.drugs, ids, strict=True)
    ]
    role = node(
        "primaryRole",
        _player(case),
        *_study(report),
        *_patient(report),
        *(node("subjectOf2", reaction, typeCode="SBJ") for reaction in reactions),
        node("subjectOf2", node("organizer", code("4", "20"), *drugs), typeCode="SBJ"),
    )
    roles = [
        node(
            "component",
            node(
                "causalityAssessment",
                code("20", "19"),
                _coded(codes.ROLE[drug.role], "13"),
                node("subject2", node("productUseReference", node("id", root=place)),
                     typeCode="SUBJ"),
            ),
        )
        for drug, place in zip(report.drugs, ids, strict=True)
    ]  # fmt: skip
    judged = judgement_nodes(report, sender.organisation, ids, events)
    return node("adverseEventAssessment", node("subject1", role, typeCode="SBJ"), *roles, *judged)


NAMESPACE = uuid.UUID("6f0c7f0e-58a1-4b0e-9d6a-0d6f8a4b7c11")
"""So that the same case always has the same references inside its message."""


def _references(case: CaseToSend, kind: str, number: int) -> list[str]:
    return [str(uuid.uuid5(NAMESPACE, f"{case.case_id} {kind} {k}")) for k in range(number)]


def _player(case: CaseToSend) -> etree._Element:
    report, identity = case.report, case.identity
    name = identity.patient if identity else None
    hidden = "MSK" if report.has_identity else "UNK"
    sex = codes.SEX.get(report.sex or "")
    born = identity.birth_date if identity else None
    return node(
        "player1",
        node("name", text=name[:60] if name else None, nullFlavor=None if name else hidden),
        node("administrativeGenderCode", code=sex, codeSystem="1.0.5218",
             nullFlavor=None if sex else "UNK"),
        node("birthTime", value=born.replace("-", "")) if born else None,
    )  # fmt: skip


def _patient(report: CaseReport) -> list[etree._Element]:
    found = []
    if report.age_years is not None:
        value = node("value", xsi_type="PQ", value=f"{report.age_years:g}", unit="a")
        found.append(observation("3", value))
    if report.age_group in codes.AGE_GROUP:
        found.append(observation("4", _coded(codes.AGE_GROUP[report.age_group], "9")))
    return [node("subjectOf2", one, typeCode="SBJ") for one in found]


def _study(report: CaseReport) -> list[etree._Element]:
    if report.study is None:
        return []
    study = node(
        "researchStudy",
        identifier(report.study[:50], "5"),
        code("1", "8"),
        node("title", text=report.study[:2000]),
    )
    return [node("subjectOf1", study, typeCode="SBJ")]


def _reaction(event: Event, place: str, coder: Coder) -> etree._Element:
    found = coder(event.term)
    value = node(
        "value",
        node("originalText", text=event.term[:250], language="eng"),
        xsi_type="CE",
        code=found[0] if found else None,
        codeSystem=MEDDRA,
        codeSystemVersion=found[1] if found else None,
    )
    met = set(event.serious) | ({"death"} if event.outcome == "fatal" else set())
    flags = [
        observation(number, flag(True if word in met else None))
        for word, (number, _) in codes.CRITERIA.items()
    ]
    flags.append(observation("27", _coded(codes.OUTCOME[event.outcome], "11")))
    return node(
        "observation",
        node("id", root=place),
        code("29", "19"),
        _period(event.onset, None),
        value,
        *(node("outboundRelationship2", one, typeCode="PERT") for one in flags),
    )


def _drug(drug: Drug, place: str, coder: Coder) -> etree._Element:
    dose = None
    if drug.dose or drug.start or drug.stop:
        dose = node(
            "outboundRelationship2",
            node(
                "substanceAdministration",
                node("text", text=drug.dose[:2000]) if drug.dose else None,
                _period(drug.start, drug.stop),
            ),
            typeCode="COMP",
        )
    reason = None
    if drug.indication:
        found = coder(drug.indication)
        value = node(
            "value",
            node("originalText", text=drug.indication[:250]),
            xsi_type="CE",
            code=found[0] if found else None,
            codeSystem=MEDDRA,
            codeSystemVersion=found[1] if found else None,
        )
        reason = node("inboundRelationship", observation("19", value), typeCode="RSON")
    product = node("kindOfProduct", node("name", text=drug.name[:250]))
    return node(
        "substanceAdministration",
        node("id", root=place),
        node("consumable", node("instanceOfKind", product)),
        dose,
        reason,
    )


def _period(low: str | None, high: str | None) -> etree._Element | None:
    """Make a period of partial dates, as exact as they were."""
    ends = [
        node(name, value=text.replace("-", ""))
        for name, text in (("low", low), ("high", high))
        if text
    ]
    return node("effectiveTime", *ends, xsi_type="IVL_TS") if ends else None


def _first_sender(sender: Sender) -> etree._Element:
    who = "1" if sender.kind == "2" else "2"
    entity = node("assignedEntity", code(who, "3"))
    act = node("controlActEvent", node("author", entity))
    related = node("relatedInvestigation", code("1", "22"),
                   node("subjectOf2", act, typeCode="SUBJ"))  # fmt: skip
    return node("outboundRelationship", related, typeCode="SPRT")


def _primary_source(case: CaseToSend, sender: Sender) -> etree._Element:
    report, identity = case.report, case.identity
    reporter = codes.REPORTER.get(report.reporter or "")
    name = identity.reporter if identity else None
    contact = identity.contact if identity else None
    telecom = None
    if contact:
        scheme = "mailto" if "@" in contact else "tel"
        telecom = node("telecom", value=f"{scheme}:{contact}")
    person = node(
        "assignedPerson",
        node("name", node("family", text=name[:60] if name else None,
                          nullFlavor=None if name else "MSK")),
        node("asQualifiedEntity", code(reporter, "6", nullFlavor=None if reporter else "UNK")),
        node("asLocatedEntity", node("location", code(report.country or sender.country, COUNTRY))),
    )  # fmt: skip
    act = node("controlActEvent", node("author", node("assignedEntity", telecom, person)))
    related = node("relatedInvestigation", code("2", "22"),
                   node("subjectOf2", act, typeCode="SUBJ"))  # fmt: skip
    return node("outboundRelationship", node("priorityNumber", value="1"), related, typeCode="SPRT")


def _sender(sender: Sender) -> etree._Element:
    inside = node("representedOrganization", node("name", text=sender.organisation[:100]))
    entity = node(
        "assignedEntity",
        code(sender.kind, "7"),
        node("assignedPerson", node("asLocatedEntity",
                                    node("location", code(sender.country.upper(), COUNTRY)))),
        node("representedOrganization", node("assignedEntity", inside)),
    )  # fmt: skip
    return node("subjectOf1", node("controlActEvent", node("author", entity)), typeCode="SUBJ")


def _coded(value: str, system: str) -> etree._Element:
    return node("value", xsi_type="CE", code=value, codeSystem=_system(system))


def _system(system: str) -> str:
    return str(code("", system).get("codeSystem"))


def _stamp(at: datetime) -> str:
    if at.tzinfo is None:
        raise SpecError("A time of receipt has no time zone.")
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")


__all__ = ["CaseToSend", "Coder", "Sender", "batch_of"]
