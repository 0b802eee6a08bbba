"""The table of jobs: one row each, in SQLite, read and written by several processes."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tolerogen.errors import OutputError
from tolerogen.workbench.unknown import UnknownError

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
ENDED = frozenset({DONE, FAILED, CANCELLED})

TABLE = """
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    task TEXT NOT NULL,
    state TEXT NOT NULL,
    made REAL NOT NULL,
    started REAL,
    ended REAL,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    stopping INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT ''
)"""
COLUMNS = "id, kind, title, task, state, made, started, ended, done, total, stopping, message"


class UnknownJobError(UnknownError):
    """There is no job of that id."""


@dataclass(frozen=True)
class Job:
    """A job, as its row said when it was read.

    Attributes
    ----------
    id
        Its name; also that of its folder.
    kind, title, task
        What is done, what people call it, and with what.
    state
        ``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``.
    made, started, ended
        Seconds since 1970; None for what has not happened.
    done, total
        Progress, in the unit of the kind (patients of a trial); total 0: not known yet.
    stopping
        Whether somebody asked it to stop.
    message
        Why it failed.
    """

    id: str
    kind: str
    title: str
    task: Mapping[str, Any]
    state: str
    made: float
    started: float | None
    ended: float | None
    done: int
    total: int
    stopping: bool
    message: str

    @property
    def over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED


class Rows:
    """The table in a file; every call opens it anew, so any thread and process may call."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with self._open() as base:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute(TABLE)

    def add(self, name: str, kind: str, title: str, task: Mapping[str, Any]) -> None:
        """Add a job that waits."""
        with self._open() as base:
            base.execute(
                "INSERT INTO job (id, kind, title, task, state, made) VALUES (?, ?, ?, ?, ?, ?)",
                (name, kind, title, json.dumps(task), WAITING, time.time()),
            )

    def get(self, name: str) -> Job | None:
        """Return a job by its id, None when there is none."""
        found = self._select("WHERE id = ?", name)
        return found[0] if found else None

    def latest(self, most: int) -> list[Job]:
        """Return the jobs made last, the youngest first."""
        return self._select("ORDER BY made DESC, rowid DESC LIMIT ?", most)

    def of(self, state: str) -> list[Job]:
        """Return the jobs in a state, the oldest first."""
        return self._select("WHERE state = ? ORDER BY made, rowid", state)

    def start(self, name: str) -> bool:
        """Mark a waiting job running; False when it does not wait (any more)."""
        return self._change(
            "state = ?, started = ? WHERE id = ? AND state = ?",
            RUNNING, time.time(), name, WAITING,
        )  # fmt: skip

    def progress(self, name: str, done: int, total: int) -> None:
        """Write how far a job is."""
        self._change("done = ?, total = ? WHERE id = ?", done, total, name)

    def end(self, name: str, state: str, message: str = "", was: str = RUNNING) -> bool:
        """Mark a job ended; False when it was not in the state `was`."""
        return self._change(
            "state = ?, ended = ?, message = ? WHERE id = ? AND state = ?",
            state, time.time(), message, name, was,
        )  # fmt: skip

    def stop(self, name: str) -> bool:
        """Ask a running job to stop; False when it does not run."""
        return self._change("stopping = 1 WHERE id = ? AND state = ?", name, RUNNING)

    def remove(self, name: str) -> None:
        """Forget a job."""
        with self._open() as base:
            base.execute("DELETE FROM job WHERE id = ?", (name,))

    def _change(self, change: str, *values: Any) -> bool:
        with self._open() as base:
            return base.execute(f"UPDATE job SET {change}", values).rowcount == 1  # noqa: S608

    def _select(self, which: str, *values: Any) -> list[Job]:
        with self._open() as base:
            rows = base.execute(f"SELECT {COLUMNS} FROM job {which}", values)  # noqa: S608
            return [_job(row) for row in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            base = sqlite3.connect(self.file, timeout=30)
            try:
                with base:
                    yield base
            finally:
                base.close()
        except sqlite3.Error as error:
            raise OutputError(f"the table of jobs '{self.file}' cannot be used: {error}.") from None


def _job(row: tuple[Any, ...]) -> Job:
    values = list(row)
    values[3] = json.loads(values[3])
    values[10] = bool(values[10])
    return Job(*values)
