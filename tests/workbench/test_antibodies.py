"""Antibodies in the workbench: what the rooms say, on a page; hostile sequences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from tolerogen.antibodies import domain_record, number_many, read_sequences
from tolerogen.antibodies.humanness import humanise
from tolerogen.antibodies.kinetics import fit_kinetics, read_sensorgrams
from tolerogen.antibodies.selection import Goal, rank_panel, read_panel
from tolerogen.workbench.jobs.worker import main

EXAMPLES = Path(__file__).parents[2] / "examples"
FASTA = EXAMPLES / "il7r-antibodies.fasta"


def finish(app, name, code=0):
    jobs = app.state.bench.jobs
    assert jobs.rows.start(name)
    assert main(str(jobs.folder), name) == code, jobs.rows.get(name).message
    return jobs.rows.get(name).message


def ask(app, client, part, **asked):
    name = client.post(f"/api/antibodies/{part}", json=asked).json()["id"]
    finish(app, name)
    page = client.get(f"/antibodies/{name}")
    assert page.status_code == 200
    for address in set(re.findall(r'(?:src|href)="(/antibodies/[^"]+)"', page.text)):
        assert client.get(address).status_code == 200, address
    return client.get(f"/api/antibodies/{name}").json(), page.text, name


def test_sequences_are_numbered_and_judged_as_the_room_does(app, client):
    told, page, name = ask(app, client, "sequences", sequences=FASTA.read_text(), scheme="kabat")
    domains = [d for n in number_many(read_sequences(FASTA), "kabat") for d in n.domains]
    assert [d["numbering"] for d in told["domains"]] == [
        domain_record(d)["numbering"] for d in domains
    ]
    assert domains[0].cdrs[2] in page
    assert "--scheme kabat" in page
    drawing = client.get(f"/antibodies/{name}/figures/annotated")
    assert etree.fromstring(drawing.content).tag.endswith("svg")
    fetched = client.get(f"/antibodies/{name}/files/domains.tsv")
    assert fetched.text.startswith("sequence_id\t")


def test_humanised_variants_are_those_of_the_room(app, client):
    told, page, _ = ask(app, client, "humanise", sequences=FASTA.read_text(), dial="balanced")
    made = humanise(read_sequences(FASTA), "balanced")
    assert [one["vh"] for one in told["molecules"]] == [one.vh for one in made]
    assert made[0].mutations[0].reason in page.replace("&#39;", "'")


def test_a_panel_is_ranked_as_the_room_does(app, client):
    told, page, _ = ask(
        app, client, "panel", panel=(EXAMPLES / "panel.csv").read_text(),
        low="kd_nM=2", high="humanness", log="kd_nM",
    )  # fmt: skip
    goals = [Goal("kd_nM", "min", 2.0, True), Goal("humanness", "max")]
    ranked = rank_panel(read_panel(EXAMPLES / "panel.csv", goals))
    assert [one["id"] for one in told["ranking"]] == [one.id for one in ranked]
    assert "--min kd_nM=2 --log kd_nM" in page


def test_sensorgrams_are_fitted_and_drawn(app, client):
    text = (EXAMPLES / "sensorgrams.csv").read_text()
    told, _, name = ask(app, client, "kinetics", curves=text, model="1:1")
    (expected,) = [fit_kinetics(d, "1:1") for d in read_sensorgrams(EXAMPLES / "sensorgrams.csv")]
    assert told["fits"][0]["kd"] == pytest.approx(expected.kd)
    drawing = client.get(f"/antibodies/{name}/figures/sensorgrams").text
    assert "81 nM" in drawing or "nM" in drawing


def test_curves_are_measured_less_what_is_left():
    (data,) = read_sensorgrams(EXAMPLES / "sensorgrams.csv")
    fit = fit_kinetics(data, "1:1")
    for cycle, curve in zip(data.cycles, fit.curves, strict=True):
        assert curve.response.tolist() == cycle.response.tolist()
        # white noise of 0.4 stands in the file's head
        assert (curve.response - curve.fitted).std() == pytest.approx(0.4, rel=0.25)


@pytest.mark.parametrize(
    ("part", "asked", "told"),
    [
        ("sequences", {"sequences": ">a\nACGTACGTACGTACGTACGTACGT"}, None),
        ("sequences", {"sequences": "no header"}, "sequences.fasta"),
        ("panel", {"panel": "id,x\na,1\nb,2", "low": "y"}, "panel.csv: has no column 'y'"),
        ("kinetics", {"curves": "a,b\n1,2"}, "sensorgrams.csv"),
    ],
)
def test_what_is_none_of_it_is_told_in_words(app, client, part, asked, told):
    name = client.post(f"/api/antibodies/{part}", json=asked).json()["id"]
    message = finish(app, name, 1 if told else 0)
    if told:
        assert told in message
        assert "upload" not in message
    else:
        assert (
            "looks like nucleotides" in client.get(f"/antibodies/{name}").text
            or client.get(f"/api/antibodies/{name}").json()["silent"]
        )


@pytest.mark.parametrize(
    ("part", "asked", "told"),
    [
        ("sequences", {"sequences": "  "}, "Nothing was given"),
        ("sequences", {"sequences": ">a\nQ", "scheme": "my own"}, "scheme"),
        ("panel", {"panel": "id,x\na,1"}, "0 columns are wanted"),
        ("panel", {"panel": "id,x\na,1", "low": "x=heavy"}, "is no number"),
        ("panel", {"panel": "id,x\na,1", "low": "x", "log": "y"}, "as small or large as well"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(client, part, asked, told):
    answer = client.post(f"/api/antibodies/{part}", json=asked)
    assert answer.status_code == 422
    assert told in answer.json()["error"]


def test_a_script_in_a_name_is_a_name(app, client):
    first = FASTA.read_text().split(">", 2)[1].split("\n", 1)[1]
    hostile = f"><script>alert(1)</script>\n{first}\n>../../etc/passwd\n{first}\n>=1+1\n{first}"
    told, page, name = ask(app, client, "sequences", sequences=hostile)
    assert len(told["domains"]) == 3
    assert "<script>alert" not in page
    drawing = client.get(f"/antibodies/{name}/figures/annotated").text
    assert "<script>" not in drawing
    assert "\n=1+1" not in client.get(f"/antibodies/{name}/files/liabilities.csv").text


def test_in_a_browser_by_keyboard(visit):
    visit.go("/antibodies")
    visit.shot("antibodies")
    visit.tab_to("#sequences")
    visit.page.keyboard.insert_text(FASTA.read_text())
    visit.tab_to("button[value=number]")
    visit.page.keyboard.press("Enter")
    visit.follow("text=See the result")
    visit.until("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert visit.sees("role=cell[name='bempikibart_VH']")
    visit.shot("antibody-sequences")
    visit.tab_to("form[action$=humanise] button")
    visit.page.keyboard.press("Enter")
    visit.follow("text=See the result")
    assert visit.sees("text=Mutations of the leading variant")
    visit.go("/antibodies")
    visit.page.set_input_files("#panel-file", EXAMPLES / "panel.csv")
    visit.page.get_by_role("button", name="Rank").press("Enter")
    visit.follow("text=See the result")
    visit.until("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    visit.shot("antibody-panel")
    visit.go("/antibodies")
    visit.page.set_input_files("#curves-file", EXAMPLES / "sensorgrams.csv")
    visit.page.get_by_role("button", name="Fit").press("Enter")
    visit.follow("text=See the result")
    visit.until("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert "KD, M" in visit.page.inner_text("table")
    visit.shot("antibody-kinetics")
