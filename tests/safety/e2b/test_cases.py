"""Cases of the store as E2B(R3) and FHIR, and back; acknowledgements."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import (
    OUTCOMES,
    ROLES,
    SERIOUS,
    CaseReport,
    Drug,
    Event,
    Identity,
)
from tolerogen.safety.e2b import (
    CaseToSend,
    Sender,
    acknowledge,
    batch_of,
    cases_of,
    check_icsr,
    read_acknowledgement,
    read_any,
    read_icsr,
    write_icsr,
)
from tolerogen.safety.fhir import to_fhir
from tolerogen.safety.store import CaseStore

EXAMPLE = Path(__file__).parents[3] / "examples" / "case.toml"
NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
SENDER = Sender("Hôpital & Co", "FR", sender_id="S1", receiver_id="R1", batch_receiver_id="B1")
WORDS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_characters="\x7f"),
    min_size=1, max_size=60,
).map(lambda s: " ".join(s.split())).filter(bool)  # fmt: skip
DATES = st.sampled_from([None, "2024", "2025-03", "2026-02-28"])
EVENT = st.builds(
    Event,
    WORDS,
    onset=DATES,
    outcome=st.sampled_from(OUTCOMES),
    serious=st.sets(st.sampled_from(SERIOUS[1:])).map(
        lambda found: tuple(c for c in SERIOUS if c in found)
    ),
)
DRUG = st.builds(
    Drug, WORDS, role=st.sampled_from(ROLES), dose=st.none() | WORDS, start=DATES, stop=DATES,
    indication=st.none() | WORDS,
)  # fmt: skip
CASE = st.builds(
    CaseReport,
    drugs=st.lists(DRUG, min_size=1, max_size=3).map(tuple),
    events=st.lists(EVENT, min_size=1, max_size=3).map(tuple),
    reporter=st.sampled_from(["patient", "physician", "pharmacist", "other professional"]),
    sex=st.sampled_from([None, "male", "female"]),
    age_years=st.none() | st.integers(0, 120).map(float),
    age_group=st.sampled_from([None, "child", "elderly"]),
    country=st.sampled_from(["FR", "US", "JP"]),
    study=st.none() | WORDS,
    narrative=WORDS,
)


def coder(_):
    return "10037844", "28.1"


def sent(report, identity=None, **more):
    case = CaseToSend("2026-7KQM-4ZPA", report, NOW, NOW, identity, **more)
    return batch_of([case], SENDER, coder=coder, now=NOW)


@settings(max_examples=60, deadline=None)
@given(CASE)
def test_any_case_comes_back_as_it_was(report):
    batch = sent(report)
    assert cases_of(batch)[0][0] == report
    found = {f.rule for f in check_icsr(batch, now=NOW)}
    suspects = [d for d in report.drugs if d.role != "concomitant"]
    assert found <= (set() if suspects else {"suspect.G.k.1"})


def test_a_valid_case_breaks_no_rule_and_survives_the_file(tmp_path):
    report = CaseReport(
        (Drug("Rituximab"),), (Event("Rash"),), "physician", sex="female", country="FR"
    )
    batch = sent(report, expedited=True)
    assert check_icsr(batch, now=NOW) == []
    write_icsr(batch, tmp_path / "c.xml")
    assert read_icsr(tmp_path / "c.xml") == batch
    assert batch.get("C.1.1") == ["FR-HPITALCO-2026-7KQM-4ZPA"]
    assert batch.get("C.1.4") == ["20260506070809+0000"]
    assert batch.get("E.i.2.1b") == ["10037844"]
    assert batch.get("C.1.7") == ["true"]
    assert [e.null for e in batch.find("E.i.3.2a")] == ["NI"]
    without = batch_of([CaseToSend("2026-1", report, NOW, NOW)], SENDER, now=NOW)
    rules = {f.rule for f in check_icsr(without, now=NOW)}
    assert rules == {"required.E.i.2.1a", "required.E.i.2.1b"}


def test_names_are_masked_unless_they_are_asked_for():
    report = CaseReport((Drug("A"),), (Event("B"),), "patient", has_identity=True)
    identity = Identity("Zebulon", "Griselda", "zq@canary.example", "1961-02")
    batch = sent(report)
    assert b"Zebulon" not in batch.xml
    assert [e.null for e in batch.find("D.1")] == ["MSK"]
    shown = sent(report, identity)
    back = cases_of(shown)[0][1]
    assert (back.patient, back.contact, back.birth_date) == (
        "Zebulon",
        "zq@canary.example",
        "1961-02",
    )


def test_a_void_case_says_why():
    report = CaseReport((Drug("A"),), (Event("B"),), "patient", sex="male")
    batch = sent(report, void="told twice")
    assert batch.get("C.1.11.1") == ["1"]
    assert batch.get("C.1.11.2") == ["told twice"]
    with pytest.raises(SpecError, match="two letters"):
        batch_of([CaseToSend("1", report, NOW, NOW)], Sender("X", "France"))
    with pytest.raises(SpecError, match="no case"):
        batch_of([], SENDER)


def test_scenarios_of_fda_become_cases(shared):
    report, identity = cases_of(read_any(shared("e2b/FAERS2022Scenario1.xml")))[0]
    assert [d.name for d in report.drugs] == ["Drug A", "Drug B", "Drug C"]
    assert [d.role for d in report.drugs] == ["suspect", "suspect", "concomitant"]
    assert report.events[0].serious == ("disability", "medically_important")
    assert (report.age_years, report.reporter, identity.patient) == (48, "physician", "JD")
    study = cases_of(read_any(shared("e2b/FAERS2022Scenario3.xml")))[0][0]
    assert study.study == "CT-00-00"
    old = cases_of(read_any(shared("faers/ADR12Q4.xml")))
    assert len(old) == 5
    assert old[0][0].events[0].term == "Tardive dyskinesia"
    assert old[0][0].drugs[0].start == "2002-12-11"


def test_acknowledgements(shared):
    good = read_acknowledgement(shared("e2b/R3ack-positive.ack"))
    assert (good.status, good.messages[0].status) == ("accepted", "accepted")
    assert good.messages[0].details == ("Report Loaded Successfully",)
    bad = read_acknowledgement(shared("e2b/R3ack-negative.ack"))
    assert (bad.status, bad.messages[0].status) == ("error", "rejected")
    assert "FDA.C.1.7.1" in bad.messages[0].details[0]
    batch = sent(CaseReport((Drug("A"),), (Event("B"),), "patient", sex="male"))
    ours = read_acknowledgement(acknowledge(batch, check_icsr(batch, now=NOW), "R1", now=NOW))
    assert ours.status == "accepted"
    assert ours.messages[0].message == batch.get("N.2.r.1")[0]
    concomitant = CaseReport((Drug("A", role="concomitant"),), (Event("B"),), "patient", sex="male")
    broken = sent(concomitant)
    ours = read_acknowledgement(acknowledge(broken, check_icsr(broken, now=NOW), "R1"))
    assert ours.messages[0].status == "error"
    assert "suspect.G.k.1" in ours.messages[0].details[0]
    with pytest.raises(SpecError, match="no acknowledgement"):
        read_acknowledgement(b"<a/>")


R4 = {
    "AdverseEvent": {
        *("resourceType", "identifier", "actuality", "category", "event", "subject", "date"),
        *("detected", "recordedDate", "seriousness", "severity", "outcome", "suspectEntity"),
    },
    "MedicationStatement": {
        *("resourceType", "status", "medicationCodeableConcept", "subject", "effectivePeriod"),
        *("reasonCode", "dosage"),
    },
    "Patient": {"resourceType", "gender"},
}
"""Elements of these resources in FHIR R4 (http://hl7.org/fhir/R4)."""
REQUIRED = {
    "AdverseEvent": {"actuality", "subject"},
    "MedicationStatement": {"status", "medicationCodeableConcept", "subject"},
    "Patient": set(),
}


@settings(max_examples=30, deadline=None)
@given(CASE)
def test_fhir_has_the_elements_of_r4_and_points_at_what_is_there(report):
    bundle = json.loads(json.dumps(to_fhir("2026-7KQM-4ZPA", report, "2026-05-06T07:08:09Z")))
    there = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(there) == len(bundle["entry"])
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds.count("AdverseEvent") == len(report.events)
    assert kinds.count("MedicationStatement") == len(report.drugs)
    for entry in bundle["entry"]:
        resource = entry["resource"]
        kind = resource["resourceType"]
        assert REQUIRED[kind] <= set(resource) <= R4[kind]
        assert all(value not in (None, "", [], {}) for value in resource.values())
        for suspect in resource.get("suspectEntity", []):
            assert suspect["instance"]["reference"] in there
    if report.narrative not in str(report.events) + str(report.drugs):
        assert len(report.narrative) < 4 or report.narrative not in json.dumps(bundle)


def test_seriousness_in_fhir_is_the_worst_of_an_event():
    events = (Event("a", outcome="fatal", serious=("hospitalisation",)), Event("b"))
    bundle = to_fhir("1", CaseReport((Drug("A"),), events, "patient"), "2026-05-06T07:08:09Z")
    codes = [
        entry["resource"]["seriousness"]["coding"][0]["code"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "AdverseEvent"
    ]
    assert codes == ["SeriousResultsInDeath", "Non-serious"]


def test_command_line(run, refused, tmp_path, shared):
    where = ("--store", tmp_path / "c.sqlite")
    case_id = json.loads(run("safety", "report", EXAMPLE, *where, "--json").stdout)["case_id"]
    out = tmp_path / "case.xml"
    verb = ("safety", "export", case_id, *where, "--out", out)
    assert "--organisation" in refused(*verb)
    who = ("--organisation", "Clinic", "--country", "FR")
    told = json.loads(run(*verb, *who, "--json").stdout)
    assert {f["rule"] for f in told["findings"]} == {"required.E.i.2.1a", "required.E.i.2.1b"}
    assert b"A. B." not in out.read_bytes()
    assert run(*verb, *who, "--with-identity").exit_code == 0
    assert b"A. B." in out.read_bytes()
    assert CaseStore(tmp_path / "c.sqlite").trail(case_id)[-1].what == "identity read"
    back = json.loads(run("safety", "import", out, *where, "--json").stdout)
    (receipt,) = back["receipts"]
    store = CaseStore(tmp_path / "c.sqlite")
    sent = store.history(case_id)[0].report
    (judged,) = sent.causality
    stated = replace(
        judged,
        method={"naranjo": "Naranjo", "who-umc": "WHO-UMC"}[judged.method],
        result=judged.result + (f", {judged.score} points" if judged.score is not None else ""),
        score=None,
        answers=(),
        source="Clinic",
    )
    assert store.history(receipt["case_id"])[0].report == replace(sent, causality=(stated,))
    assert run(*verb[:-1], tmp_path / "c.json", "--form", "fhir").exit_code == 0
    assert json.loads((tmp_path / "c.json").read_text())["resourceType"] == "Bundle"
    assert "e2b or fhir" in refused(*verb, "--form", "pdf")
    assert "no case of this number" in refused("safety", "export", "2026-X", *where, *who,
                                               "--out", out)  # fmt: skip
    said = run("safety", "import", shared("e2b/R3ack-negative.ack")).stdout
    assert "rejected" in said
