"""Cases of the public SBML Test Suite, by its own pass rule; read from outside the project.

Every eighth case made of species, parameters, compartments, functions, rules, assignments,
reactions and events is run; all of them pass but take 20 s, so the rest is for a longer run.
Left out are fast reactions, which libRoadRunner refuses by name.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import load_model, simulate

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "sbml_cases"
PLAIN = {
    "AssignmentRule",
    "Compartment",
    "EventNoDelay",
    "EventWithDelay",
    "FunctionDefinition",
    "InitialAssignment",
    "Parameter",
    "RateRule",
    "Reaction",
    "Species",
}


def chosen() -> list[str]:
    if not CASES.is_dir():
        return []
    tags = json.loads((CASES / "tags.json").read_text(encoding="utf-8"))
    return [case for case, kinds in sorted(tags.items()) if fits(kinds)][::8]


def fits(kinds: dict[str, list[str]]) -> bool:
    made_of = set(kinds["component"])
    moves = made_of & {"Species", "AssignmentRule", "RateRule", "EventNoDelay", "EventWithDelay"}
    plain = made_of <= PLAIN and not kinds["packages"]
    return plain and bool(moves) and "FastReaction" not in kinds["test"]


def read(case: str) -> tuple[str, dict[str, str], pd.DataFrame]:
    folder = CASES / case
    text = next(folder.glob("*.xml")).read_text(encoding="utf-8")
    lines = (folder / f"{case}-settings.txt").read_text(encoding="utf-8").splitlines()
    settings = {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in lines) if k}
    with (folder / f"{case}-results.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.reader(handle))
    head = ["time", *(name.strip() for name in rows[0][1:])]  # some write "Time"
    return text, settings, pd.DataFrame(np.array(rows[1:], dtype=float), columns=head)


def compare(case: str) -> None:
    """Raise unless every value meets |got - expected| <= absolute + relative * |expected|."""
    text, settings, expected = read(case)
    model = load_model(text)
    names = [n for n in expected.columns if n != "time"]
    amounts = {n.strip() for n in settings["amount"].split(",")}
    homes = {model.outline.home[n] for n in names if n in model.species}
    data = simulate(
        model,
        pd.DataFrame(index=[case]),
        [],
        expected["time"].to_numpy(),
        [*names, *sorted(homes - set(names))],
        rtol=1e-7,
        backend="reference",
    )
    assert data["status"].item() == 0, data["message"].item()
    near = {"rtol": float(settings["relative"]), "atol": float(settings["absolute"])}
    for name in names:
        got = data[name].to_numpy()[0]
        if name in model.outline.species:
            volume = data[model.outline.home[name]].to_numpy()[0]
            reported = name in model.outline.amounts
            got = got * volume ** (int(name in amounts) - int(reported))
        np.testing.assert_allclose(got, expected[name].to_numpy(), err_msg=name, **near)


@pytest.mark.skipif(not CASES.is_dir(), reason=f"the SBML Test Suite cases are not at {CASES.name}")
def test_the_cases_are_there():
    assert len(chosen()) > 60


@pytest.mark.parametrize("case", chosen())
def test_case(case):
    compare(case)
