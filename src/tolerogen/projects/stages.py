"""Stages from target to launch: what each asks for, and how often the next one is reached."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.projects.project import Project

DATA = Path(__file__).parent / "data" / "stages.toml"
FILE = "stages.toml"


class Rate(BaseModel):
    """How many programmes went on, of how many."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = ""
    passed: Annotated[float, Field(ge=0)]
    of: Annotated[float, Field(gt=0)]
    status: Literal["measured", "assumed", "unsourced"]
    source: str


class Criterion(BaseModel):
    """What has to be there: evidence of a kind, and a figure of it within limits.

    Attributes
    ----------
    evidence
        Kind of evidence.
    figure, at_least, at_most
        Figure of it and its limits; none when the evidence itself is enough.
    why, command
        In words, and what would give it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    evidence: str
    figure: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    why: str
    command: str = ""

    def words(self) -> str:
        """Return the criterion as people read it."""
        limits = [
            f"{sign} {limit:g}"
            for sign, limit in (("at least", self.at_least), ("at most", self.at_most))
            if limit is not None
        ]
        figure = f", {self.figure} {' and '.join(limits)}" if self.figure else ""
        return f"evidence '{self.evidence}'{figure}: {self.why}"


class Stage(BaseModel):
    """A stage: what has to be there before a candidate enters, and what it takes.

    Attributes
    ----------
    success
        How often the next stage is reached; None for the last.
    cost, months
        Of the stage, in the project's currency.
    source
        Of cost, months and limits.
    criterion
        Entry criteria.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    title: str
    source: str = ""
    success: Rate | None = None
    cost: Annotated[float, Field(ge=0)] = 0.0
    months: Annotated[float, Field(ge=0)] = 0.0
    criterion: tuple[Criterion, ...] = ()


def stages_of(folder: Path | None = None) -> tuple[Stage, ...]:
    """Return the stages, those of the project's own ``stages.toml`` where it has one.

    Raises
    ------
    SpecError
        When that file cannot be read, names an unknown key, or breaks off the order.
    """
    own = folder / FILE if folder is not None else None
    path = own if own is not None and own.is_file() else DATA
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found = [Stage(**entry) for entry in data.get("stage", [])]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path}: cannot be read ({error}).") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise SpecError(f"{path}: {where}: {first['msg']}.") from None
    names = [stage.id for stage in found]
    if len(found) < 2 or len(set(names)) != len(names):
        raise SpecError(f"{path}: give two stages or more, each with an id of its own.")
    if any(stage.success is None for stage in found[:-1]):
        raise SpecError(f"{path}: every stage but the last needs 'success'.")
    return tuple(found)


def priced(stages: Sequence[Stage], project: Project, where: str) -> tuple[Stage, ...]:
    """Return the stages with the cost and months that a project gives them.

    Raises
    ------
    SpecError
        When it names a stage that is not there.
    """
    from tolerogen.errors import choices

    known = [stage.id for stage in stages]
    given = {one.id: {"cost": one.cost, "months": one.months} for one in project.stage}
    strange = next((name for name in given if name not in known), None)
    if strange is not None:
        raise SpecError(f"{where}, stage '{strange}': {choices(strange, known)}")
    return tuple(stage.model_copy(update=given.get(stage.id, {})) for stage in stages)


def position(stages: Sequence[Stage], name: str) -> int:
    """Return where a stage stands.

    Raises
    ------
    SpecError
        When there is none of that id.
    """
    from tolerogen.errors import choices

    names = [stage.id for stage in stages]
    if name not in names:
        raise SpecError(f"There is no stage '{name}': {choices(name, names)}")
    return names.index(name)
