"""A forecast of recruitment from the page: the numbers are those of the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tolerogen.workbench.jobs.worker import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PLAN = (EXAMPLES / "recruitment.toml").read_text(encoding="utf-8")
COUNTS = (EXAMPLES / "centres.csv").read_text(encoding="utf-8")


def finish(app, name: str) -> None:
    jobs = app.state.bench.jobs
    assert jobs.rows.start(name)
    assert main(str(jobs.folder), name) == 0


def test_a_trial_under_way_is_forecast_as_from_the_terminal(app, client, run):
    secret = re.search(r'name="secret" value="([^"]+)"', client.get("/trials/new").text)[1]
    form = {"secret": secret, "text": PLAN, "on": "2026-06-30", "replicates": "50", "seed": "3"}
    sent = {"counts": ("mine.csv", COUNTS)}
    page = client.post("/trials/recruitment", data=form, files=sent)
    name = page.url.path.rsplit("/", 1)[-1]
    finish(app, name)
    shown = client.get(f"/trials/{name}")
    words = ("--replicates", 50, "--seed", 3, "--centres", EXAMPLES / "centres.csv")
    assert "19 randomised by 2026-06-30" in shown.text
    assert "--replicates 50 --seed 3 --centres centres.csv --on 2026-06-30" in shown.text
    assert "forecast_recruitment(plan, seen, replicates=50, seed=3)" in shown.text
    drawing = client.get(f"/trials/{name}/figures/recruitment")
    assert drawing.headers["content-type"] == "image/svg+xml"
    typed = run(
        "trial", "recruit", EXAMPLES / "recruitment.toml", *words, "--on", "2026-06-30", "--json"
    )
    assert client.get(f"/api/trials/{name}").json() == json.loads(typed.stdout)
    assert "Last patient in after" in client.get(f"/trials/{name}/dossier").text


def test_a_plan_is_forecast_without_counts(app, client):
    name = client.post(
        "/api/trials/recruitment", json={"text": PLAN, "patients": 90, "replicates": 20}
    ).json()["id"]
    finish(app, name)
    told = client.get(f"/api/trials/{name}").json()
    assert (told["patients"], told["already"]) == (90, 0)
    shown = client.get(f"/trials/{name}").text.replace("&#34;", '"')
    assert "trial recruit trial.toml --patients 90" in shown
    assert 'load_recruitment("trial.toml", patients=90)' in shown


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"text": PLAN.split("[recruitment]")[0]}, "no [recruitment] table"),
        ({"text": PLAN, "on": "2026-06-30"}, "give both, or neither"),
        ({"text": PLAN, "counts": COUNTS, "on": "soon"}, "is no date"),
        ({"text": PLAN, "counts": "a,b\n1,2", "on": "2026-06-30"}, "the counts of centres: needs"),
        ({"text": PLAN, "patients": 9000, "replicates": 900_000}, "too many"),
        ({"text": "="}, "not valid TOML"),
    ],
)
def test_what_cannot_be_forecast_is_refused(client, asked, told):
    answer = client.post("/api/trials/recruitment", json=asked)
    assert answer.status_code == 422
    assert told in answer.json()["error"]
