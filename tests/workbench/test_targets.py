"""Targets in the workbench: the room's ranking and explanation, on a page."""

from __future__ import annotations

import pytest
from lxml import etree

from tolerogen.diseases import load_disease
from tolerogen.patients import Criterion
from tolerogen.targets import Setup, rank_targets
from tolerogen.workbench.jobs.worker import main

SMALL = {"patients": 20, "draws": 2, "seed": 3}


def ask(app, client, code=0, **asked):
    name = client.post("/api/targets", json={**SMALL, **asked}).json()["id"]
    jobs = app.state.bench.jobs
    assert jobs.rows.start(name)
    assert main(str(jobs.folder), name) == code, jobs.rows.get(name).message
    return name, jobs.rows.get(name).message


def test_a_ranking_is_that_of_the_room_and_can_be_narrowed(app, client):
    name, _ = ask(app, client)
    told = client.get(f"/api/targets/{name}").json()
    entry = (Criterion("essdai", minimum=5.0),)
    setup = Setup(patients=20, criteria=entry, seed=3, threads=None)
    expected = rank_targets(load_disease("sjogren"), draws=2, setup=setup)
    assert [t["target"] for t in told["targets"]] == [t.target for t in expected.targets]
    assert told["targets"][0]["composite"] == pytest.approx(expected.targets[0].composite)
    page = client.get(f"/targets/{name}")
    assert f"{expected.targets[0].composite:.3f}" in page.text
    narrowed = client.get(f"/targets/{name}?only=model&way=antibody").text
    assert 0 < narrowed.count('<th scope="row">') < page.text.count('<th scope="row">')
    assert "not in the model" not in narrowed
    drawing = client.get(f"/targets/{name}/figures/ranking")
    assert etree.fromstring(drawing.content).tag.endswith("svg")


def test_one_target_is_explained_by_any_usual_name(app, client):
    name, _ = ask(app, client, name="CD127")
    page = client.get(f"/targets/{name}").text
    assert "IL7R" in page
    assert client.get(f"/targets/{name}/figures/neighbourhood").status_code == 200
    told = client.get(f"/api/targets/{name}").json()
    assert all(line["source"] for line in told["numbers"])
    assert told["numbers"][0]["what"] in page


def test_what_is_no_target_is_told(app, client):
    _, message = ask(app, client, code=1, name="../../etc/passwd")
    assert "../../etc/passwd" in message
    for wrong in ({"patients": 5}, {"draws": 0}, {"disease": "/etc"}, {"name": "x" * 41}):
        assert client.post("/api/targets", json=wrong).status_code in (404, 422)
    assert client.get("/targets/..%2f..%2fjobs.sqlite").status_code == 404


def test_in_a_browser_by_keyboard(visit):
    visit.go("/targets")
    visit.shot("targets")
    for field, value in (("#r-patients", "20"), ("#r-draws", "2")):
        visit.page.fill(field, value)
    visit.tab_to("form[action='/targets/ranking'] button")
    visit.page.keyboard.press("Enter")
    visit.follow("text=See the result")
    visit.until("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    visit.shot("targets-ranking")
    visit.page.select_option("#name", "IL7R")
    visit.tab_to("form[action='/targets/target'] button")
    visit.page.keyboard.press("Enter")
    visit.follow("text=See the result")
    visit.until("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert visit.sees("h1:has-text('IL7R'), h2:has-text('IL7R')")
    visit.shot("target")
