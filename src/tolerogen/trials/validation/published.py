"""Published trials as a file describes them: designs, and outcomes where they are given.

The file is a JSON list, one object a trial. Only what a design or a comparison needs is read;
other keys are left alone, so that a file may carry notes and sources.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tolerogen.errors import SpecError


class Read(BaseModel):
    """A part of the file; keys that are not known are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class PublishedArm(Read):
    """An arm as designed; `dose`, `route` and `schedule` are the words of the report."""

    name: str
    role: str
    n: int | None = Field(default=None, ge=1)
    dose: str | None = None
    route: str | None = None
    schedule: str | None = None


class PublishedEffect(Read):
    """A difference from placebo as published; `ci_level_percent` belongs to the interval."""

    arm: str
    metric: str
    timepoint_weeks: float | None = None
    diff_vs_placebo: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level_percent: float | None = None
    p_value: float | str | None = None
    se_diff: float | None = None


class PublishedTrial(Read):
    """A trial: its design, and its outcomes where they are known.

    Attributes
    ----------
    drug
        One name, or several joined by ``+`` (given together) or ``/`` (one an arm).
    inclusion_activity_metric, inclusion_activity_min
        Score asked for at entry and its least value; ``ESSDAI <5 (maximum)`` asks for less.
    inclusion_other, population
        Further conditions in the words of the report.
    design
        In words; a ratio such as ``2:1`` in it is that of the randomisation, active arms first.
    """

    trial_id: str
    trial_name: str | None = None
    nct: str | None = None
    drug: str
    drug_synonyms: tuple[str, ...] | None = None
    target: str | None = None
    mechanism_class: str | None = None
    placebo_controlled: bool | None = None
    population: str | None = None
    inclusion_activity_metric: str | None = None
    inclusion_activity_min: float | None = None
    inclusion_other: str | None = None
    n_total_randomised: int | None = None
    design: str | None = None
    primary_endpoint: str | None = None
    primary_timepoint_weeks: float | None = None
    arms: tuple[PublishedArm, ...] | None = None
    essdai_effects: tuple[PublishedEffect, ...] | None = None
    clinessdai_effects: tuple[PublishedEffect, ...] | None = None
    esspri_effects: tuple[PublishedEffect, ...] | None = None

    @property
    def effects(self) -> tuple[PublishedEffect, ...]:
        """Every published difference, whatever the metric."""
        lists = (self.essdai_effects, self.clinessdai_effects, self.esspri_effects)
        return tuple(effect for one in lists for effect in one or ())


def read_published(path: str | Path) -> tuple[PublishedTrial, ...]:
    """Read a file of published trials.

    Parameters
    ----------
    path
        JSON: a list of trials with ``trial_id``, ``drug``, ``arms`` (``name``, ``role``, ``n``,
        ``dose``, ``route``, ``schedule``), ``primary_endpoint``, ``primary_timepoint_weeks`` and
        the conditions of entry; outcomes, where known, under ``essdai_effects``,
        ``clinessdai_effects`` and ``esspri_effects``.

    Raises
    ------
    SpecError
        The file cannot be read, is no such list, or names a trial twice; the message says which
        trial and key.
    """
    file = Path(path)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(
            f"{path}: the file of trials cannot be read ({error.strerror}). Give the path of a "
            "JSON file with a list of trials."
        ) from None
    except ValueError as error:
        raise SpecError(f"{file.name} is not valid JSON: {error}.") from None
    if not isinstance(data, list) or not data:
        raise SpecError(f"{file.name}: a list of trials is wanted, '[{{\"trial_id\": ...}}]'.")
    trials = tuple(_trial(item, number, file.name) for number, item in enumerate(data, start=1))
    names = [trial.trial_id for trial in trials]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SpecError(f"{file.name}: the trial_id '{twice}' stands twice; give each its own.")
    return trials


def _trial(item: Any, number: int, where: str) -> PublishedTrial:
    name = item.get("trial_id", f"number {number}") if isinstance(item, dict) else f"{number}"
    try:
        return PublishedTrial.model_validate(item)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the trial"
        raise SpecError(f"{where}: trial {name}, {key}: {first['msg'].lower()}.") from None
