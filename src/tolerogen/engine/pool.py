"""Patients shared out among processes, so that every core works.

libRoadRunner holds Python's interpreter lock while it integrates, so threads gain nothing
(measured: two threads take as long as two runs). Where the system can fork, the model is
compiled once in the parent and inherited by the workers. Elsewhere the patients run in this
process unless the caller asks for more, because starting a fresh interpreter runs an unguarded
script a second time.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.reference import Job, compiled, run
from tolerogen.engine.schedule import Schedule
from tolerogen.engine.status import Status
from tolerogen.errors import SimulationError

FEWEST = 16
"""Patients below which one process is quicker than several."""
CHUNK = 32

Progress = Callable[[int, int], None]
Chunk = tuple[int, NDArray[np.float64], Sequence[Schedule]]
Answer = tuple[int, NDArray[np.float64], list[Status], list[str]]


class Gathered:
    """Results as they come in, in the patients' order."""

    def __init__(self, job: Job, patients: int, progress: Progress | None) -> None:
        self.courses = np.full((patients, job.outputs, len(job.selections)), np.nan)
        self.status = np.zeros(patients, dtype=np.int64)
        self.messages = [""] * patients
        self.done = 0
        self._progress = progress

    def take(self, answer: Answer) -> None:
        """Put one chunk in its place and report progress."""
        first, values, status, messages = answer
        stop = first + len(values)
        self.courses[first:stop] = values
        self.status[first:stop] = status
        self.messages[first:stop] = messages
        self.done += len(values)
        if self._progress is not None:
            self._progress(self.done, len(self.courses))


def gather(
    job: Job,
    values: NDArray[np.float64],
    schedules: Sequence[Schedule],
    threads: int | None,
    progress: Progress | None,
) -> Gathered:
    """Simulate all patients, on as many processes as is worth it.

    Parameters
    ----------
    job
        What the patients share.
    values
        Parameter values, patient x column.
    schedules
        One per patient.
    threads
        Most processes to use; None for one per core.
    progress
        Called with (patients done, patients in all).

    Raises
    ------
    ModelError
        When the model cannot be compiled.
    SimulationError
        When a worker process dies.
    """
    gathered = Gathered(job, len(values), progress)
    workers = _workers(len(values), threads)
    size = 1 if workers == 1 else min(CHUNK, max(1, -(-len(values) // (4 * workers))))
    chunks: list[Chunk] = [
        (i, values[i : i + size], schedules[i : i + size]) for i in range(0, len(values), size)
    ]
    if workers > 1:
        _share(job, chunks, workers, gathered)
    else:
        for (index, _, _), (table, status, message) in zip(
            chunks, run(job, values, schedules), strict=True
        ):
            gathered.take((index, table[None], [status], [message]))
    return gathered


def _workers(patients: int, threads: int | None) -> int:
    if patients < FEWEST or multiprocessing.current_process().daemon:
        return 1
    if threads is None:
        threads = _cores() if _start_method() == "fork" else 1
    return max(1, min(threads, patients))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # the cores we may use, where the system tells
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start_method() -> str:
    return "fork" if sys.platform == "linux" else "spawn"


def _share(job: Job, chunks: Sequence[Chunk], workers: int, gathered: Gathered) -> None:
    with compiled(job.sbml):  # a model that does not compile fails here, once and readably
        pass
    context = multiprocessing.get_context(_start_method())
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_adopt, initargs=(job,))
    try:
        with warnings.catch_warnings():
            # workers touch no lock of another thread: they only integrate and answer
            warnings.filterwarnings("ignore", message=".*fork.*", category=DeprecationWarning)
            futures: list[Future[Answer]] = [pool.submit(_work, chunk) for chunk in chunks]
        for future in as_completed(futures):
            gathered.take(future.result())
    except BrokenProcessPool:
        raise SimulationError(
            "A worker process ended unexpectedly (out of memory, or killed). Use fewer threads "
            "or fewer patients, or threads=1 to see the cause."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


_job: list[Job] = []


def _adopt(job: Job) -> None:
    """Remember, in a worker, what its patients share."""
    _job[:] = [job]


def _work(chunk: Chunk) -> Answer:
    first, values, schedules = chunk
    outcomes = list(run(_job[0], values, schedules))
    tables, status, messages = zip(*outcomes, strict=True)
    return first, np.stack(tables), list(status), list(messages)
