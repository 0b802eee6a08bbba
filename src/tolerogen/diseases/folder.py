"""Read a disease folder, and refuse one whose files disagree."""

from __future__ import annotations

import csv
import os
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tolerogen.diseases.disease import (
    Arrow,
    Correlation,
    Disease,
    PopulationTarget,
    Readout,
    TargetNode,
)
from tolerogen.errors import SpecError, choices
from tolerogen.parameters import Parameter, read_parameters

HOME = Path(__file__).parent
REQUIRED = ("disease.toml", "model.ant", "parameters.csv", "arrows.csv", "targets.toml")


def list_diseases() -> tuple[str, ...]:
    """Return the names of the diseases that come with the package."""
    return tuple(sorted(path.parent.name for path in HOME.glob("*/disease.toml")))


def load_disease(name: str | Path) -> Disease:
    """Read a disease by name, or from a folder of your own.

    Parameters
    ----------
    name
        One of `list_diseases`, or the path of a disease folder.

    Raises
    ------
    SpecError
        When there is no such disease, a file is missing, or its files disagree.
    """
    folder = HOME / str(name) if str(name) in list_diseases() else Path(name)
    if not os.path.isfile(folder / "disease.toml"):  # also for too long a name
        raise SpecError(
            f"there is no disease '{name}'; {choices(str(name), list_diseases())} "
            "A path to a folder with a disease.toml works too."
        )
    return _read(folder.resolve())


@cache
def _read(folder: Path) -> Disease:
    missing = [name for name in REQUIRED if not (folder / name).is_file()]
    if missing:
        raise SpecError(f"{folder.name}: the disease folder lacks {', '.join(missing)}.")
    head = _toml(folder / "disease.toml")
    parameters = read_parameters(folder / "parameters.csv")
    return Disease(
        id=folder.name,
        name=head["name"],
        folder=folder,
        model=_with_values((folder / "model.ant").read_text(encoding="utf-8"), parameters),
        parameters=parameters,
        arrows=tuple(Arrow(**row) for row in _rows(folder / "arrows.csv")),
        correlations=tuple(
            Correlation(row["a"], row["b"], float(row["r"]), row["source"])
            for row in _rows(folder / "correlations.csv")
        ),
        targets=_targets(folder / "targets.toml"),
        states=_states(folder, parameters),
        readouts=tuple(Readout(**item) for item in head.get("readouts", [])),
        population_targets=tuple(
            PopulationTarget(
                row["measure"],
                row["population"],
                row["statistic"],
                float(row["value"]),
                row["unit"],
                int(row["n"]) if row["n"] else None,
                row["source"],
                *(row.get(name) or "" for name in ("where", "other", "note")),
            )
            for row in _rows(folder / "population_targets.csv")
        ),
        sources=_sources(head, parameters),
        question=head.get("question", ""),
        not_for=head.get("not_for", ""),
        warning=head.get("warning", ""),
    )


def _with_values(text: str, parameters: tuple[Parameter, ...]) -> str:
    """Write the table's values into the model, so that a number stands in one place only."""
    end = text.rindex("\nend")
    lines = [f"  {p.id} = {p.value!r}; {p.id} has {p.unit}" for p in parameters]
    return text[:end] + "\n\n  // values: parameters.csv\n" + "\n".join(lines) + text[end:]


def _states(folder: Path, parameters: tuple[Parameter, ...]) -> dict[str, dict[str, float]]:
    known = {p.id for p in parameters}
    states: dict[str, dict[str, float]] = {"disease": {}}
    for row in _rows(folder / "states.csv"):
        if row["id"] not in known:
            raise SpecError(
                f"{folder.name}/states.csv: '{row['id']}' is not in parameters.csv; "
                f"{choices(row['id'], known)}"
            )
        states.setdefault(row["state"], {})[row["id"]] = float(row["value"])
    return states


def _targets(path: Path) -> dict[str, TargetNode]:
    nodes = {}
    for key, item in _toml(path).items():
        item["actions"] = tuple(item["actions"])
        item["also"] = tuple(item.get("also", ()))
        try:
            nodes[key] = TargetNode(id=key, **item)
        except TypeError as error:
            raise SpecError(f"{path.name}, [{key}]: {error}") from None
    return nodes


def _sources(head: Mapping[str, Any], parameters: tuple[Parameter, ...]) -> tuple[str, ...]:
    cited = {p.source for p in parameters if p.status in ("measured", "derived")}
    return tuple(head.get("sources", ())) + tuple(sorted(cited))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path.name} is not valid TOML: {error}.") from None


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.is_file():
        with path.open(newline="", encoding="utf-8") as handle:
            yield from csv.DictReader(handle)
