"""A workbench that is served, and a tab of the browser on it."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from tolerogen.cli import cli
from tolerogen.workbench import make_app


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path / "bench")


@pytest.fixture
def client(app):
    return TestClient(app, raise_server_exceptions=False)  # not entered: nothing is dispatched


@pytest.fixture
def run():
    """Call the command line as a user would."""
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def refused(run):
    """Call the command line, make sure that it refuses properly, and return the paragraph."""

    def call(*words):
        result = run(*words)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        return " ".join(result.stderr.split())

    return call


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """Address of a workbench that runs while the tests do."""
    import uvicorn

    app = make_app(tmp_path_factory.mktemp("bench"))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    for job in app.state.bench.jobs.recent():
        app.state.bench.jobs.cancel(job.id)
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def visit(served, tab):
    """Open a tab; at the end, nothing may have gone wrong on it."""
    with tab(served, "workbench") as one:
        yield one
