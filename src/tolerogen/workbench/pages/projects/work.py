"""The job of this page: run the programme that comes with Tolerogen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError
from tolerogen.workbench.pages.projects.places import PART, example

if TYPE_CHECKING:
    from tolerogen.workbench.jobs import Job, Jobs

REPLICATES = (2, 1000)
PATIENTS = (12, 2000)


def start(jobs: Jobs, replicates: int, patients: int) -> Job:
    """Start the programme.

    Raises
    ------
    SpecError
        For numbers out of bounds.
    """
    for said, value, (least, most) in (
        ("trials", replicates, REPLICATES),
        ("patients", patients, PATIENTS),
    ):
        if not least <= value <= most:
            raise SpecError(f"{value} {said} were asked for; give {least} to {most:,}.")
    task = {"replicates": replicates, "patients": patients}
    return jobs.add("programme", "IL-7R programme, from target to dossier", task)


def programme(task: Mapping[str, Any], out: Path, progress: Callable[[int, int], None]) -> None:
    """Go the whole way; progress counts steps in hundredths."""
    from tolerogen.projects import run_programme
    from tolerogen.projects.steps import STEPS

    names, at = list(STEPS), [0]

    def told(step: str, _: bool) -> None:
        at[0] = names.index(step)
        progress(100 * at[0], 100 * len(names))

    def of(_: str) -> Callable[[int, int], None]:
        return lambda done, total: progress(
            100 * at[0] + 100 * done // max(total, 1), 100 * len(names)
        )

    only = {"trial": {"replicates": task["replicates"], "patients": task["patients"]}}
    run_programme(example(), out / PART, told=told, progress=of, only=only)
