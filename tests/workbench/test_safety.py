"""Safety in the workbench: a side effect told and found again, and signals; nothing personal."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from lxml import etree

from tolerogen.safety.e2b import cases_of, read_icsr
from tolerogen.safety.signals import find_signals, read_source
from tolerogen.workbench.jobs.worker import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "reports.csv"
CANARIES = {"patient": "Zebulon Quixote", "reporter-name": "Griselda M", "contact": "zq@canary.ex"}
REPORT = {
    "action": "send", "events": "1", "drugs": "1", "sex": "female", "age": "54", "country": "FR",
    "event-1-term": "<script>alert(1)</script> rash", "event-1-hospitalisation": "yes",
    "drug-1-name": "Rituximab'; DROP TABLE cases; --", "narrative": "canary-story", **CANARIES,
}  # fmt: skip


def send(client, address, **fields):
    secret = re.search(r'name="secret" value="([^"]+)"', client.get("/safety").text)[1]
    return client.post(address, data={"secret": secret, **fields}, follow_redirects=False)


def finish(app, answer):
    name = answer.headers["location"].rsplit("/")[-1]
    jobs = app.state.bench.jobs
    assert jobs.rows.start(name)
    assert main(str(jobs.folder), name) == 0, jobs.rows.get(name).message
    return name


def test_a_report_becomes_a_case_without_a_name(client, app, caplog):
    caplog.set_level(logging.DEBUG)
    answer = send(client, "/safety/report/patient", once="a", **REPORT)
    number = re.search(r"\d{4}-\w{4}-\w{4}", answer.text)[0]
    again = send(client, "/safety/report/patient", once="a", **REPORT)
    assert number in again.text  # sent twice is one report
    more = send(client, "/safety/follow-up", number=number, news="It is over", outcome="recovered")
    assert more.status_code == 200
    listed = client.get("/safety/cases")
    case = client.get(f"/safety/cases/{number}")
    assert listed.text.count(number) >= 1
    assert "15 days left" in listed.text or "14 days left" in listed.text
    assert "Version 2: follow-up" in case.text
    assert "chain of the store holds" in case.text
    seen = listed.text + case.text + client.get("/api/safety/cases").text
    seen += client.get(f"/safety/cases/{number}/fhir.json").text
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("tolerogen"))
    for canary in CANARIES.values():
        assert canary not in seen
        assert canary not in ours
    assert number not in ours
    assert "<script>alert" not in listed.text + case.text
    assert app.state.bench.jobs.recent() == []


def test_a_case_is_written_for_an_authority(client):
    answer = send(client, "/safety/report/clinician", once="b", **REPORT)
    number = re.search(r"\d{4}-\w{4}-\w{4}", answer.text)[0]
    sent = send(client, f"/safety/cases/{number}/e2b", organisation="Clinic", country="FR")
    ((case, identity),) = cases_of(read_icsr(sent.content))
    assert case.drugs[0].name == REPORT["drug-1-name"]
    assert identity.patient is None
    assert send(client, f"/safety/cases/{number}/e2b").status_code == 422
    assert send(client, "/safety/cases/2026-AAAA-AAAA/e2b", organisation="C",
                country="FR").status_code == 404  # fmt: skip


def test_an_incomplete_form_is_shown_again(client):
    answer = send(client, "/safety/report/patient", action="send", events="1", drugs="1")
    assert answer.status_code == 422
    assert "Tell what happened in a few words." in answer.text
    grown = send(client, "/safety/report/patient", action="add-drug", events="1", drugs="1")
    assert "Medicine 2" in grown.text
    assert client.get("/safety/report/lawyer").status_code == 404


@pytest.mark.parametrize("method", ["ebgm", "ic"])
def test_signals_are_those_of_the_room(client, app, method):
    table = EXAMPLE.read_text()
    name = finish(app, send(client, "/safety/signals", table=table, method=method, strata="sex"))
    expected = find_signals(read_source(EXAMPLE, {}, ("sex",)), method)
    told = client.get(f"/api/safety/signals/{name}").json()
    first = expected.frame(limit=1).iloc[0]
    assert told["rows"][0]["drug"] == first["drug"]
    assert told["rows"][0]["score"] == pytest.approx(first["score"])
    page = client.get(f"/safety/{name}").text
    assert "Disproportionality of reports is a reason to look" in page
    drawing = client.get(f"/safety/{name}/figures/pairs")
    assert etree.fromstring(drawing.content).tag.endswith("svg")
    assert client.get(f"/safety/{name}/files/signals.csv").status_code == 200
    assert client.get(f"/safety/{name}/files/..%2f..%2fcases.sqlite").status_code == 404


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "Nothing was given"),
        ("x" * 6_000_001, "too large for a page"),
    ],
)
def test_what_cannot_be_a_table_is_refused_at_once(client, table, told):
    answer = send(client, "/safety/signals", table=table)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_table_of_another_form_fails_and_names_it(client, app):
    answer = send(client, "/safety/signals", table="a,b\n1,2\n")
    name = answer.headers["location"].rsplit("/")[-1]
    jobs = app.state.bench.jobs
    jobs.rows.start(name)
    assert main(str(jobs.folder), name) == 1
    message = jobs.rows.get(name).message
    assert message.startswith("what was pasted")
    assert str(jobs.folder) not in message
    assert "upload.csv" not in message


def test_in_a_browser_by_keyboard(visit):
    visit.go("/safety")
    visit.shot("safety")
    visit.tab_to("a[href='/safety/report/patient']")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/safety/report/patient")
    visit.tab_to("#event-1-term")
    visit.page.keyboard.type("Fever after the infusion")
    visit.tab_to("#drug-1-name")
    visit.page.keyboard.type("Rituximab")
    visit.tab_to("button[value=send]")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("text=Your report is stored.")
    number = visit.page.inner_text(".receipt .number")
    visit.shot("safety-receipt")
    visit.go("/safety/cases")
    visit.follow(f"text={number}")
    assert "Fever after the infusion" in visit.page.inner_text("main")
    visit.shot("safety-case")
    visit.go("/safety")
    visit.page.set_input_files("#table-file", EXAMPLE)
    visit.page.get_by_role("button", name="Look for signals").press("Enter")
    visit.follow("text=See the result")
    visit.until("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert visit.sees("table tbody tr >> nth=5")
    visit.shot("safety-signals")
