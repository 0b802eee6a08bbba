"""The job of a trial: from the text of a trial file to a result folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.trials import TrialSpec
    from tolerogen.workbench.jobs import Job, Jobs

MOST_TEXT = 200_000
MOST_PATIENTS = 2_000_000
"""Patients of all replicates together: some hours of work on two cores."""


def checked(text: str, patients: int | None = None, replicates: int | None = None) -> TrialSpec:
    """Read the text of a trial file that came from a browser.

    Raises
    ------
    SpecError
        When it is too long, is no trial file, names a file, or asks for too many patients.
    """
    from tolerogen import trials

    if len(text) > MOST_TEXT:
        raise SpecError(f"The trial file is too long: at most {MOST_TEXT:,} characters are taken.")
    spec = trials.read_trial(text)
    total = (patients or spec.patients) * (replicates or spec.replicates)
    if total > MOST_PATIENTS:
        raise SpecError(
            f"{total:,} patients are asked for, of all replicates together; the workbench takes "
            f"{MOST_PATIENTS:,}. Larger trials run from the terminal, on a cluster too."
        )
    return spec


def check_asked(asked: Mapping[str, int | None]) -> None:
    """Refuse numbers below the least: 0 for a seed, 1 for patients and replicates.

    Raises
    ------
    SpecError
        For the first of them.
    """
    for name, value in asked.items():
        if value is not None and not (name != "seed") <= value < 2**63:
            raise SpecError(f"{name} is {value}; it must be at least {int(name != 'seed')}.")


def start(
    jobs: Jobs, text: str, patients: int | None, replicates: int | None, seed: int | None
) -> Job:
    """Start the job of a trial, if its file is right.

    Raises
    ------
    SpecError
        As `checked`.
    """
    asked = {"patients": patients, "replicates": replicates, "seed": seed}
    check_asked(asked)
    spec = checked(text, patients, replicates)
    return jobs.add("trial", spec.name, {"text": text, **asked})


def run(task: Mapping[str, Any], out: Path, progress: Callable[[int, int], None]) -> None:
    """Run the trial, and write its folder and what the terminal would print."""
    from tolerogen import trials

    spec = trials.read_trial(task["text"])
    overrides = {name: task[name] for name in ("patients", "replicates", "seed")}
    result = trials.run_trial(spec, **overrides, progress=progress)
    trials.write_result(result, out / "trial")
    (out / "summary.txt").write_text(result.summary(), encoding="utf-8")
    (out / "explain.txt").write_text(result.explain(), encoding="utf-8")
