"""A programme: the whole way in one command, step by step, each done once.

``programme.toml`` lists ``steps`` and has a table for each. A step that was done with the same
options, files, version and earlier steps is not done again; so a run that was stopped goes on where
it was.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tolerogen.errors import OutputError, SpecError, choices
from tolerogen.projects.project import FILE as PROJECT
from tolerogen.projects.project import read_project
from tolerogen.projects.stages import FILE as STAGES
from tolerogen.projects.steps import STEPS, Setting
from tolerogen.provenance import versions

FILE = "programme.toml"
DONE = ".steps.json"
Told = Callable[[str, bool], None]
Progress = Callable[[str], Callable[[int, int], None]]


def run_programme(
    folder: str | Path,
    out: str | Path,
    *,
    told: Told = lambda _step, _done: None,
    progress: Progress = lambda _step: lambda _done, _of: None,
    only: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """Run a programme.

    Parameters
    ----------
    folder
        With ``programme.toml`` and ``project.toml``.
    out
        The project that is made: evidence, trials, decisions, dossier, portfolio. It may be there
        from an earlier run; decisions in it are kept.
    told
        Called before each step with its name, and whether it was done already.
    progress
        Gives what a step calls with (done, of).
    only
        Options that take the place of those of the file, by step.

    Returns
    -------
    pathlib.Path
        `out`.

    Raises
    ------
    SpecError
        When the programme is wrong: names the step and what is missing.
    OutputError
        When `out` cannot be written, or holds something else.
    """
    home, place = Path(folder), Path(out)
    plan = _read(home)
    _prepare(home, place)
    done, chain = _done(place), hashlib.sha256(versions()["tolerogen"].encode())
    for name in plan["steps"]:
        options = {**plan.get(name, {}), **dict((only or {}).get(name, {}))}
        chain.update(_fingerprint(name, options, home))
        ready = done.get(name) == chain.hexdigest()
        told(name, ready)
        if ready:
            continue
        STEPS[name](Setting(home, place, read_project(place), options, progress(name)))
        done[name] = chain.hexdigest()
        (place / DONE).write_text(json.dumps(done, indent=1), encoding="utf-8")
    return place


def _read(home: Path) -> dict[str, Any]:
    path = home / FILE
    try:
        plan = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(f"{path} cannot be read ({error.strerror}).") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path}: is not TOML ({error}).") from None
    steps = plan.get("steps", [])
    if not isinstance(steps, list) or not steps:
        raise SpecError(f"{path}: 'steps' is a list of {', '.join(STEPS)}.")
    for name in steps:
        if name not in STEPS:
            raise SpecError(f"{path}: step {choices(str(name), STEPS)}")
    strange = set(plan) - {"steps", *STEPS}
    if strange:
        name = sorted(strange)[0]
        raise SpecError(f"{path}: '{name}' is unknown; {choices(name, ('steps', *STEPS))}")
    read_project(home)
    return plan


def _prepare(home: Path, place: Path) -> None:
    """Make the project's folder, with the project's own files."""
    if place.exists() and any(place.iterdir()) and not (place / PROJECT).is_file():
        raise OutputError(f"{place} is there and no project; choose another --out.")
    if place.resolve() == home.resolve():
        raise OutputError("The project would be written into the programme; choose another --out.")
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name in (PROJECT, STAGES):
            if (home / name).is_file():
                shutil.copyfile(home / name, place / name)
    except OSError as error:
        raise OutputError(f"{place}: cannot be written ({error.strerror}).") from None


def _done(place: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((place / DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _fingerprint(name: str, options: Mapping[str, Any], home: Path) -> bytes:
    """Return what a step depends on: its options, and the files they name."""
    made = hashlib.sha256(f"{name} {json.dumps(options, sort_keys=True)}".encode())
    made.update((home / PROJECT).read_bytes())
    for value in options.values():
        path = home / value if isinstance(value, str) and len(value) < 200 else None
        if path is not None and path.is_file():
            made.update(path.read_bytes())
    return made.digest()
