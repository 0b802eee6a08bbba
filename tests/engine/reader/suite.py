"""Cases of the public SBML Test Suite, read from outside the project."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from tests.engine.reader.event_oracle import EventCourse
from tests.engine.reader.oracle import Course

from tolerogen.engine.reader import System, read_system

CASES = Path(__file__).resolve().parents[3].parent / "shared" / "sbml_cases"


@dataclass(frozen=True)
class Case:
    """One case: its model, what is expected, and how near."""

    text: str
    names: list[str]
    times: np.ndarray
    expected: np.ndarray
    absolute: float
    relative: float
    amounts: frozenset[str]


@cache
def tags() -> dict[str, dict[str, list[str]]]:
    path = CASES / "tags.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def read_case(name: str) -> Case:
    folder = CASES / name
    text = next(folder.glob("*.xml")).read_text(encoding="utf-8")
    lines = (folder / f"{name}-settings.txt").read_text(encoding="utf-8").splitlines()
    settings = {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in lines) if k}
    with (folder / f"{name}-results.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.reader(handle))
    table = np.array(rows[1:], dtype=float)
    return Case(
        text=text,
        names=[entry.strip() for entry in rows[0][1:]],
        times=table[:, 0],
        expected=table[:, 1:],
        absolute=float(settings["absolute"]),
        relative=float(settings["relative"]),
        amounts=frozenset(n.strip() for n in settings["amount"].split(",")),
    )


def check(name: str) -> None:
    """Raise unless every value meets the suite's rule: |got - expected| <= abs + rel |expected|."""
    case = read_case(name)
    system = read_system(case.text)
    homes = compartments(case.text)
    known = [n for n in dict.fromkeys([*case.names, *homes.values()]) if n in system.observables]
    course = (EventCourse if system.events else Course)(system)
    values = course.run(case.times, known, case.relative / 1e4, case.absolute / 1e4)
    got = dict(zip(known, values.T, strict=True))
    substance_only = in_amounts(case.text)
    for index, each in enumerate(case.names):
        value = got[each]
        if each in homes and (each in case.amounts) != (each in substance_only):
            size = got[homes[each]]
            value = value * size if each in case.amounts else value / size
        np.testing.assert_allclose(
            value, case.expected[:, index], case.relative, case.absolute, err_msg=each
        )


def compartments(text: str) -> dict[str, str]:
    """Return the compartment of each species."""
    return {s.getId(): s.getCompartment() for s in _species(text)}


def in_amounts(text: str) -> set[str]:
    """Return the species that are reported as amounts."""
    model = _model(text)
    return {
        s.getId()
        for s in _species(text)
        if s.getHasOnlySubstanceUnits()
        or model.getCompartment(s.getCompartment()).getSpatialDimensions() == 0
    }


@cache
def _document(text: str):
    import libsbml

    return libsbml.readSBMLFromString(text)


def _model(text: str):
    return _document(text).getModel()


def _species(text: str):
    model = _model(text)
    return [model.getSpecies(i) for i in range(model.getNumSpecies())]


__all__ = ["CASES", "Case", "System", "check", "read_case", "tags"]
