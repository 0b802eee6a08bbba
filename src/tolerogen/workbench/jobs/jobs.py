"""Start jobs, look at them, cancel them."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tolerogen.errors import OutputError, SpecError
from tolerogen.workbench.jobs import lock
from tolerogen.workbench.jobs.rows import (
    CANCELLED,
    FAILED,
    RUNNING,
    WAITING,
    Job,
    Rows,
    UnknownJobError,
)

MOST_WAITING = 50
MOST_TASK = 8 * 1024 * 1024
LOOK_SECONDS = 0.25
KILLED = (
    "The process of this job ended without a result: it was killed, or the machine was restarted. "
    "Start it again; the same seed gives the same numbers."
)


@dataclass
class Jobs:
    """The jobs of one folder.

    Attributes
    ----------
    folder
        Folder of the workbench, absolute.
    rows
        Their table.
    workers
        How many run at the same time; the others wait.
    """

    folder: Path
    rows: Rows
    workers: int = 1
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _wake: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def open(cls, folder: str | Path, workers: int = 1) -> Jobs:
        """Open the jobs of a folder, which is made when it is not there.

        Raises
        ------
        OutputError
            When the folder cannot be made or written.
        """
        where = Path(folder).expanduser().absolute()
        try:
            (where / "jobs").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"the folder '{where}' of the workbench cannot be made: {error.strerror}. "
                "Choose another --folder."
            ) from None
        return cls(where, Rows(where / "jobs.sqlite"), workers)

    def add(self, kind: str, title: str, task: Mapping[str, Any]) -> Job:
        """Add a job; it starts when a worker is free.

        Parameters
        ----------
        kind
            What is done: a key of a page's ``work``.
        title
            What people call it.
        task
            Plain data that the work is given.

        Raises
        ------
        SpecError
            When too many wait already, or the task is too large.
        """
        if len(self.rows.of(WAITING)) >= MOST_WAITING:
            raise SpecError(f"{MOST_WAITING} jobs are waiting already; cancel some of them first.")
        if len(json.dumps(task)) > MOST_TASK:
            raise SpecError("What this job is given is too large.")
        name = secrets.token_hex(6)
        self.place(name).mkdir()
        self.rows.add(name, kind, title[:200], task)
        self._wake.set()
        return self.get(name)

    def get(self, name: str) -> Job:
        """Return a job by its id, after looking whether its process is alive.

        Raises
        ------
        UnknownJobError
            When there is none.
        """
        job = self.rows.get(name)
        if job is None:
            raise UnknownJobError(f"There is no job '{name[:40]}' in this workbench.")
        return self._looked_at(job)

    def recent(self, most: int = 50) -> list[Job]:
        """Return the youngest jobs, the last made first."""
        return [self._looked_at(job) for job in self.rows.latest(most)]

    def cancel(self, name: str) -> Job:
        """Cancel a job that waits, or ask one that runs to stop; others stay as they are."""
        job = self.get(name)
        if not self.rows.end(job.id, CANCELLED, was=WAITING):
            self.rows.stop(job.id)
        return self.get(name)

    def remove(self, name: str) -> None:
        """Forget a job that has ended, and its files.

        Raises
        ------
        SpecError
            When it still runs or waits.
        """
        job = self.get(name)
        if not job.over:
            raise SpecError(f"Job '{job.id}' is {job.state}; cancel it first.")
        self.rows.remove(job.id)
        shutil.rmtree(self.place(job.id), ignore_errors=True)

    def result(self, job: Job) -> Path:
        """Return the folder that a job writes its result to."""
        return self.place(job.id) / "result"

    def place(self, name: str) -> Path:
        """Return the folder of a job; `name` is an id that we made, never what a browser sent."""
        return self.folder / "jobs" / name

    @contextmanager
    def dispatching(self) -> Iterator[None]:
        """Start waiting jobs while this lasts. Jobs that run at its end go on."""
        over = threading.Event()

        def look() -> None:
            while not over.is_set():
                self.dispatch()
                self._wake.wait(LOOK_SECONDS)
                self._wake.clear()

        thread = threading.Thread(target=look, name="jobs", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            self._wake.set()
            thread.join()

    def dispatch(self) -> None:
        """Start waiting jobs as far as workers are free, and bury the dead."""
        self._children = [child for child in self._children if child.poll() is None]
        running = [self._looked_at(job) for job in self.rows.of(RUNNING)]
        free = self.workers - sum(job.state == RUNNING for job in running)
        for job in self.rows.of(WAITING)[: max(free, 0)]:
            self._start(job)

    def _start(self, job: Job) -> None:
        held = lock.hold(self.place(job.id))
        if held is None:  # a second server over the same folder was faster
            return
        with held:
            if self.rows.start(job.id):
                # the worker inherits the lock, so there is no moment without
                command = [sys.executable, "-m", "tolerogen.workbench.jobs.worker"]
                log = (self.place(job.id) / "log.txt").open("ab")
                with log:
                    child = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                        [*command, str(self.folder), job.id],
                        stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                        pass_fds=(held.fileno(),), start_new_session=True,
                    )  # fmt: skip
                self._children.append(child)

    def _looked_at(self, job: Job) -> Job:
        """Mark a job failed when it should run and its process does not live."""
        if job.state != RUNNING or lock.held(self.place(job.id)):
            return job
        self.rows.end(job.id, FAILED, KILLED)  # no effect when it ended properly meanwhile
        return self.rows.get(job.id) or job
