"""The form in a real browser: by keyboard, on a phone, and as a screen reader hears it."""

from __future__ import annotations

import pytest

from tolerogen.safety.store import CaseStore


@pytest.fixture
def phone(server, tab):
    port, _, _ = server
    with tab(f"http://127.0.0.1:{port}", "safety", width=360) as one:
        yield one


def write(phone, name, text):
    """Go to a field with the keyboard and fill it."""
    phone.tab_to(f"#{name}")
    phone.page.keyboard.type(text)


def follow(phone):
    """Press Enter, and wait for the page that it brings."""
    with phone.page.expect_navigation(wait_until="load"):
        phone.page.keyboard.press("Enter")


def test_a_side_effect_is_reported_with_the_keyboard_alone(phone, server):
    phone.go("/")
    phone.page.keyboard.press("Tab")
    assert phone.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    phone.tab_to("a[href='/report/patient']")
    follow(phone)
    assert phone.page.url.endswith("/report/patient")
    # nothing is wider than the phone
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    phone.shot("form")
    write(phone, "event-1-term", "itching all over")
    write(phone, "event-1-onset-year", "2026")
    phone.tab_to("#event-1-hospitalisation")
    phone.page.keyboard.press("Space")
    write(phone, "drug-1-name", "nipocalimab")
    write(phone, "age", "54")
    write(phone, "country", "fr")
    write(phone, "reporter-name", "Griselda")
    write(phone, "contact", "g@canary.example")
    write(phone, "narrative", "It began in the evening after the infusion.")
    phone.tab_to("button[value='send']")
    follow(phone)
    phone.shot("receipt")
    kept = [row.case_id for row in CaseStore(server[2] / "s.sqlite").latest()]
    assert kept == [phone.page.inner_text(".number").strip()]


def test_a_screen_reader_hears_a_name_for_everything(phone):
    phone.go("/report/clinician")
    session = phone.page.context.new_cdp_session(phone.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    asked = ("textbox", "combobox", "checkbox", "button", "link", "group", "navigation")
    names = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"] and node.get("role", {}).get("value") in asked
    ]
    assert len(names) > 30
    assert [role for role, name in names if not name.strip()] == []
    assert ("combobox", "Your profession") in names
    assert ("group", "When did it begin?") in names
