"""The form: its store, a client inside this process, a server on a free port."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from starlette.testclient import TestClient

from tolerogen.safety.store import CaseStore
from tolerogen.safety.web import make_app


@pytest.fixture
def store(tmp_path):
    return CaseStore(tmp_path / "cases.sqlite")


@pytest.fixture
def client(store):
    return TestClient(make_app(store), raise_server_exceptions=False)


@pytest.fixture
def server(tmp_path):
    """Run the command; give its port, its process and the folder of its store and log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    verb = "from tolerogen.cli import main; main()"
    arguments = ["safety", "serve", "--port", str(port), "--store", str(tmp_path / "s.sqlite")]
    with (tmp_path / "log").open("w") as log:
        child = subprocess.Popen([sys.executable, "-c", verb, *arguments], stderr=log, stdout=log)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield port, child, tmp_path
    child.kill()
    child.wait()
