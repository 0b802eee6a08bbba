"""The form: by whom and how it can be used, what it keeps, and what it keeps to itself."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from starlette.testclient import TestClient

from tolerogen.errors import SpecError
from tolerogen.safety.store import CaseStore
from tolerogen.safety.web import make_app, new_token, read_tokens, serve
from tolerogen.safety.web.form import Form, read_form, to_case

ROOT = Path(__file__).parents[3]
CANARIES = {
    "patient": "Zebulon Quixote",
    "reporter-name": "Griselda Moonpenny",
    "contact": "zq@canary.example",
    "narrative": "<script>alert('canary-story')</script> It began after breakfast. " * 3,
}
GOOD = {
    "event-1-term": "Rash <b>canary-term</b>",
    "event-1-onset-year": "2026",
    "event-1-onset-month": "3",
    "event-1-outcome": "recovering",
    "event-1-hospitalisation": "yes",
    "drug-1-name": "Rituximab'; DROP TABLE cases; --",
    "drug-1-role": "suspect",
    "drug-1-start-year": "2026",
    "drug-1-start-month": "02",
    "drug-1-start-day": "28",
    "sex": "female",
    "age": "54",
    "country": "fr",
    **CANARIES,
}


def secrets_of(page):
    tree = html.fromstring(page.text)
    return {
        field.get("name"): field.get("value")
        for field in tree.xpath("//main//input[@type='hidden']")
    }


def send(client, fields, audience="patient", **more):
    hidden = secrets_of(client.get(f"/report/{audience}"))
    return client.post(f"/report/{audience}", data={**hidden, "action": "send", **fields, **more})


def number_in(page):
    return html.fromstring(page.text).xpath("string(//p[@class='number'])").strip()


def test_a_report_from_plain_words_to_the_store(client, store):
    page = send(client, GOOD)
    assert page.status_code == 200
    case = store.history(number_in(page))[0].report
    assert case.valid
    assert case.serious == {"hospitalisation"}
    assert case.events[0].term == GOOD["event-1-term"]
    assert case.events[0].onset == "2026-03"
    assert case.drugs[0].name == GOOD["drug-1-name"]
    assert case.drugs[0].start == "2026-02-28"
    assert (case.age_years, case.country, case.reporter) == (54, "FR", "patient")
    identity = store.identity(number_in(page), who="physician", why="call back")
    assert identity.patient == CANARIES["patient"]
    assert "What happens next" in page.text
    assert store.verify() == []


def test_the_same_form_sent_twice_is_one_report(client, store):
    hidden = secrets_of(client.get("/report/patient"))
    pages = [
        client.post("/report/patient", data={**hidden, "action": "send", **GOOD}) for _ in (1, 2)
    ]
    assert number_in(pages[0]) == number_in(pages[1])
    assert len(list(store.latest())) == 1


def test_what_is_missing_is_said_and_the_report_is_taken(client):
    page = send(client, {"event-1-term": "Fever", "drug-1-name": "Something white"})
    assert page.status_code == 200
    assert "sex, age, or initials" in page.text


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"event-1-term": ""}, "event-1-term", "few words"),
        ({"drug-1-name": "", "drug-1-dose": "x"}, "drug-1-name", "name of the medicine"),
        ({"event-1-onset-year": "2023", "event-1-onset-month": "2", "event-1-onset-day": "29"},
         "event-1-onset-year", "does not exist"),
        ({"event-1-onset-year": "", "event-1-onset-month": "2"}, "event-1-onset-year", "year"),
        ({"event-1-onset-month": "", "event-1-onset-day": "2"}, "event-1-onset-month", "month"),
        ({"drug-1-stop-year": "2025"}, "drug-1-stop-year", "before the first"),
        ({"age": "four"}, "age", "number of years"),
        ({"age": "400"}, "age", "number of years"),
        ({"country": "France"}, "country", "two letters"),
        ({"sex": "x"}, "sex", "Choose"),
        ({"drug-1-name": "x" * 300}, "drug-1-name", "too long"),
        ({"narrative": "x" * 20_001}, "narrative", "too long"),
        ({"patient": "a\x00b"}, "patient", "cannot be kept"),
    ],
)  # fmt: skip
def test_mistakes_are_said_beside_the_field_and_nothing_is_lost(client, store, fields, name, words):
    page = send(client, {**GOOD, **fields})
    assert page.status_code == 422
    tree = html.fromstring(page.text)
    (link,) = tree.xpath(f"//div[@role='alert']//a[@href='#{name}']")
    assert words in link.text
    (field,) = tree.xpath(f"//*[@id='{name}']")
    assert field.get("aria-invalid") == "true"
    for described in field.get("aria-describedby").split():
        assert tree.xpath(f"//*[@id='{described}']")
    if name != "drug-1-name":
        assert tree.xpath("//input[@name='drug-1-name']")[0].get("value") == GOOD["drug-1-name"]
    assert list(store.latest()) == []


def test_rows_are_added_without_a_script(client):
    page = send(client, GOOD, action="add-drug")
    tree = html.fromstring(page.text)
    assert tree.xpath("//input[@name='drug-2-name']")
    assert tree.xpath("//input[@name='drug-1-name']")[0].get("value") == GOOD["drug-1-name"]
    page = send(client, {**GOOD, "drugs": "10"}, action="add-drug")
    assert not html.fromstring(page.text).xpath("//input[@name='drug-11-name']")


PAGES = ["/", "/report/patient", "/report/carer", "/report/clinician", "/follow-up", "/cases",
         "/audit", "/nowhere"]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_pages_can_be_used_by_everybody(client, address):
    page = client.get(address)
    tree = html.fromstring(page.text)
    assert tree.get("lang") == "en"
    assert "width=device-width" in tree.xpath("//meta[@name='viewport']/@content")[0]
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//title")[0].text
    levels = [int(node.tag[1]) for node in tree.xpath("//h1|//h2|//h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for field in tree.xpath("//input[not(@type='hidden')]|//select|//textarea"):
        assert tree.xpath(f"//label[@for='{field.get('id')}']"), field.get("name")
    for group in tree.xpath("//fieldset"):
        assert group.xpath("./legend")
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not tree.xpath("//*[@tabindex > 0]")  # the order of the page is that of the keyboard
    assert tree.xpath("//a[@class='skip'][@href='#content']")
    assert tree.xpath("//main[@id='content']")
    for link in tree.xpath("//script/@src|//link/@href|//img/@src"):
        assert link.startswith("/static/")
        assert client.get(link).status_code == 200
    assert not tree.xpath("//script[not(@src)]|//style|//*[@style]|//@onclick")


def test_colours_can_be_told_apart():
    """Contrast of text by the formula of WCAG 2, 4.5 to 1 at least, by day and by night."""
    css = (ROOT / "src/tolerogen/safety/web/static/style.css").read_text("utf-8")

    def light(colour):
        colour = colour * 2 if len(colour) == 3 else colour
        parts = [int(colour[k : k + 2], 16) / 255 for k in (0, 2, 4)]
        if len(set(colour)) == 1:
            parts = [int(colour[0] * 2, 16) / 255] * 3
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for block in re.findall(r":root \{([^}]*)\}", css):
        colour = dict(re.findall(r"--([\w-]+): #([0-9a-f]+)", block))
        for ink, paper in (("ink", "paper"), ("ink", "soft"), ("key", "paper"), ("bad", "paper"),
                           ("bad", "soft"), ("on-key", "key")):  # fmt: skip
            high, low = sorted((light(colour[ink]), light(colour[paper])), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, paper)


def test_follow_up_adds_a_version_and_shows_nothing(client, store):
    number = number_in(send(client, GOOD))
    hidden = secrets_of(client.get("/follow-up"))
    typed = number.replace("-", " ").lower()
    page = client.post(
        "/follow-up", data={**hidden, "number": typed, "news": "It is gone", "outcome": "recovered"}
    )
    assert page.status_code == 200
    assert "canary" not in page.text
    first, second = store.history(number)
    assert second.report.events[0].outcome == "recovered"
    assert second.report.narrative.startswith(CANARIES["narrative"].strip())
    assert second.report.narrative.endswith("It is gone")
    assert first.report.events[0].outcome == "recovering"
    assert store.identity(number, who="p", why="w").patient == CANARIES["patient"]


def test_numbers_cannot_be_tried_out(client):
    hidden = secrets_of(client.get("/follow-up"))
    codes = [
        client.post(
            "/follow-up", data={**hidden, "number": "2026-AAAA-AAAA", "news": "x"}
        ).status_code
        for _ in range(25)
    ]
    assert codes[:20] == [422] * 20
    assert codes[20:] == [429] * 5


def test_a_form_from_elsewhere_is_refused(client, store):
    hidden = secrets_of(client.get("/report/patient"))
    fields = {"action": "send", **GOOD}
    assert client.post("/report/patient", data=fields).status_code == 400
    wrong = {**hidden, "secret": "x" * 32}
    assert client.post("/report/patient", data={**fields, **wrong}).status_code == 400
    headers = {"sec-fetch-site": "cross-site"}
    sent = client.post("/report/patient", data={**fields, **hidden}, headers=headers)
    assert sent.status_code == 403
    other = TestClient(client.app)
    assert other.post("/report/patient", data={**fields, **hidden}).status_code == 400
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421
    assert list(store.latest()) == []


def test_what_is_too_large_is_refused(client, store):
    page = send(client, {**GOOD, "narrative": "word " * 2_000_000})
    assert page.status_code == 413
    assert "too large" in page.text

    def without_length():
        for _ in range(100):
            yield b"x=" + b"y" * 10_000

    form = {"content-type": "application/x-www-form-urlencoded"}
    page = client.post("/report/patient", content=without_length(), headers=form)
    assert page.status_code == 413
    parts = {"file": ("a.xml", b"<a/>")}
    assert client.post("/report/patient", files=parts).status_code == 400
    assert list(store.latest()) == []


def test_headers_keep_pages_to_themselves(client):
    for address in (*PAGES, "/static/style.css"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
    cookie = TestClient(client.app).get("/").headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()


def leaks(text):
    words = (*CANARIES.values(), "canary", "Zebulon", "Moonpenny")
    return [word for word in words if word in text]


def test_no_canary_outside_the_store(store, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    client = TestClient(make_app(store), raise_server_exceptions=False)
    caplog.set_level(logging.DEBUG)
    pages = [send(client, GOOD), client.get("/cases"), client.get("/audit"), client.get("/health")]
    number = number_in(pages[0])

    def fail(*_, **__):
        raise RuntimeError(f"cannot store {CANARIES}")

    monkeypatch.setattr(CaseStore, "receive", fail)
    broken = send(client, GOOD)
    assert broken.status_code == 500
    pages += [
        broken,
        client.get("/report/" + CANARIES["patient"]),
        client.get("/nowhere", params={"name": CANARIES["contact"]}),
    ]
    assert not leaks("".join(p.text for p in pages).replace("canary-term", ""))
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("tolerogen"))
    assert "POST /report/{audience} 200" in ours
    assert "RuntimeError" in ours
    assert not leaks(ours)
    assert number not in ours
    assert not leaks("".join(str(p.url) for p in pages[:5]))
    assert list((tmp_path / "tmp").iterdir()) == []
    assert "<b>canary-term" not in pages[1].text  # escaped


def test_tokens_and_roles(store, tmp_path):
    file = tmp_path / "tokens.toml"
    made = {role: new_token(file, role, role) for role in ("reporter", "assessor", "chief")}
    assert not any(token in file.read_text() for token in made.values())
    assert file.stat().st_mode & 0o077 == 0
    app = make_app(store, tokens=read_tokens(file), hosts=())
    stranger = TestClient(app, follow_redirects=False)
    for address in ("/", "/report/patient", "/follow-up", "/cases", "/audit"):
        answer = stranger.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, "/enter")
    allowed = {
        "reporter": {"/": 200, "/report/carer": 200, "/cases": 403, "/audit": 403},
        "assessor": {"/": 200, "/cases": 200, "/audit": 403},
        "chief": {"/": 200, "/cases": 200, "/audit": 200},
    }
    for role, pages in allowed.items():
        client = TestClient(app)
        hidden = secrets_of(client.get("/enter"))
        before = client.cookies["session"]
        assert client.post("/enter", data={**hidden, "token": "wrong"}).status_code == 401
        client.post("/enter", data={**hidden, "token": made[role]})
        assert client.cookies["session"] != before
        bearer = {"authorization": f"Bearer {made[role]}"}
        for address, status in pages.items():
            assert client.get(address).status_code == status
            assert TestClient(app).get(address, headers=bearer).status_code == status
    number = number_in(send(client, GOOD))
    assert store.trail(number)[0].who == "chief"
    with pytest.raises(SpecError, match="role"):
        new_token(file, "x", "king")
    with pytest.raises(SpecError, match="token for that name"):
        new_token(file, "chief", "chief")


def test_beyond_this_machine_tokens_are_asked_for(store, refused, run, tmp_path):
    with pytest.raises(SpecError, match="everybody needs a token"):
        serve(store, "0.0.0.0")  # noqa: S104 that is what is refused
    where = ("--store", tmp_path / "c.sqlite")
    assert "needs a token" in refused("safety", "serve", "--host", "::", *where)
    file = tmp_path / "t.toml"
    made = json.loads(
        run("safety", "token", "--name", "a", "--role", "chief", "--tokens", file, "--json").stdout
    )
    assert read_tokens(file).who(made["token"]).role == "chief"
    file.write_text("token = 3")
    assert "no file of tokens" in refused("safety", "serve", "--tokens", file, *where)


TEXT = st.text(max_size=40)
FIELDS = st.dictionaries(
    st.sampled_from(
        [*GOOD, "events", "drugs", "action", "age-group", "event-2-term", "drug-1-stop-year"]
    ),
    TEXT,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(FIELDS)
def test_any_form_is_read_or_refused_in_words(fields):
    form = read_form("clinician", fields)
    report, _ = to_case(form)
    assert all(isinstance(message, str) and message for message in form.errors.values())
    assert isinstance(form, Form)
    if not form.errors:
        from tolerogen.safety.case_report import read_case

        document = {k: v for k, v in report.document().items() if v is not None}
        document["drugs"] = [{k: v for k, v in d.items() if v} for d in document["drugs"]]
        document["events"] = [{k: v for k, v in e.items() if v} for e in document["events"]]
        assert read_case(document)[0].events == report.events


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(fields=FIELDS, address=st.sampled_from(PAGES), body=st.binary(max_size=200))
def test_no_request_breaks_a_page(client, fields, address, body):
    parts = {"content-type": "multipart/form-data; boundary=x"}
    for page in (
        send(client, fields),
        client.post(address, data=fields),
        client.post(address, content=body, headers=parts),
        client.get(address, params=fields),
    ):
        assert page.status_code < 500


def test_kill_9_while_the_form_is_used_loses_no_receipt(server):
    import httpx2 as httpx

    port, child, folder = server
    numbers = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for k in range(12):
            numbers.append(number_in(send(client, GOOD)))
            if k == 11:
                os.kill(child.pid, signal.SIGKILL)
    child.wait()
    store = CaseStore(folder / "s.sqlite")
    assert {row.case_id for row in store.latest()} == set(numbers)
    assert store.verify() == []
    assert not leaks((folder / "log").read_text())
