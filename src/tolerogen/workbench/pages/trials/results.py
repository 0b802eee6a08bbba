"""What a finished trial left on disk, looked up by names that exist."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException

from tolerogen.workbench.jobs import Job, Jobs, UnknownJobError

CAPTIONS = {
    "endpoint": "The primary endpoint over time: mean of each arm with its interval",
    "spaghetti": "Fifty single patients",
    "occupancy": "Share of the target that the drug holds",
    "exposure": "Free drug in plasma",
    "replicates": "The difference from placebo over replicate trials",
}


def trial_job(jobs: Jobs, name: str) -> Job:
    """Return the job of a trial.

    Raises
    ------
    UnknownJobError
        When there is none of that id, or it is no trial.
    """
    job = jobs.get(name)
    if job.kind != "trial":
        raise UnknownJobError(f"Job '{job.id}' is no trial.")
    return job


def folder(jobs: Jobs, name: str) -> Path:
    """Return the folder of a finished trial.

    Raises
    ------
    HTTPException
        409 when it has not ended well (yet).
    """
    job = trial_job(jobs, name)
    if job.state != "done":
        raise HTTPException(409, f"The trial is {job.state}.")
    return jobs.result(job)


def document(jobs: Jobs, name: str) -> dict[str, Any]:
    """Return what ``result.json`` holds."""
    text = (folder(jobs, name) / "trial" / "result.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def figures(result: Path) -> dict[str, Path]:
    """Return the figures that are there, in the order of a report: kind to file."""
    here = {kind: result / "trial" / "figures" / f"{kind}.svg" for kind in CAPTIONS}
    return {kind: path for kind, path in here.items() if path.is_file()}


def files(result: Path) -> dict[str, Path]:
    """Return the files that can be fetched, by name."""
    return {path.name: path for path in sorted((result / "trial").iterdir()) if path.is_file()}


def command(task: Mapping[str, Any]) -> str:
    """Return the command that runs the same trial."""
    words = ["tolerogen", "trial", "run", "trial.toml"]
    for name in ("patients", "replicates", "seed"):
        if task.get(name) is not None:
            words += [f"--{name}", str(task[name])]
    return shlex.join([*words, "--out", "results/trial"])


def python(task: Mapping[str, Any]) -> str:
    """Return the lines of Python that run the same trial."""
    given = [
        f"{n}={task[n]}" for n in ("patients", "replicates", "seed") if task.get(n) is not None
    ]
    arguments = ", ".join(["spec", *given])
    return (
        "from tolerogen import trials\n\n"
        'spec = trials.load_trial("trial.toml")\n'
        f"result = trials.run_trial({arguments})\n"
        "print(result.summary())\n"
        'trials.write_result(result, "results/trial")'
    )
