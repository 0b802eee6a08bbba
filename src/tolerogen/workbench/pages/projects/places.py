"""Where the projects of a workbench are: found by names that exist, never by a path."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.workbench.unknown import UnknownError

if TYPE_CHECKING:
    from tolerogen.workbench.bench import Bench

PACKAGE = Path(__file__).parents[3]
PLACES = (PACKAGE / "examples", PACKAGE.parents[1] / "examples")  # installed; a checkout
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
PART = "project"
"""Folder of the project in the result of a programme."""


def names_of(bench: Bench) -> list[str]:
    """List the projects of a workbench."""
    home = bench.folder / "projects"
    return sorted(path.parent.name for path in home.glob("*/project.toml"))


def project_at(bench: Bench, name: str) -> Path:
    """Return the folder of a project.

    Raises
    ------
    UnknownError
        When there is none of that name.
    """
    if name not in names_of(bench):
        raise UnknownError("There is no such project here.")
    return bench.folder / "projects" / name


def new_place(bench: Bench, name: str) -> Path:
    """Return the folder of a project that is not there yet.

    Raises
    ------
    SpecError
        For a name that cannot be one, or is taken.
    """
    if not NAME.match(name):
        raise SpecError("The short name of a project is small letters, digits and hyphens.")
    if name in names_of(bench):
        raise SpecError(f"There is a project '{name}' already.")
    return bench.folder / "projects" / name


def keep(found: Path, bench: Bench, name: str) -> None:
    """Keep the project that a programme made among the projects, whole or not at all."""
    place = new_place(bench, name)
    part = place.with_name(f".{name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(found, part)
    part.rename(place)


def example() -> Path:
    """Return the programme that comes with Tolerogen.

    Raises
    ------
    UnknownError
        When the examples are not installed.
    """
    for place in PLACES:
        if (place / "il7r-programme" / "programme.toml").is_file():
            return place / "il7r-programme"
    raise UnknownError("The example programme is not installed.")
