"""What a message assesses: the role of each drug (G.k.1), and who judged causality (G.k.9.i).

A message says a source, a method and a result in words, and points to the drug and the reaction.
The answers that a result follows from have no element: they stay in the store. What others judged
is kept in their words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from tolerogen.safety.case_report import CaseReport
from tolerogen.safety.causality import Causality
from tolerogen.safety.e2b.batch import Batch
from tolerogen.safety.e2b.build import code, node
from tolerogen.safety.e2b.table import NAMESPACES, xpath
from tolerogen.safety.safe_xml import parse_xml

METHOD = {"naranjo": "Naranjo", "who-umc": "WHO-UMC"}
"""How the methods that are computed here are called in a message."""

LONGEST = 60
"""Most characters of a source, a method or a result."""

JUDGED, ROLES, DRUGS, EVENTS = (
    etree.XPath(xpath(path), namespaces=NAMESPACES, smart_strings=False)
    for path in (
        "component/causalityAssessment[code=39:19]",
        "component/causalityAssessment[code=20:19]",
        "subject1/primaryRole/subjectOf2/organizer[code=4:20]/component/substanceAdministration",
        "subject1/primaryRole/subjectOf2/observation[code=29:19]",
    )
)


def judgement_nodes(
    report: CaseReport, organisation: str, drugs: Sequence[str], events: Sequence[str]
) -> list[etree._Element]:
    """Write the judgements of a case.

    Parameters
    ----------
    report
        The case.
    organisation
        Who judged what was judged here.
    drugs, events
        References of its drugs and events inside the message, in their order.

    Returns
    -------
    list of elements
        A ``component`` for each judgement whose drug and event the case names; a message cannot
        point to others.
    """
    places = {drug.name: place for drug, place in zip(report.drugs, drugs, strict=True)}
    reactions = {event.term: place for event, place in zip(report.events, events, strict=True)}
    made = []
    for judged in report.causality:
        if judged.drug not in places or judged.event not in reactions:
            continue
        source = judged.source or organisation
        about = node("id", root=reactions[judged.event])
        of = node("id", root=places[judged.drug])
        assessment = node(
            "causalityAssessment",
            code("39", "19"),
            node("value", xsi_type="ST", text=_result(judged)[:LONGEST]),
            node("methodCode", node("originalText", text=_method(judged)[:LONGEST])),
            node("author", node("assignedEntity",
                                node("code", node("originalText", text=source[:LONGEST])))),
            node("subject1", node("adverseEffectReference", about), typeCode="SUBJ"),
            node("subject2", node("productUseReference", of), typeCode="SUBJ"),
        )  # fmt: skip
        made.append(node("component", assessment))
    return made


def roles_of(batch: Batch) -> list[dict[int, str]]:
    """Read the code of the role of each drug, by its position, for each message of E2B(R3)."""
    root = parse_xml(batch.xml, batch.name)
    made = []
    for assessment in root.iterfind(".//h:adverseEventAssessment", NAMESPACES):
        drugs = {_id(one): k for k, one in enumerate(DRUGS(assessment))}
        roles: dict[int, str] = {}
        for one in ROLES(assessment):
            place = drugs.get(_root(one, "subject2/h:productUseReference"))
            value = one.find("h:value", NAMESPACES)
            if place is not None and value is not None:
                roles[place] = value.get("code", "")
        made.append(roles)
    return made


def judgements_of(batch: Batch, reports: Sequence[CaseReport]) -> list[tuple[Causality, ...]]:
    """Read the judgements of each message, for the cases that were read from them."""
    root = parse_xml(batch.xml, batch.name)
    if batch.form == "R2":
        old = root.findall("safetyreport")
        return [tuple(_old(one, report)) for one, report in zip(old, reports, strict=True)]
    found = root.iterfind(".//h:adverseEventAssessment", NAMESPACES)
    return [tuple(_judged(one, report)) for one, report in zip(found, reports, strict=True)]


def _judged(assessment: etree._Element, report: CaseReport) -> Iterator[Causality]:
    drugs = {_id(one): k for k, one in enumerate(DRUGS(assessment))}
    events = {_id(one): k for k, one in enumerate(EVENTS(assessment))}
    if (len(drugs), len(events)) != (len(report.drugs), len(report.events)):
        return  # nameless ones were left out: positions would point to the wrong drug
    for one in JUDGED(assessment):
        drug = drugs.get(_root(one, "subject2/h:productUseReference"))
        event = events.get(_root(one, "subject1/h:adverseEffectReference"))
        words = [
            (one.findtext(f"h:{path}", "", NAMESPACES) or "").strip()
            for path in (
                "author/h:assignedEntity/h:code/h:originalText",
                "methodCode/h:originalText",
                "value",
            )
        ]
        if drug is not None and event is not None:
            yield from _stated(report, drug, event, *words)


def _old(message: etree._Element, report: CaseReport) -> Iterator[Causality]:
    """Read E2B(R2): a judgement stands below its drug and names the reaction in words."""
    terms = [
        {
            (reaction.findtext(tag) or "").strip().casefold()
            for tag in ("reactionmeddrapt", "reactionmeddrallt", "primarysourcereaction")
        }
        for reaction in message.iterfind("patient/reaction")
    ]
    for drug, place in enumerate(message.iterfind("patient/drug")):
        for one in place.iterfind("drugreactionrelatedness"):
            said = (one.findtext("drugreactionasses") or "").strip()
            of = [k for k, known in enumerate(terms) if said and said.casefold() in known]
            tags = ("drugassessmentsource", "drugassessmentmethod", "drugresult")
            words = [(one.findtext(tag) or "").strip() for tag in tags]
            for event in of[:1]:
                yield from _stated(report, drug, event, *words)


def _stated(
    report: CaseReport, drug: int, event: int, source: str, method: str, result: str
) -> Iterator[Causality]:
    if result and drug < len(report.drugs) and event < len(report.events):
        name, term = report.drugs[drug].name, report.events[event].term
        yield Causality(
            name, term, method or "not stated", result, None, (), source or "not stated"
        )


def _root(one: etree._Element, path: str) -> str | None:
    found = one.find(f"h:{path}", NAMESPACES)
    return None if found is None else _id(found)


def _id(one: etree._Element) -> str | None:
    found = one.find("h:id", NAMESPACES)
    return None if found is None else found.get("root")


def _method(judged: Causality) -> str:
    return judged.method if judged.source else METHOD[judged.method]


def _result(judged: Causality) -> str:
    points = "" if judged.score is None else f", {judged.score} points"
    return f"{judged.result}{points}"
