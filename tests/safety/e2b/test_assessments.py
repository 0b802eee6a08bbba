"""Roles and judgements of a message against FDA's own scenarios, and against their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import CaseReport, Drug, Event, read_case
from tolerogen.safety.causality import Causality, assess
from tolerogen.safety.e2b import CaseToSend, Sender, batch_of, cases_of, check_icsr
from tolerogen.safety.e2b.r2 import read_r2
from tolerogen.safety.e2b.read import read_icsr

NOW = datetime(2026, 5, 6, tzinfo=UTC)
ASSESSMENT = "{urn:hl7-org:v3}causalityAssessment"


def sent(report: CaseReport):
    return batch_of([CaseToSend("1", report, NOW, NOW)], Sender("Clinic", "FR"), now=NOW)


@pytest.fixture
def report():
    judged = assess("B", "rash", "naranjo", {"after_drug": "yes", "back_again": "yes"})
    stated = Causality("A", "fever", "Global Introspection", "Suspected", None, (), "Investigator")
    drugs = (Drug("A", role="concomitant"), Drug("B"), Drug("C", role="interacting"))
    events = (Event("rash"), Event("fever"))
    return CaseReport(drugs, events, "physician", sex="female", causality=(judged, stated))


def test_fda_scenario_1_says_who_suspected_what(shared):
    ((case, _),) = cases_of(read_icsr(shared("e2b/FAERS2022Scenario1.xml")))
    said = [(c.drug, c.event.split()[0], c.source, c.result) for c in case.causality]
    assert said[:4] == [
        ("Drug A", "THROMBOSE", "PHARMACEUTICAL COMPANY", "Not Suspected"),
        ("Drug A", "COLITE", "PRIMARY SOURCE REPORTER", "Suspected"),
        ("Drug B", "COLITE", "PHARMACEUTICAL COMPANY", "Not Suspected"),
        ("Drug B", "THROMBOSE", "PRIMARY SOURCE REPORTER", "Not Suspected"),
    ]
    assert {c.method for c in case.causality} == {"Global Introspection"}


def test_judgements_go_and_come_back(report):
    batch = sent(report)
    assert batch.get("G.k.9.i.2.r.3") == ["possible, 4 points", "Suspected"]
    assert not [f for f in check_icsr(batch, now=NOW) if f.element.startswith("G.k.9")]
    ((back, _),) = cases_of(batch)
    assert back.causality == (
        Causality("B", "rash", "Naranjo", "possible, 4 points", None, (), "Clinic"),
        report.causality[1],
    )
    # what others stated is written again as they said it
    ((again, _),) = cases_of(sent(back))
    assert again.causality == back.causality


def test_roles_follow_references_and_not_the_order(report):
    root = etree.fromstring(sent(report).xml)
    first, *_ = (one.getparent() for one in root.iter(ASSESSMENT))
    home = first.getparent()
    home.remove(first)
    home.append(first)
    ((back, _),) = cases_of(read_icsr(etree.tostring(root)))
    assert [d.role for d in back.drugs] == ["concomitant", "suspect", "interacting"]


def test_judgements_of_strangers_are_not_sent(report):
    stranger = replace(report.causality[1], drug="Z")
    assert sent(replace(report, causality=(stranger,))).get("G.k.9.i.2.r.3") == []


def test_old_messages_name_the_reaction_in_words():
    message = b"""<?xml version="1.0"?><ichicsr><safetyreport><patient>
    <reaction><reactionmeddrapt>Rash</reactionmeddrapt></reaction>
    <reaction><reactionmeddrapt>Fever</reactionmeddrapt></reaction>
    <drug><drugcharacterization>2</drugcharacterization><medicinalproduct>A</medicinalproduct></drug>
    <drug><drugcharacterization>1</drugcharacterization><medicinalproduct>B</medicinalproduct>
    <drugreactionrelatedness><drugreactionasses>fever</drugreactionasses>
    <drugassessmentsource>Company</drugassessmentsource>
    <drugresult>Related</drugresult></drugreactionrelatedness>
    </drug></patient></safetyreport></ichicsr>"""
    ((case, _),) = cases_of(read_r2(message))
    assert [d.role for d in case.drugs] == ["concomitant", "suspect"]
    assert case.causality == (
        Causality("B", "Fever", "not stated", "Related", None, (), "Company"),
    )


def test_stated_judgements_are_kept_by_the_store_format(report):
    assert read_case(report.document())[0].causality == report.causality
    wrong = {"drug": "A", "event": "b", "source": "x", "result": "", "method": "m"}
    with pytest.raises(SpecError, match="result in words"):
        read_case({"causality": [wrong]})
