"""A design explored from the page: the numbers are those of the terminal."""

from __future__ import annotations

import json
import re

import pytest

from tolerogen.trials import list_examples
from tolerogen.workbench import make_app
from tolerogen.workbench.jobs.worker import main

TEXTS = {example.name: example.text for example in list_examples()}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return make_app(tmp_path_factory.mktemp("bench"))


def test_a_design_is_explored_as_from_the_terminal(app, client, run, tmp_path):
    secret = re.search(r'name="secret" value="([^"]+)"', client.get("/trials/new").text)[1]
    form = {"secret": secret, "text": TEXTS["cross-over"], "replicates": "10", "seed": "3"}
    page = client.post("/trials/design", data=form)
    assert "Waiting" in page.text
    name = page.url.path.rsplit("/", 1)[-1]
    jobs = app.state.bench.jobs
    assert jobs.rows.start(name)
    assert main(str(jobs.folder), name) == 0
    done = jobs.rows.get(name)
    assert done.done == done.total > 0
    shown = client.get(f"/trials/{name}")
    assert "tolerogen trial design trial.toml --replicates 10 --seed 3" in shown.text
    assert client.get(f"/trials/{name}/figures/power").headers["content-type"] == "image/svg+xml"
    file = tmp_path / "trial.toml"
    file.write_text(TEXTS["cross-over"], encoding="utf-8")
    typed = run("trial", "design", file, "--replicates", 10, "--seed", 3, "--json")
    ours, theirs = client.get(f"/api/trials/{name}").json(), json.loads(typed.stdout)
    assert ours == theirs


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TEXTS["placebo-only"], "no [design] table"),
        (
            TEXTS["dose-and-size"].replace("[design]", '[design]\nposterior = "x.csv"'),
            "a file cannot",
        ),
        ("=", "not valid TOML"),
    ],
)
def test_what_cannot_be_explored_is_refused(client, text, told):
    answer = client.post("/api/trials/design", json={"text": text})
    assert answer.status_code == 422
    assert told in answer.json()["error"]


def test_too_large_a_design_is_refused(client):
    asked = {"text": TEXTS["dose-and-size"], "replicates": 1_000_000}
    assert "terminal" in client.post("/api/trials/design", json=asked).json()["error"]


def test_a_design_and_a_trial_are_not_compared(app, client):
    name = next(job.id for job in app.state.bench.jobs.recent() if job.state == "done")
    assert client.get(f"/trials/compare?job={name}&job={name}").status_code == 422
