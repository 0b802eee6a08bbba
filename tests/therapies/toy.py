"""A small disease with a pool and cells, a drug of round numbers, and the outside truths."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tolerogen.therapies import Therapy
from tolerogen.therapies.reader import therapy_from

ANCHORS = Path(__file__).parents[1] / "anchors"

TOY = """
function same(x)
  x
end

model toy()
  unit day = 86400 second
  unit nmol = 1e-9 mole
  unit time_unit = 86400 second
  unit substance = 1e-9 mole
  compartment plasma = 3.0; plasma has litre
  species R in plasma; R = R_0
  R_0 = 2.0; kdeg = 1.5
  occ = 0; cx = 0; loss = 0; kill = 0; block = 0
  weight = 70.0
  R_made: => R; plasma*kdeg*R_0
  R_lost: R => ; plasma*kdeg*(R - cx)
  R_taken: R => ; plasma*loss*cx
  species B in plasma; B = 100
  B_made: => B; plasma*0.1*100
  B_lost: B => ; plasma*(0.1 + kill)*B
end
"""


@dataclass(frozen=True)
class Place:
    """A node of the toy disease."""

    id: str
    actions: tuple[str, ...]
    pool: str | None = None
    occupancy: str | None = None
    complex: str | None = None
    complex_loss: str | None = None
    kill: str | None = None
    also: tuple[str, ...] = ()


TARGETS = {
    "R": Place("R", ("block", "neutralise"), "R", "occ", "cx", "loss"),
    "B": Place("B", ("deplete",), kill="kill"),
    "S": Place("S", ("block",), occupancy="block"),
}


def parameter(value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "status": "assumed", "source": "test", **more}


def drug(name: str = "drug", **change: Any) -> Therapy:
    """A therapy of round numbers: 150 kDa, CL 0.3 L/day, V1 3 L, Q 0.6 L/day, V2 2 L."""
    pk = {
        "template": "two_compartment",
        "elimination": "linear",
        "parameters": {
            "CL": parameter(0.3, "L/day"),
            "V1": parameter(3.0, "L"),
            "Q": parameter(0.6, "L/day"),
            "V2": parameter(2.0, "L"),
            "Kss": parameter(1.0, "nM"),
        },
    }
    extra = change.pop("parameters", {})
    dropped = change.pop("without", ())
    pk.update(change.pop("pk", {}))
    pk["parameters"] = {k: v for k, v in {**pk["parameters"], **extra}.items() if k not in dropped}
    data = {
        "id": name,
        "name": name,
        "target": "S",
        "action": "block",
        "modality": "antibody",
        "mass": "150 kDa",
        "pk": pk,
    }
    return therapy_from({**data, **change}, where="test.toml")


def anchor(name: str) -> dict[str, Any]:
    return tomllib.loads((ANCHORS / f"{name}.toml").read_text(encoding="utf-8"))
