"""The two jobs of this page: rank every target, explain one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError
from tolerogen.workbench.library import disease_of

if TYPE_CHECKING:
    from tolerogen.workbench.jobs import Job, Jobs

Progress = Callable[[int, int], None]
PATIENTS, DRAWS = (20, 2000), (1, 50)
MINIMUM = 5.0
"""ESSDAI at entry, as from the terminal."""
TOP = 30
"""Targets of the figure."""


def start(jobs: Jobs, disease: str, patients: int, draws: int, seed: int, name: str = "") -> Job:
    """Start a ranking, or with a name the explanation of one target.

    Raises
    ------
    SpecError
        An unknown disease, or numbers out of bounds.
    """
    for said, value, (least, most) in (
        ("patients", patients, PATIENTS),
        ("parameter sets", draws, DRAWS),
    ):
        if not least <= value <= most:
            raise SpecError(f"{value} {said} were asked for; give {least} to {most:,}.")
    if not 0 <= seed < 2**63:
        raise SpecError(f"seed is {seed}; it must be at least 0.")
    loaded = disease_of(disease)
    task = {
        "disease": loaded.id, "patients": patients, "draws": draws, "seed": seed, "name": name,
    }  # fmt: skip
    if not name:
        return jobs.add("ranking", f"Targets of {loaded.name}", task)
    if len(name) > 40 or not name.isprintable():
        raise SpecError("The name of a target is a node of the model or a gene, such as IL7R.")
    return jobs.add("target", f"{name} in {loaded.name}", task)


def rank(task: Mapping[str, Any], out: Path, progress: Progress) -> None:
    """Rank the targets, and draw the first."""
    from tolerogen import targets

    ranking = targets.rank_targets(
        disease_of(task["disease"]), draws=task["draws"], setup=_setup(task), progress=progress
    )
    folder = out / "targets"
    targets.draw_ranking(ranking, folder / "ranking", TOP)
    (folder / "result.json").write_text(ranking.to_json(), encoding="utf-8")


def explain(task: Mapping[str, Any], out: Path, progress: Progress) -> None:
    """Take one target apart, and draw what feels it."""
    from tolerogen import targets

    found = targets.explain_target(
        disease_of(task["disease"]), task["name"], draws=task["draws"], setup=_setup(task),
        progress=progress,
    )  # fmt: skip
    folder = out / "targets"
    folder.mkdir()
    if found.neighbourhood is not None:
        targets.draw_neighbourhood(found.neighbourhood, folder / "neighbourhood.svg")
    (folder / "result.json").write_text(json.dumps(found.document()), encoding="utf-8")


def _setup(task: Mapping[str, Any]) -> Any:
    from tolerogen.patients import Criterion
    from tolerogen.targets import Setup

    criteria = (Criterion("essdai", minimum=MINIMUM),)
    return Setup(patients=task["patients"], criteria=criteria, seed=task["seed"], threads=None)
