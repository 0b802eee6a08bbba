"""What an unkind browser sends: paths, scripts in names, too much, files that are none."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tolerogen.trials import list_examples
from tolerogen.workbench import make_app
from tolerogen.workbench.app import MOST_BYTES
from tolerogen.workbench.jobs import Jobs
from tolerogen.workbench.jobs.worker import main

SCRIPT = "<script>alert('x')</script>"
TEXT = next(example.text for example in list_examples() if example.name == "placebo-only")
PATHS = ["/etc/passwd", "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/", "a\0b", "."]


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A workbench with one trial that is done, whose name holds a script; no job is started."""
    folder = tmp_path_factory.mktemp("bench")
    app = make_app(folder)
    jobs = app.state.bench.jobs
    text = TEXT.replace("Placebo arm alone", SCRIPT)
    task = {"text": text, "patients": 6, "replicates": 1, "seed": 1}
    job = jobs.add("trial", SCRIPT, task)
    jobs.rows.start(job.id)
    assert main(str(folder), job.id) == 0
    return app, job.id


@pytest.fixture
def client(bench):
    return TestClient(bench[0], raise_server_exceptions=False)  # not entered: nothing is dispatched


def secret_of(client):
    return re.search(r'name="secret" value="([^"]+)"', client.get("/trials/new").text)[1]


@pytest.mark.parametrize("path", PATHS)
def test_no_path_reaches_the_file_system(client, bench, path):
    _, job = bench
    for address in (
        "/static/{}", "/jobs/{}", "/trials/{}", f"/trials/{job}/files/{{}}",
        f"/trials/{job}/figures/{{}}", "/disease/{}", "/therapies/{}", "/population/{}",
        "/api/jobs/{}", "/api/trials/{}", "/api/disease/{}", "/api/therapies/{}",
        "/trials/new?example={}", "/disease/sjogren?therapy={}",
        "/safety/{}", "/safety/cases/{}", "/safety/report/{}", "/antibodies/{}", "/oligos/{}",
        "/targets/{}", "/projects/{}", "/projects/at/{}", "/api/projects/at/{}",
        "/api/antibodies/{}", "/api/oligos/{}", "/api/targets/{}", "/api/safety/signals/{}",
    ):  # fmt: skip
        shown = client.get(address.format(path.replace("\0", "%00")))
        assert "root:" not in shown.text
        assert shown.status_code in (200, 404, 422), address
        if shown.status_code == 200:  # the client itself resolved "." to a page
            assert shown.headers["content-type"].startswith(("text/html", "application/json"))


def test_files_beside_those_of_the_result_cannot_be_fetched(client, bench):
    _, job = bench
    for name in (
        "..%2fsummary.txt",
        "figures",
        "../../lock",
        "summary.txt",
        "..%2f..%2f..%2fjobs.sqlite",
    ):
        assert client.get(f"/trials/{job}/files/{name}").status_code in (404, 405), name
    assert client.get(f"/trials/{job}/files/result.json").status_code == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('disease = "sjogren"', 'disease = "/etc"'),
        ('disease = "sjogren"', 'disease = "../sjogren"'),
        ('role = "placebo"', 'role = "active"\ntherapy = "/etc/passwd.toml"\nregimen = "x"'),
        ('role = "placebo"', 'role = "active"\ntherapy = "../x.toml"\nregimen = "x"'),
    ],
)
def test_a_trial_file_names_libraries_only(client, old, new):
    answer = client.post("/api/trials/check", json={"text": TEXT.replace(old, new)})
    assert answer.status_code == 422
    told = answer.json()["error"]
    assert "Known" in told or "not a file" in told


@pytest.mark.parametrize(
    "text",
    [
        "", "\0", "=", "[" * 5000, "a = " + "[" * 5000, "[trial]\n" * 2, "x" * 199_000,
        TEXT.replace('"4 weeks"', '"1e-9 seconds"'),
        TEXT.replace("patients = 60", "patients = 1e99"),
        TEXT.replace("patients = 60", f"patients = {10**12}"),
        TEXT + '\n[[secondary]]\nmeasure = "esspri"\nat = "24 weeks"' * 3000,
        TEXT.replace("share = 1", f"share = {10**15}"),
        TEXT.replace('role = "placebo"', 'role = "active"\ntherapy = "rituximab"\ndoses = '
                     '[{amount = "1 mg", route = "iv", every = "1 week", count = 1000000000}]'),
    ],
    ids=range(13),
)  # fmt: skip
def test_a_file_that_is_no_trial_is_refused_in_words(client, text):
    answer = client.post("/api/trials/check", json={"text": text})
    assert answer.status_code == 422
    assert answer.json()["error"]
    form = {"secret": secret_of(client), "text": text}
    page = client.post("/trials", data=form, follow_redirects=False)
    assert page.status_code == 422
    assert "Traceback" not in page.text


def test_an_upload_that_is_no_text_and_one_that_is_too_large_are_refused(client):
    form = {"secret": secret_of(client)}
    binary = client.post("/trials", data=form, files={"upload": ("a.toml", b"\xff\xfe\x00")})
    assert "not text" in binary.text
    huge = client.post("/trials", data=form, files={"upload": ("a", b"x" * (MOST_BYTES + 1))})
    assert huge.status_code == 413
    long = client.post("/trials", data={**form, "text": "#" * 300_000})
    assert "too long" in long.text


def test_a_body_without_end_is_cut_off(client):
    def endless():
        for _ in range(2 * MOST_BYTES // 2**20):
            yield b"x" * 2**20

    head = {"content-type": "application/json"}
    answer = client.post("/api/trials", content=endless(), headers=head)
    assert answer.status_code in (400, 413)


def test_a_script_in_a_name_is_shown_and_not_run(client, bench):
    _, job = bench
    for address in (
        "/",
        "/jobs",
        "/trials",
        f"/trials/{job}",
        f"/jobs/{job}",
        f"/trials/compare?job={job}&job={job}",
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
    report = client.get(f"/trials/{job}/dossier")
    assert "<script>alert" not in report.text
    assert "script-src" not in report.headers["content-security-policy"]  # so: none
    drawn = client.get(f"/trials/{job}/figures/endpoint")
    assert "script" not in drawn.headers["content-security-policy"].replace("default-src", "")
    assert client.get(f"/trials/{SCRIPT}").status_code in (404, 422)


def test_too_many_waiting_jobs_are_refused(tmp_path):
    jobs = Jobs.open(tmp_path)
    client = TestClient(make_app(tmp_path), raise_server_exceptions=False)
    for _ in range(50):
        jobs.add("trial", "x", {})
    answer = client.post("/api/trials", json={"text": TEXT})
    assert answer.status_code == 422
    assert "waiting" in answer.json()["error"]


NUMBERS = st.dictionaries(st.sampled_from(["CL", "V1", "Q", "x", "__class__"]), st.floats())


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(NUMBERS, st.text(max_size=20), st.text(max_size=20))
def test_any_numbers_of_a_therapy_give_curves_or_a_refusal(client, numbers, amount, every):
    body = {"numbers": numbers, "doses": {"amount": amount, "every": every, "count": 3}}
    answer = client.post(
        "/api/therapies/s95011/preview",
        content=json.dumps(body).encode("utf-8", "replace"),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/antibodies/sequences", "sequences-file"),
        ("/antibodies/panel", "panel-file"),
        ("/antibodies/kinetics", "curves-file"),
        ("/oligos", "transcript-file"),
        ("/safety/signals", "table-file"),
    ],
)
@pytest.mark.parametrize("kind", ["bomb", "nul", "path"])
def test_uploads_that_are_no_text_are_refused_and_names_are_no_paths(client, address, field, kind):
    bomb = gzip.compress(b"A" * 50_000_000)  # 50 kB that would be 50 MB
    name, content = {
        "bomb": ("a.fa.gz", bomb),
        "nul": ("a.csv", b"\xff\xfe\x00\x01" * 10),
        "path": ("../../../../tmp/owned.csv", b"a,b\n1,2\n"),
    }[kind]
    answer = client.post(
        address, data={"secret": secret_of(client), "low": "a"}, files={field: (name, content)},
        follow_redirects=False,
    )  # fmt: skip
    if kind == "path":
        assert answer.status_code in (303, 422)
        assert not Path("/tmp/owned.csv").exists()  # noqa: S108
    else:
        assert answer.status_code == 422
        assert "not text in UTF-8" in answer.text
