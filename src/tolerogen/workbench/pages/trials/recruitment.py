"""The job of a forecast: when the trial of a file will be full."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError
from tolerogen.workbench.pages.trials.work import MOST_TEXT, check_asked
from tolerogen.workbench.uploads import as_file, check_length

if TYPE_CHECKING:
    from tolerogen.trials import Recruitment
    from tolerogen.trials.recruitment import Observed
    from tolerogen.workbench.jobs import Job, Jobs

COUNTS = "the counts of centres"


def plan_in(text: str, patients: int | None = None) -> Recruitment:
    """Read the plan of a trial file that came from a browser.

    Raises
    ------
    SpecError
        When it is too long, says nothing of recruitment, or names a file.
    """
    from tolerogen import trials

    if len(text) > MOST_TEXT:
        raise SpecError(f"The trial file is too long: at most {MOST_TEXT:,} characters are taken.")
    plan = trials.read_recruitment(text)
    return plan if patients is None else replace(plan, patients=patients)


def observed_in(counts: str | None, on: str | None) -> Observed | None:
    """Read the counts of centres, and the day on which they were made.

    Raises
    ------
    SpecError
        When one comes without the other, or cannot be read.
    """
    from tolerogen import trials
    from tolerogen.trials.recruitment import read_day

    if not counts and not on:
        return None
    if not counts or not on:
        raise SpecError("The counts of centres and their day go together: give both, or neither.")
    day = read_day(on, "counted on")
    with as_file(check_length(counts, COUNTS), COUNTS, ".csv") as path:
        return trials.read_centres(path, day)


def start(
    jobs: Jobs, text: str, counts: str | None, on: str | None, asked: Mapping[str, int | None]
) -> Job:
    """Start the job of a forecast, if its file and counts are right.

    Parameters
    ----------
    asked
        ``patients``, ``replicates`` and ``seed`` instead of what the file says; None for that.
    """
    from tolerogen.trials.recruitment.forecast import REPLICATES, check_size

    plan = plan_in(text, asked["patients"])
    observed_in(counts, on)
    check_size(plan, REPLICATES if asked["replicates"] is None else asked["replicates"])
    check_asked(asked)
    task = {"text": text, "counts": counts or None, "on": on or None, **asked}
    return jobs.add("recruitment", f"{plan.name}: recruitment", task)


def run(task: Mapping[str, Any], out: Path, progress: Callable[[int, int], None]) -> None:
    """Forecast, and write the folder and what the terminal would print."""
    from tolerogen import trials

    progress(0, 1)
    given = {name: task[name] for name in ("replicates", "seed") if task[name] is not None}
    plan = plan_in(task["text"], task["patients"])
    result = trials.forecast_recruitment(plan, observed_in(task["counts"], task["on"]), **given)
    result.write(out / "recruitment")
    (out / "summary.txt").write_text(result.summary(), encoding="utf-8")
    progress(1, 1)
