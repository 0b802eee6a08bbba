"""The form in other languages: every sentence is there, and the answers are the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tolerogen.safety.web import app as pages
from tolerogen.safety.web import words
from tolerogen.safety.web.languages import LANGUAGES, language_for, sentences, translator

WEB = Path(words.__file__).parent
FOR_STAFF = {"cases.html", "audit.html"}  # in English
OTHERS = [code for code in LANGUAGES if code != "en"]


def strings(value):
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return set().union(*map(strings, value.values()))
    return set().union(*map(strings, value)) if isinstance(value, tuple) else set()


def said_in_code(name):
    """Messages: texts put into a field of errors, there or in a display of a dictionary."""
    for node in ast.walk(ast.parse((WEB / name).read_text(encoding="utf-8"))):
        values = []
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            values = [node.value]
        elif isinstance(node, ast.Dict):
            values = node.values
        yield from (v.value for v in values if isinstance(v, ast.Constant) and strings(v.value))


@pytest.fixture(scope="module")
def english():
    found = {"Day", "Month", "Year"}
    for path in (WEB / "templates").glob("*.html"):
        found |= set(re.findall(r'_\("([^"]+)"\)', path.read_text(encoding="utf-8")))
    for name, value in vars(words).items():
        if name.isupper():
            found |= strings(value)
    found |= strings(pages.MESSAGES)
    return found | set(said_in_code("form.py")) | set(said_in_code("follow_up.py"))


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_is_said_and_none_is_left_over(english, code):
    assert set(sentences(code)) == english
    for sentence, said in sentences(code).items():
        assert said.strip() == said != ""
        assert said.count("{}") == sentence.count("{}")
        assert re.findall("2026-7KQM-4ZPA", said) == re.findall("2026-7KQM-4ZPA", sentence)


def test_templates_say_nothing_without_a_translation():
    """No letters stand between two tags of a page for reporters, outside of a placeholder."""
    for path in (WEB / "templates").glob("*.html"):
        if path.name in FOR_STAFF:
            continue
        whole = re.sub("{% macro marks.*?endmacro", "", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", " ", whole, flags=re.DOTALL)
        left = re.sub(r"Tolerogen|Cases|Audit|\d+\.", " ", text)
        assert not re.search("[A-Za-z]{2}", left), (path.name, left.split())


@pytest.mark.parametrize("code", OTHERS)
def test_a_report_in_a_language_is_the_same_case(client, store, code):
    page = client.get(f"/report/patient?language={code}")
    tree = html.fromstring(page.text)
    assert tree.get("lang") == code == page.headers["content-language"]
    say = translator(code)
    assert tree.xpath("string(//h1)") == say("It happened to me")
    hidden = {f.get("name"): f.get("value") for f in tree.xpath("//main//input[@type='hidden']")}
    wrong = client.post("/report/patient", data={**hidden, "action": "send", "age": "200"})
    assert wrong.status_code == 422
    assert say("The age is a number of years, from 0 to 130.") in html.fromstring(wrong.text).xpath(
        "string(//main)"
    )
    fields = {
        "event-1-term": "Rash", "event-1-outcome": "recovering", "event-1-death": "yes",
        "drug-1-name": "x", "sex": "female", "age-group": "adult",
    }  # fmt: skip
    sent = client.post("/report/patient", data={**hidden, "action": "send", **fields})
    tree = html.fromstring(sent.text)
    assert tree.xpath("string(//h1)") == say("Thank you")
    number = tree.xpath("string(//p[@class='number'])").strip()
    case = store.history(number)[0].report
    assert (case.sex, case.age_group) == ("female", "adult")
    assert case.events[0].outcome == "recovering"
    assert case.events[0].serious == ("death",)
    assert list(store.trail())[-1].why == f"web form, {code}"


def test_a_choice_is_kept_and_beats_the_browser(client):
    german = {"accept-language": "de"}
    assert html.fromstring(client.get("/", headers=german).text).get("lang") == "de"
    assert html.fromstring(client.get("/?language=fr", headers=german).text).get("lang") == "fr"
    page = client.get("/follow-up", headers=german)
    assert html.fromstring(page.text).get("lang") == "fr"
    (current,) = html.fromstring(page.text).xpath("//nav//a[@aria-current]/text()")
    assert current == "Français"
    # a page that answers a form has no links that would lose it
    missing = client.get("/nowhere")
    assert missing.status_code == 404
    assert translator("fr")("There is no such page") in missing.text


def test_what_is_no_language_is_none(client):
    page = client.get("/?language=%3Cscript%3E", headers={"accept-language": "xx;q=huge,,;"})
    assert html.fromstring(page.text).get("lang") == "en"
    assert "script" not in page.headers.get("set-cookie", "")
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("pt-BR, es-419;q=0.5, en;q=0.4", "es"),
        ("en-GB", "en"),
        ("fr;q=0, de;q=0.1", "de"),
        ("", "en"),
        ("*", "en"),
    ],
)
def test_the_first_language_of_the_browser_that_is_known(header, code):
    assert language_for(None, header) == code


@given(st.text(), st.text())
def test_any_header_gives_a_language(chosen, header):
    assert language_for(chosen, header) in LANGUAGES
