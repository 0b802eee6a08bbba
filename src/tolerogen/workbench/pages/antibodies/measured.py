"""Jobs on measurements: rank a panel, fit sensorgrams."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tolerogen.errors import SpecError, choices
from tolerogen.workbench.uploads import as_file, check_length

if TYPE_CHECKING:
    from tolerogen.antibodies.selection import Goal
    from tolerogen.workbench.jobs import Job, Jobs

Progress = Callable[[int, int], None]
MODELS = ("auto", "1:1", "mass-transport", "heterogeneous", "bivalent", "steady-state")
PANEL = "a panel (CSV: one antibody a row, properties as columns)"
CURVES = "sensorgrams (CSV: time_s, response, concentration_nM, and cycle, analyte)"
MOST_GOALS = 20


def start_panel(
    jobs: Jobs, text: str, name: str, low: str, high: str, log: str, seed: int = 1
) -> Job:
    """Start the ranking of a panel.

    Parameters
    ----------
    low, high, log
        Columns to be small, to be large, and in which factors count; commas between. A weight
        stands behind ``=``: ``kd_nM=2``.

    Raises
    ------
    SpecError
        Nothing was given, or goals that make no sense.
    """
    read_goals(low, high, log)
    task = {
        "text": check_length(text, PANEL), "name": name, "low": low, "high": high, "log": log,
        "seed": seed,
    }  # fmt: skip
    return jobs.add("panel", f"Panel: {name}", task)


def start_fit(jobs: Jobs, text: str, name: str, model: str) -> Job:
    """Start the fit of sensorgrams.

    Raises
    ------
    SpecError
        Nothing was given, or an unknown model.
    """
    if model not in MODELS:
        raise SpecError(f"Model: {choices(model[:40], MODELS)}")
    task = {"text": check_length(text, CURVES), "name": name, "model": model}
    return jobs.add("kinetics", f"Kinetics ({model}): {name}", task)


def read_goals(low: str, high: str, log: str) -> list[Goal]:
    """Read what is wanted of which column.

    Raises
    ------
    SpecError
        For no goal, too many, a weight that is no number, or a logarithm of no goal.
    """
    from tolerogen.antibodies.selection import Goal

    factors, goals = set(_words(log)), []
    ways: tuple[tuple[Literal["min", "max"], str], ...] = (("min", low), ("max", high))
    for way, text in ways:
        for word in _words(text):
            column, _, weight = word.partition("=")
            try:
                number = float(weight) if weight else 1.0
            except ValueError:
                raise SpecError(f"'{word[:60]}': the weight behind '=' is no number.") from None
            goals.append(Goal(column.strip(), way, number, column.strip() in factors))
    if not 1 <= len(goals) <= MOST_GOALS:
        raise SpecError(
            f"{len(goals)} columns are wanted; name 1 to {MOST_GOALS}, for example kd_nM to be "
            "small and humanness to be large."
        )
    strange = factors - {goal.column for goal in goals}
    if strange:
        raise SpecError(f"{', '.join(sorted(strange))[:80]}: name it as small or large as well.")
    return goals


def rank(task: Mapping[str, Any], out: Path, progress: Progress) -> None:
    """Rank a panel, and draw it."""
    from tolerogen.antibodies.selection import draw_panel, rank_panel, read_panel

    goals = read_goals(task["low"], task["high"], task["log"])
    progress(0, 1)
    with as_file(task["text"], task["name"], ".csv") as path:
        panel = read_panel(path, goals)
    ranked = rank_panel(panel, seed=task["seed"])
    folder = out / "antibodies"
    draw_panel(panel, ranked, folder / "panel")
    document = {"goals": [vars(goal) for goal in goals], "ranking": [r.record() for r in ranked]}
    (folder / "result.json").write_text(json.dumps(document), encoding="utf-8")
    progress(1, 1)


def fit(task: Mapping[str, Any], out: Path, progress: Progress) -> None:
    """Fit each analyte, and draw data and fit."""
    from tolerogen.antibodies.kinetics import draw_kinetics, fit_kinetics, read_sensorgrams

    with as_file(task["text"], task["name"], ".csv") as path:
        data = read_sensorgrams(path)
    fits = []
    for count, one in enumerate(data):
        progress(count, len(data))
        fits.append(fit_kinetics(one, task["model"]))
    folder = out / "antibodies"
    draw_kinetics(fits, folder / "sensorgrams")
    document = {"fits": [one.record() for one in fits]}
    (folder / "result.json").write_text(json.dumps(document), encoding="utf-8")
    progress(len(data), len(data))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
