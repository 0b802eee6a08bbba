"""Projects in the workbench: made, decided, refused; and the programme in a browser."""

from __future__ import annotations

import re

from lxml import etree

from tolerogen.projects import add_evidence, read_ledger


def send(client, address, **fields):
    secret = re.search(r'name="secret" value="([^"]+)"', client.get("/projects").text)[1]
    return client.post(address, data={"secret": secret, **fields}, follow_redirects=False)


def begun(client):
    assert send(client, "/projects", id="il7r", name="Ours", target="IL7R").status_code == 303
    for name in ("mab", "aso"):
        made = send(client, "/projects/at/il7r/candidates", id=name, name="<b>x</b>")
        assert made.status_code == 303
    return "/projects/at/il7r"


def test_a_project_is_made_and_decided(app, client):
    root = begun(client)
    wanted = {"candidate": "mab", "what": "hit", "reason": "good", "by": "ada"}
    refused = send(client, f"{root}/decide", **wanted)
    assert refused.status_code == 422
    assert "hit: evidence" in refused.text.replace("&#39;", "'")
    folder = app.state.bench.folder / "projects" / "il7r"
    add_evidence(folder, "target", figures={"composite": 0.7})
    assert send(client, f"{root}/decide", **wanted).status_code == 303
    (made,) = read_ledger(folder)
    assert (made.who, made.after) == ("ada", "hit")
    page = client.get(root).text
    assert "<b>x</b>" not in page
    assert made.hash[:12] in page
    for figure in ("bubbles", "gantt", "chances-mab"):
        drawing = client.get(f"{root}/figures/{figure}")
        assert etree.fromstring(drawing.content).tag.endswith("svg")
    assert client.get(f"{root}/page").status_code == 200
    told = client.get("/api/projects/at/il7r").json()
    assert told["candidates"][0]["stage"] == "hit"
    assert str(folder) not in page


def test_what_is_not_there_or_makes_no_sense(client):
    root = begun(client)
    for name in ("..%2f..", "nothing", "%2e%2e"):
        assert client.get(f"/projects/at/{name}").status_code == 404
        assert client.get(f"{root}/figures/{name}").status_code == 404
    for wrong in ("../x", "UP", "", "il7r"):
        assert send(client, "/projects", id=wrong, name="x").status_code == 422
    assert send(client, f"{root}/candidates", id="../x").status_code == 422
    assert send(client, f"{root}/candidates", id="a", modality="magic").status_code == 422
    moon = {"candidate": "mab", "what": "moon", "reason": "r"}
    assert send(client, f"{root}/decide", **moon).status_code == 422
    assert client.post("/api/projects/programme", json={"replicates": 1}).status_code == 422


def test_in_a_browser_by_keyboard(visit):
    visit.go("/projects")
    visit.shot("projects")
    visit.page.fill("#replicates", "2")
    visit.page.fill("#patients", "24")
    visit.tab_to("form[action='/projects/programme'] button")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("text=See the result", timeout=60_000)
    visit.follow("text=See the result")
    visit.until("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert visit.sees("img", 4)
    visit.shot("project-programme")
    visit.tab_to("form[action$=keep] button")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/projects/at/il7r")
    visit.page.fill("#reason", "Enough is known to prepare phase 1.")
    visit.page.select_option("#what", "note")
    visit.tab_to("form[action$=decide] button")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("td:has-text('Enough is known')")
    visit.shot("project")
