"""Jobs: seen by whoever opens the folder, cancelled, and failed when their process is killed."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time

import pytest
from starlette.testclient import TestClient

from tolerogen.errors import OutputError, SpecError
from tolerogen.trials import list_examples
from tolerogen.workbench import make_app
from tolerogen.workbench.jobs import Jobs, UnknownJobError, lock
from tolerogen.workbench.jobs.worker import main, work_of

LONG = 20_000  # replicates: nobody waits for the end
TEXT = next(example.text for example in list_examples() if example.name == "placebo-only")


@pytest.fixture
def jobs(tmp_path):
    found = Jobs.open(tmp_path / "bench")
    yield found
    for job in found.recent():
        found.cancel(job.id)
    until(lambda: not any(lock.held(found.place(job.id)) for job in found.recent()))


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def start(jobs, replicates=LONG, patients=60):
    task = {"text": TEXT, "patients": patients, "replicates": replicates, "seed": None}
    return jobs.add("trial", "a trial", task)


def test_a_job_whose_process_is_killed_is_marked_failed_with_the_reason(jobs):
    job = start(jobs)
    jobs.dispatch()
    assert jobs.get(job.id).state == "running"
    jobs._children[0].kill()
    until(lambda: jobs.get(job.id).state == "failed")
    assert "killed" in jobs.get(job.id).message
    assert not jobs.result(job).exists()


def test_a_job_outlives_a_killed_server_and_the_next_one_and_the_terminal_see_it(jobs, run):
    code = (
        "import sys; from tolerogen.workbench import serve;"
        "serve(sys.argv[1], port=int(sys.argv[2]))"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    job = start(jobs)
    server = subprocess.Popen([sys.executable, "-c", code, str(jobs.folder), str(port)])
    try:
        until(lambda: jobs.get(job.id).done > 0)
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
    before = jobs.get(job.id)
    assert before.state == "running"
    until(lambda: jobs.get(job.id).done > before.done)  # it goes on without a server
    with TestClient(make_app(jobs.folder)) as client:
        assert client.get(f"/api/jobs/{job.id}").json()["state"] == "running"
    shown = run("workbench", "jobs", job.id, "--folder", str(jobs.folder), "--json")
    assert json.loads(shown.stdout)["state"] == "running"
    assert job.id in run("workbench", "jobs", "--folder", str(jobs.folder)).stdout
    run("workbench", "cancel", job.id, "--folder", str(jobs.folder))
    until(lambda: jobs.get(job.id).state == "cancelled")
    assert not (jobs.place(job.id) / "part").exists()


def test_only_so_many_run_and_a_waiting_one_is_cancelled_at_once(jobs):
    first, second = start(jobs), start(jobs)
    jobs.dispatch()
    jobs.dispatch()
    assert [jobs.get(job.id).state for job in (first, second)] == ["running", "waiting"]
    assert jobs.cancel(second.id).state == "cancelled"
    with pytest.raises(SpecError, match="cancel it first"):
        jobs.remove(first.id)
    jobs.remove(second.id)
    with pytest.raises(UnknownJobError):
        jobs.get(second.id)
    assert not jobs.place(second.id).exists()


def test_a_refusal_of_the_work_is_the_message_of_the_job(jobs):
    job = jobs.add("trial", "wrong", {"text": "x", "patients": 1, "replicates": 1, "seed": 1})
    assert jobs.rows.start(job.id)
    assert main(str(jobs.folder), job.id) == 1
    told = jobs.rows.get(job.id)
    assert (told.state, told.message.startswith("trial.toml is not valid TOML")) == ("failed", True)


def test_a_finished_job_has_its_result_whole(jobs):
    job = start(jobs, replicates=2, patients=6)
    assert jobs.rows.start(job.id)
    assert main(str(jobs.folder), job.id) == 0
    assert jobs.rows.get(job.id).state == "done"
    assert (jobs.result(job) / "trial" / "result.json").is_file()
    assert "Placebo" in (jobs.result(job) / "summary.txt").read_text()


def test_only_kinds_that_pages_list_are_work():
    assert callable(work_of("trial"))
    with pytest.raises(Exception, match="no jobs of the kind"):
        work_of("os:system")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path, refused):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        Jobs.open(tmp_path / "file" / "bench")
    assert "no folder of a workbench" in refused("workbench", "jobs", "--folder", str(tmp_path))


def test_a_lock_tells_whether_its_process_lives(tmp_path):
    held = lock.hold(tmp_path)
    assert lock.held(tmp_path)
    assert lock.hold(tmp_path) is None
    held.close()
    assert not lock.held(tmp_path)
    assert (tmp_path / lock.NAME).exists()
