"""What the pages of trials show of a finished one, and how the same is had elsewhere."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tolerogen.workbench.finished import document_in, figures_in, folder_of, job_of
from tolerogen.workbench.jobs import Job, Jobs

KINDS = ("trial", "design", "recruitment")
CAPTIONS = {
    "endpoint": "The primary endpoint over time: mean of each arm with its interval",
    "spaghetti": "Single patients, fifty at most",
    "occupancy": "Share of the target that the drug holds",
    "exposure": "Free drug in plasma",
    "power": "Power against the number of patients, for the best options",
    "replicates": "The difference from placebo over replicate trials",
    "recruitment": "Patients randomised, with the interval of eight in ten trials",
}
OVERRIDES = ("patients", "replicates", "seed")


def trial_job(jobs: Jobs, name: str) -> Job:
    """Return the job of a trial, or of a design."""
    return job_of(jobs, name, KINDS)


def folder(jobs: Jobs, name: str) -> Path:
    """Return the result folder of a trial, or of a design, that is done."""
    job = trial_job(jobs, name)
    return folder_of(jobs, job, job.kind)


def document(jobs: Jobs, name: str) -> dict[str, Any]:
    """Return the result of a trial that is done."""
    return document_in(folder(jobs, name))


def labels(folder: Path) -> dict[str, str]:
    """Return what the measures of a result are called, by id."""
    rows = json.loads((folder / "measures.json").read_text(encoding="utf-8"))
    return {row["id"]: row["label"] for row in rows}


def drawings(jobs: Jobs, name: str) -> dict[str, Path]:
    """Return the figures of a result, wherever its kind keeps them."""
    place = folder(jobs, name)
    return figures_in(place, CAPTIONS) | figures_in(place / "figures", CAPTIONS)


def command(job: Job) -> str:
    """Return the command that does the same."""
    task = job.task
    verb = {"trial": "run", "design": "design", "recruitment": "recruit"}[job.kind]
    words = ["tolerogen", "trial", verb, "trial.toml"]
    for name in OVERRIDES:
        if task.get(name) is not None:
            words += [f"--{name}", str(task[name])]
    if task.get("on") is not None:
        words += ["--centres", "centres.csv", "--on", task["on"]]
    return shlex.join([*words, "--out", f"results/{job.kind}"])


def python(job: Job) -> str:
    """Return the lines of Python that do the same."""
    given = [f"{name}={job.task[name]}" for name in OVERRIDES if job.task.get(name) is not None]
    if job.kind == "recruitment":
        return _recruited(job.task, given)
    if job.kind == "design":
        return (
            "from tolerogen import trials\n\n"
            f'options = trials.load_options("trial.toml").changed({", ".join(given)})\n'
            "result = trials.explore(options)\n"
            "print(result.summary())\n"
            'result.write("results/design")'
        )
    return (
        "from tolerogen import trials\n\n"
        'spec = trials.load_trial("trial.toml")\n'
        f"result = trials.run_trial({', '.join(['spec', *given])})\n"
        "print(result.summary())\n"
        'trials.write_result(result, "results/trial")'
    )


def _recruited(task: Mapping[str, Any], given: list[str]) -> str:
    on, patients = task.get("on"), task.get("patients")
    size = "" if patients is None else f", patients={patients}"
    rest = [word for word in given if not word.startswith("patients")]
    lines = [
        "from tolerogen import trials",
        "",
        f'plan = trials.load_recruitment("trial.toml"{size})',
    ]
    if on is not None:
        lines = ["from datetime import date", "", *lines]
        lines.append(f'seen = trials.read_centres("centres.csv", date.fromisoformat("{on}"))')
        rest = ["seen", *rest]
    return "\n".join(
        [
            *lines,
            f"result = trials.forecast_recruitment({', '.join(['plan', *rest])})",
            "print(result.summary())",
            'result.write("results/recruitment")',
        ]
    )
