"""Oligos in the workbench: the room's candidates, track, sheets, order and therapies on a page."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from lxml import etree, html

from tolerogen import oligos
from tolerogen.therapies import load_therapy
from tolerogen.workbench.jobs.worker import main

FASTA = Path(__file__).parents[2] / "examples" / "tnfrsf1a.fa"
CHEMISTRY = "lna 3-10-3"


def ask(app, client, code=0, **asked):
    answer = client.post("/api/oligos", json={"chemistry": [CHEMISTRY], "top": 3, **asked})
    assert answer.status_code == 201, answer.text
    name = answer.json()["id"]
    jobs = app.state.bench.jobs
    assert jobs.rows.start(name)
    assert main(str(jobs.folder), name) == code, jobs.rows.get(name).message
    return name, jobs.rows.get(name).message


def test_candidates_are_those_of_the_room(app, client, tmp_path):
    text = FASTA.read_text()
    name, _ = ask(app, client, transcript=text, transcriptome=text, node="IL7R")
    told = client.get(f"/api/oligos/{name}").json()
    with_index = {"index": oligos.build_index(FASTA)}
    expected = oligos.design_for(
        oligos.read_transcripts(FASTA), chemistries=(CHEMISTRY,), top=3, **with_index
    )
    assert [c["sequence"] for c in told["candidates"]] == [
        p.candidate.oligo.sequence for p in expected
    ]
    page = client.get(f"/oligos/{name}").text
    for address in set(re.findall(r'(?:src|href)="(/oligos/[^"]+)"', page)):
        assert client.get(address).status_code == 200, address
    sheet = client.get(f"/oligos/{name}/sheets/1")
    assert expected[0].candidate.oligo.sequence in html.fromstring(sheet.text).text_content()
    assert client.get(f"/oligos/{name}/sheets/4").status_code == 404
    drawing = client.get(f"/oligos/{name}/figures/track")
    assert etree.fromstring(drawing.content).tag.endswith("svg")
    order = client.get(f"/oligos/{name}/files/order.csv").text
    assert order.count("\n") == 4
    file = tmp_path / "mine.toml"
    file.write_text(client.get(f"/oligos/{name}/files/therapy-001.toml").text)
    assert tomllib.loads(file.read_text())
    assert load_therapy(file).target == "IL7R"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"transcript": ">p\nMKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSG"}, "target.fa"),
        ({"transcript": ">p\nACGTACGTZZACGTACGT"}, "target.fa"),
    ],
)
def test_what_is_no_transcript_is_told(app, client, asked, told):
    _, message = ask(app, client, code=1, **asked)
    assert told in message
    assert "defect" not in message


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"transcript": ""}, "Nothing was given"),
        ({"transcript": ">a\nACGT", "lengths": "long"}, "long"),
        ({"transcript": ">a\nACGT", "region": "x-y"}, "x-y"),
        ({"transcript": ">a\nACGT", "top": 0}, "top"),
        ({"transcript": ">a\nACGT", "cells": "anywhere"}, "cells"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(client, asked, told):
    answer = client.post("/api/oligos", json=asked)
    assert answer.status_code == 422
    assert told in answer.json()["error"]


def test_a_script_in_a_name_is_a_name(app, client):
    sequence = FASTA.read_text().split("\n", 1)[1]
    name, _ = ask(app, client, transcript=f"><script>alert(1)</script>|x\n{sequence}")
    for address in ("", "/figures/track", "/sheets/1", "/files/report.html"):
        assert "<script>alert" not in client.get(f"/oligos/{name}{address}").text


def test_in_a_browser_by_keyboard(visit):
    visit.go("/oligos")
    visit.shot("oligos")
    visit.page.set_input_files("#transcript-file", FASTA)
    visit.tab_to("#top")
    visit.page.keyboard.press("Control+A")
    visit.page.keyboard.type("4")
    visit.tab_to("form[action='/oligos'] > button")
    visit.page.keyboard.press("Enter")
    visit.follow("text=See the result")
    visit.until("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert visit.sees("th a.sequence", 4)
    visit.shot("oligos-result")
    visit.page.locator("th a.sequence").first.press("Enter")
    visit.page.wait_for_url("**/sheets/1")
    assert visit.sees("svg")
