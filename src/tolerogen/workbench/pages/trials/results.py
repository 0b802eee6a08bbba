"""What the pages of trials show of a finished one, and how the same is had elsewhere."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tolerogen.workbench.finished import document_in, folder_of, job_of
from tolerogen.workbench.jobs import Job, Jobs

KINDS = ("trial",)
CAPTIONS = {
    "endpoint": "The primary endpoint over time: mean of each arm with its interval",
    "spaghetti": "Single patients, fifty at most",
    "occupancy": "Share of the target that the drug holds",
    "exposure": "Free drug in plasma",
    "replicates": "The difference from placebo over replicate trials",
}
OVERRIDES = ("patients", "replicates", "seed")


def trial_job(jobs: Jobs, name: str) -> Job:
    """Return the job of a trial."""
    return job_of(jobs, name, KINDS)


def folder(jobs: Jobs, name: str) -> Path:
    """Return the result folder of a trial that is done."""
    return folder_of(jobs, trial_job(jobs, name), "trial")


def document(jobs: Jobs, name: str) -> dict[str, Any]:
    """Return the result of a trial that is done."""
    return document_in(folder(jobs, name))


def labels(folder: Path) -> dict[str, str]:
    """Return what the measures of a result are called, by id."""
    rows = json.loads((folder / "measures.json").read_text(encoding="utf-8"))
    return {row["id"]: row["label"] for row in rows}


def command(task: Mapping[str, Any]) -> str:
    """Return the command that runs the same trial."""
    words = ["tolerogen", "trial", "run", "trial.toml"]
    for name in OVERRIDES:
        if task.get(name) is not None:
            words += [f"--{name}", str(task[name])]
    return shlex.join([*words, "--out", "results/trial"])


def python(task: Mapping[str, Any]) -> str:
    """Return the lines of Python that run the same trial."""
    given = [f"{name}={task[name]}" for name in OVERRIDES if task.get(name) is not None]
    arguments = ", ".join(["spec", *given])
    return (
        "from tolerogen import trials\n\n"
        'spec = trials.load_trial("trial.toml")\n'
        f"result = trials.run_trial({arguments})\n"
        "print(result.summary())\n"
        'trials.write_result(result, "results/trial")'
    )
