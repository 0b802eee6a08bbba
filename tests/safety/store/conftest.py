"""Stores to test on: SQLite always, PostgreSQL where a server can be reached or started."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

GIVEN = "TOLEROGEN_TEST_POSTGRESQL"
"""URL of a server whose user may create databases, such as postgresql+pg8000://me@host/postgres."""


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    there = shutil.which("initdb")
    return Path(there).parent if there else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Give the URL of a server, started for these tests if need be; or skip and say why."""
    pytest.importorskip("pg8000", reason="PostgreSQL: the driver pg8000 is not installed")
    if os.environ.get(GIVEN):
        yield os.environ[GIVEN]
        return
    binaries = _binaries()
    if binaries is None:
        pytest.skip(f"PostgreSQL: no server here; install Debian's postgresql or set {GIVEN}")
    # PostgreSQL does not run as root; Debian's package made a user for it
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="tolerogen-pg-"))
    if as_user:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, quiet = folder / "data", {"check": True, "capture_output": True, "cwd": folder}
    started = False
    try:
        subprocess.run(
            [
                *as_user,
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "tester",
                "-A",
                "trust",
                "-E",
                "UTF8",
            ],
            **quiet,
        )
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        subprocess.run(
            [*as_user, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options,
             "start"],
            **quiet,
        )  # fmt: skip
        started = True
        yield f"postgresql+pg8000://tester@127.0.0.1:{port}/postgres"
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"PostgreSQL: a server could not be started ({type(error).__name__})")
    finally:
        if started:
            stop = [*as_user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
            subprocess.run(stop, cwd=folder, capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, tmp_path) -> str:
    """Give the address of an empty store in each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'cases.sqlite'}"
    return new_database(request.getfixturevalue("postgresql"))


def new_database(server: str) -> str:
    """Create an empty database and return its URL."""
    from sqlalchemy import create_engine, text

    name = f"cases_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server.rsplit('/', 1)[0]}/{name}"
