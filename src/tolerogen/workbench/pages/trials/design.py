"""The job of a design: every option that the ``[design]`` table of a trial file leaves open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError
from tolerogen.workbench.pages.trials.work import MOST_PATIENTS, MOST_TEXT

if TYPE_CHECKING:
    from tolerogen.trials import Options
    from tolerogen.workbench.jobs import Job, Jobs


def options_in(text: str, replicates: int | None, seed: int | None) -> Options:
    """Read the options of a trial file that came from a browser.

    Raises
    ------
    SpecError
        When it is too long, leaves nothing open, names a file, or asks for too many patients.
    """
    from tolerogen import trials

    if len(text) > MOST_TEXT:
        raise SpecError(f"The trial file is too long: at most {MOST_TEXT:,} characters are taken.")
    options = trials.read_options(text).changed(replicates=replicates, seed=seed)
    # every way of entry is simulated with the drugs and without
    total = 2 * max(options.sizes) * options.replicates * len(options.entries)
    if total > MOST_PATIENTS:
        raise SpecError(
            f"{total:,} patients are asked for; the workbench takes {MOST_PATIENTS:,}. Larger "
            "designs run from the terminal, on a cluster too."
        )
    return options


def start(jobs: Jobs, text: str, replicates: int | None, seed: int | None) -> Job:
    """Start the job of a design, if its file is right."""
    options = options_in(text, replicates, seed)
    task = {"text": text, "replicates": replicates, "seed": seed}
    return jobs.add("design", f"{options.spec.name}: design", task)


def run(task: Mapping[str, Any], out: Path, progress: Callable[[int, int], None]) -> None:
    """Rate the options, and write the folder and what the terminal would print."""
    from tolerogen import trials

    result = trials.explore(
        options_in(task["text"], task["replicates"], task["seed"]), progress=progress
    )
    result.write(out / "design")
    (out / "summary.txt").write_text(result.summary(), encoding="utf-8")
