"""The form in a real browser: by keyboard, on a phone, and as a screen reader hears it."""

from __future__ import annotations

import pytest
from tests.safety.web.browser import Browser


@pytest.fixture
def phone(tmp_path):
    browser = Browser(str(tmp_path / "profile"), 360, 740)
    yield browser
    browser.close()


FOCUS = "document.activeElement.id || document.activeElement.textContent.trim()"


def tab_to(phone, wanted, most=60):
    """Press Tab until something has the focus; return what was passed."""
    passed = []
    for _ in range(most):
        phone.press("Tab")
        passed.append(phone.ask(FOCUS))
        if passed[-1] == wanted:
            return passed
    raise AssertionError((wanted, passed))


def test_the_form_is_reached_by_keyboard_and_fits_a_phone(server, phone):
    port, _, _ = server
    phone.go(f"http://127.0.0.1:{port}/")
    assert tab_to(phone, "It happened to me")[0] == "Skip to the content"
    phone.press("Enter", "\r")
    phone.until("location.pathname == '/report/patient' && document.readyState == 'complete'")
    # nothing is wider than the phone
    assert phone.ask("document.documentElement.scrollWidth") <= 360


def test_a_screen_reader_hears_a_name_for_everything(server, phone):
    port, _, _ = server
    phone.go(f"http://127.0.0.1:{port}/report/clinician")
    nodes = phone.call("Accessibility.getFullAXTree")["nodes"]
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
