"""What a project is: read from and written to ``project.toml``."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tolerogen.errors import OutputError, SpecError
from tolerogen.projects.stages import stages_of

FILE = "project.toml"
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
WEIGHT = 0.24
"""How much a simulated trial counts against the base rate, in log odds: what the model of Sjögren's
disease was better than the naive mean when each mechanism was left out, 1 - 1.23/1.61 points of
mean absolute error over 12 arms (docs/credibility.md). That skill makes a weight is assumed."""


class Candidate(BaseModel):
    """A molecule of the project.

    Attributes
    ----------
    id, name
        How the project calls it.
    modality
        ``antibody`` or ``oligo``.
    therapy
        Its therapy file, relative to the project; empty before there is one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    name: str
    modality: Literal["antibody", "oligo", "other"]
    therapy: str = ""


class Value(BaseModel):
    """What a launch would be worth on that day, in the project's currency (user input).

    Attributes
    ----------
    low, likely, high
        Ends and mode of a triangular distribution.
    discount
        A year, as a share.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    low: Annotated[float, Field(ge=0)] = 300.0
    likely: Annotated[float, Field(ge=0)] = 800.0
    high: Annotated[float, Field(ge=0)] = 2000.0
    discount: Annotated[float, Field(ge=0, lt=1)] = 0.1


class Expense(BaseModel):
    """What a stage costs, in the project's currency, and how many months it takes (user input)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    cost: Annotated[float, Field(ge=0)]
    months: Annotated[float, Field(ge=0)]


class Project(BaseModel):
    """A project.

    Attributes
    ----------
    name, disease, target
        What it is about; disease is one of the library or a folder.
    question
        Question of interest and context of use.
    currency
        Unit of costs and values, such as million euros.
    weight
        Of a simulated trial against the base rate, 0 (ignored) to 1 (alone).
    value
        Of a launch.
    stage
        Cost and months of stages, in place of the assumed ones.
    candidate
        The molecules.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    disease: str
    target: str
    question: str = ""
    currency: str = "million euros"
    weight: Annotated[float, Field(ge=0, le=1)] = WEIGHT
    value: Value = Value()
    stage: tuple[Expense, ...] = ()
    candidate: tuple[Candidate, ...] = ()

    def find(self, name: str) -> Candidate:
        """Return a candidate.

        Raises
        ------
        SpecError
            When there is none of that id.
        """
        from tolerogen.errors import choices

        for one in self.candidate:
            if one.id == name:
                return one
        known = [one.id for one in self.candidate]
        raise SpecError(f"There is no candidate '{name}': {choices(name, known)}")


def read_project(folder: str | Path) -> Project:
    """Read a project.

    Raises
    ------
    SpecError
        When the folder is none, or its file is wrong; names file, key and what is allowed.
    """
    path = Path(folder) / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(
            f"{path} cannot be read ({error.strerror}); make a project by 'tolerogen project init'."
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path}: is not TOML ({error}).") from None
    try:
        project = Project(**data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise SpecError(f"{path}: {where}: {first['msg']}.") from None
    _checked(project, path)
    return project


def init_project(folder: str | Path, name: str, disease: str, target: str) -> Path:
    """Make a project in a folder that holds none yet.

    Raises
    ------
    SpecError
        When there is one already.
    OutputError
        When it cannot be written.
    """
    path = Path(folder) / FILE
    if path.exists():
        raise SpecError(f"{path} is there already: it is kept as it is.")
    spent = tuple(Expense(id=one.id, cost=one.cost, months=one.months) for one in stages_of()[:-1])
    write_project(Project(name=name, disease=disease, target=target, stage=spent), folder)
    return path


def add_candidate(folder: str | Path, candidate: Candidate) -> Project:
    """Add a candidate.

    Raises
    ------
    SpecError
        When the id is taken, or cannot be one.
    """
    project = read_project(folder)
    if any(one.id == candidate.id for one in project.candidate):
        raise SpecError(f"There is a candidate '{candidate.id}' already.")
    made = project.model_copy(update={"candidate": (*project.candidate, candidate)})
    _checked(made, Path(folder) / FILE)
    write_project(made, folder)
    return made


def write_project(project: Project, folder: str | Path) -> None:
    """Write ``project.toml``, whole or not at all."""
    data = project.model_dump(mode="json")
    lists = {"stage": data.pop("stage"), "candidate": data.pop("candidate")}
    tables = {"value": data.pop("value")}
    lines = [f"{key} = {_toml(value)}" for key, value in data.items()]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    for name, entries in lists.items():
        for one in entries:
            lines += ["", f"[[{name}]]"]
            lines += [f"{key} = {_toml(value)}" for key, value in one.items() if value != ""]
    path = Path(folder) / FILE
    part = path.with_name(f".{FILE}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}).") from None


def _toml(value: str | float) -> str:
    """Write a value: the strings of JSON are basic strings of TOML, save for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _checked(project: Project, path: Path) -> None:
    for one in project.candidate:
        if not ID.match(one.id):
            raise SpecError(
                f"{path}: candidate '{one.id[:50]}': an id is small letters, digits and hyphens."
            )
    names = [one.id for one in project.candidate]
    if len(set(names)) != len(names):
        raise SpecError(f"{path}: two candidates have the same id.")
    value = project.value
    if not value.low <= value.likely <= value.high:
        raise SpecError(f"{path}: value: low, likely and high must be in that order.")
