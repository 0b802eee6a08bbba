"""What a step works with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tolerogen.errors import SpecError
from tolerogen.projects.project import Project

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Setting:
    """A step's setting.

    Attributes
    ----------
    folder
        Of ``programme.toml``: where its files are.
    out
        The project that is made.
    project
        What it is about.
    options
        The step's part of ``programme.toml``.
    progress
        Called with (done, of) on long work.
    """

    folder: Path
    out: Path
    project: Project
    options: Mapping[str, Any]
    progress: Progress

    def file(self, key: str) -> Path:
        """Return a file that the options name.

        Raises
        ------
        SpecError
            When the option or the file is not there.
        """
        name = self.need(key)
        path = self.folder / str(name)
        if not path.is_file():
            raise SpecError(f"programme.toml, {key} = '{name}': there is no such file.")
        return path

    def need(self, key: str) -> Any:
        """Return an option that has to be there."""
        if key not in self.options:
            raise SpecError(f"programme.toml: this step needs '{key}'.")
        return self.options[key]

    def write(self, name: str, data: Any) -> Path:
        """Write a JSON document into the project."""
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return path

    def candidate(self, modality: str) -> str:
        """Return the id of the project's candidate of a modality."""
        found = [one.id for one in self.project.candidate if one.modality == modality]
        if not found:
            raise SpecError(f"project.toml: no candidate has the modality '{modality}'.")
        return found[0]
