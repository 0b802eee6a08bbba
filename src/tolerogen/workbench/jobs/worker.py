"""The process of one job: ``python -m tolerogen.workbench.jobs.worker FOLDER ID``."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tolerogen.errors import TolerogenError
from tolerogen.workbench.jobs.jobs import Jobs
from tolerogen.workbench.jobs.rows import CANCELLED, DONE, FAILED, Job

Progress = Callable[[int, int], None]
Work = Callable[[Mapping[str, Any], Path, Progress], None]

NICE = 10
WRITE_SECONDS = 0.2
PATIENCE_SECONDS = 5.0
DEFECT = "This is a defect of ours; the end of the job's log says where:"


class CancelledError(Exception):
    """Somebody asked the job to stop."""


def main(folder: str, name: str) -> int:
    """Do the job, and write what became of it to its row."""
    jobs = Jobs.open(folder)
    job = jobs.rows.get(name)
    if job is None:
        return 1
    if hasattr(os, "nice"):
        os.nice(NICE)  # pages stay quick while it works
    threading.Thread(target=_watch, args=(jobs, job), daemon=True).start()
    part = jobs.place(job.id) / "part"  # the result appears whole, under its name, or not at all
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    state, message = _done(job, part, jobs)
    if state == DONE:
        part.rename(jobs.result(job))
        total = (jobs.rows.get(job.id) or job).total
        jobs.rows.progress(job.id, total, total)  # the last report may have come too soon
    else:
        shutil.rmtree(part, ignore_errors=True)
    jobs.rows.end(job.id, state, message)
    return 0 if state == DONE else 1


def _done(job: Job, part: Path, jobs: Jobs) -> tuple[str, str]:
    try:
        work_of(job.kind)(job.task, part, _progress(jobs, job))
    except CancelledError:
        return CANCELLED, ""
    except TolerogenError as error:
        return FAILED, str(error)
    except MemoryError:
        return FAILED, "There was not enough memory. Ask for fewer patients or replicates."
    except Exception as error:
        traceback.print_exc()  # to the job's log
        return FAILED, f"{DEFECT} {type(error).__name__}: {error}"
    return DONE, ""


def work_of(kind: str) -> Work:
    """Return the function of a kind of job; only those that the pages list are found.

    Raises
    ------
    TolerogenError
        When no page has such jobs (any more).
    """
    from tolerogen.workbench.pages import pages

    for page in pages():
        if kind in page.work:
            module, function = page.work[kind].split(":")
            found: Work = getattr(importlib.import_module(module), function)
            return found
    raise TolerogenError(f"There are no jobs of the kind '{kind}' in this version.")


def _progress(jobs: Jobs, job: Job) -> Progress:
    written = 0.0

    def report(done: int, total: int) -> None:
        nonlocal written
        now = time.monotonic()
        if now - written < WRITE_SECONDS and done < total:
            return
        written = now
        jobs.rows.progress(job.id, done, total)
        row = jobs.rows.get(job.id)
        if row is None or row.stopping:
            raise CancelledError

    return report


def _watch(jobs: Jobs, job: Job) -> None:
    """End the process when it was asked to stop and reports no progress at which it could."""
    while True:
        time.sleep(WRITE_SECONDS)
        row = jobs.rows.get(job.id)
        if row is None or row.stopping:
            break
    time.sleep(PATIENCE_SECONDS)
    shutil.rmtree(jobs.place(job.id) / "part", ignore_errors=True)
    jobs.rows.end(job.id, CANCELLED)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
