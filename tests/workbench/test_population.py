"""Who is helped by which therapy, asked from the page; and what is refused."""

from __future__ import annotations

import ast

import pytest
from lxml import html

from tolerogen.workbench.jobs.worker import main


def test_endotypes_and_who_is_helped(app, client):
    asked = {"kind": "endotypes", "patients": 200, "therapies": ["nipocalimab"]}
    name = client.post("/api/population", json=asked).json()["id"]
    jobs = app.state.bench.jobs
    assert jobs.rows.start(name)
    assert main(str(jobs.folder), name) == 0, jobs.rows.get(name).message
    page = html.fromstring(client.get(f"/population/{name}").text)
    told = client.get(f"/api/population/{name}").json()
    shares = [item["share"] for item in told["endotypes"]["classes"]]
    assert sum(shares) == pytest.approx(1, abs=1e-6)
    (helped,) = told["therapies"]
    tables = {table.xpath("string(caption)"): table for table in page.iter("table")}
    row = tables["Share that is helped, of everybody and in each class"].xpath(".//tbody/tr/td")
    assert row[0].text_content() == "nipocalimab"
    assert row[3].text_content() == f"{100 * helped['everybody']['helped']:.0f} %"
    assert len(row) == 4 + len(shares)
    commands, python = page.xpath("//section[@class='same']//pre")
    assert "--therapy nipocalimab" in commands.text_content()
    assert ast.parse(python.text_content()).body
    for figure in ("classes", "helped"):
        assert client.get(f"/population/{name}/figures/{figure}").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "endotypes", "patients": 100},
        {"kind": "comparison", "patients": 10**9},
        {"kind": "other"},
        {"kind": "endotypes", "therapies": ["s95011"] * 5},
        {"kind": "endotypes", "seed": -1},
    ],
)
def test_what_makes_no_sense_is_refused(client, wrong):
    assert client.post("/api/population", json=wrong).status_code == 422


def test_what_is_not_there_is_not_found(client):
    for wrong in ({"disease": "../x"}, {"therapies": ["../x.toml"]}):
        answer = client.post("/api/population", json={"kind": "endotypes", **wrong})
        assert answer.status_code == 404
