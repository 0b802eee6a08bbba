"""PK templates: which fragments make one up, and the fragments with a therapy's id filled in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError, choices
from tolerogen.therapies.antidrug import LIABILITY, rendered
from tolerogen.therapies.therapy import ANTISENSE

if TYPE_CHECKING:
    from tolerogen.therapies.therapy import Action, Therapy

FOLDER = Path(__file__).parent / "pk"


@dataclass(frozen=True)
class Quantity:
    """A pharmacokinetic or pharmacodynamic quantity: unit, unit id in Antimony, usual exponent.

    `exponent` is the power of body weight that an adult is scaled by unless the therapy's source
    gives another; None for what does not scale.
    """

    unit: str
    model_unit: str
    exponent: float | None = None


QUANTITIES = {
    "CL": Quantity("L/day", "L_per_day", 0.75),
    "V1": Quantity("L", "L", 1.0),
    "Q": Quantity("L/day", "L_per_day", 0.75),
    "V2": Quantity("L", "L", 1.0),
    "ka": Quantity("1/day", "per_day"),
    "F": Quantity("dimensionless", "dimensionless"),
    "tlag": Quantity("day", "day"),
    "fu": Quantity("dimensionless", "dimensionless"),
    "Vmax": Quantity("mg/day", "mg_per_day", 0.75),
    "Km": Quantity("mg/L", "mg_per_L"),
    "Kss": Quantity("nM", "nM"),
    "kint": Quantity("1/day", "per_day"),
    "kon": Quantity("1/nM/day", "per_nM_per_day"),
    "koff": Quantity("1/day", "per_day"),
    "Emax": Quantity("1/day", "per_day"),
    "EC50": Quantity("nM", "nM"),
    "hill": Quantity("dimensionless", "dimensionless"),
    "Imax": Quantity("dimensionless", "dimensionless"),
    "IC50": Quantity("nM", "nM"),
    "uptake": Quantity("dimensionless", "dimensionless"),
    LIABILITY: Quantity("dimensionless", "dimensionless"),
}
EFFECT = ("Emax", "EC50", "hill")
KNOCK_DOWN = ("Imax", "IC50", "uptake")
TARGET_MEDIATED = ("qss", "full_tmdd")

# Antimony definitions of the units the fragments use; a model that has one keeps its own.
UNITS = {
    "L": "litre",
    "kg": "1000 gram",
    "day": "86400 second",
    "mg": "1e-3 gram",
    "mg_per_L": "1e-3 gram/litre",
    "mg_per_day": "1e-3 gram/(86400 second)",
    "nM": "1e-9 mole/litre",
    "kDa": "1000 gram/mole",
    "L_per_day": "litre/(86400 second)",
    "per_day": "1/(86400 second)",
    "per_nM_per_day": "1e9 litre/(mole * 86400 second)",
    "nM_L_per_mg": "1e-6 mole/gram",
}

_NEEDS = {
    "core": ("CL", "V1"),
    "peripheral": ("Q", "V2"),
    "depot": ("ka", "F"),
    "unbound": ("fu",),
    "michaelis_menten": ("Vmax", "Km"),
    "qss": ("Kss", "kint"),
    "full_tmdd": ("kon", "koff", "kint"),
    "occupancy": ("Kss",),
    "kill": EFFECT,
    "tissue": ("Q", "V2", *KNOCK_DOWN),
}


@cache
def templates() -> dict[str, Any]:
    """Return the table of PK templates, ``pk/templates.toml``."""
    with (FOLDER / "templates.toml").open("rb") as handle:
        return tomllib.load(handle)


def template(name: str, *, where: str = "pk.template") -> dict[str, Any]:
    """Return one row of the table.

    Raises
    ------
    SpecError
        When there is no template of that name.
    """
    if name not in templates():
        raise SpecError(f"{where} '{name}' is unknown; {choices(name, templates())}")
    row: dict[str, Any] = templates()[name]
    return row


def parts(name: str, elimination: str, *, depot: bool, action: Action) -> tuple[str, ...]:
    """Return the fragments that a therapy is made of, in the order they are written.

    Parameters
    ----------
    name
        Template.
    elimination
        ``linear``, ``michaelis_menten``, ``qss`` or ``full_tmdd``.
    depot
        Whether the therapy brings absorption parameters.
    action
        What it does: killing and knock-down bring a part of their own.
    """
    chosen = [*template(name)["parts"], elimination]
    if depot and "depot" not in chosen:
        chosen.insert(1, "depot")
    if action in ANTISENSE:
        if "peripheral" not in chosen:
            chosen.insert(1, "peripheral")
        chosen.append("tissue")  # nothing is held: the target is made in smaller number
    elif elimination not in TARGET_MEDIATED:
        chosen.append("occupancy")
    if action == "deplete":
        chosen.append("kill")
    return tuple(chosen)


def needed(fragments: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of the parameters that the fragments use."""
    return tuple(dict.fromkeys(q for part in fragments for q in _NEEDS.get(part, ())))


def render(therapy: Therapy, pool: str | None) -> str:
    """Return a therapy's Antimony fragment: constants, then its parts.

    Parameters
    ----------
    therapy
        Names every id (``{id}_central``) and brings the typical values.
    pool
        Species of the disease that is the total target, nM; None where elimination needs none.
    """
    fragments = parts(
        therapy.pk.template,
        therapy.pk.elimination,
        depot=therapy.has_depot,
        action=therapy.action,
    )
    texts = [(FOLDER / f"{part}.ant").read_text(encoding="utf-8") for part in fragments]
    antibodies = rendered(therapy)
    body = "".join(texts).replace("{ada}", "*{d}_ada" if antibodies else "")
    if therapy.action in ANTISENSE:
        body = body.replace("{d}_knock_down", f"{{d}}_{therapy.action}")
    body = body.replace("{d}", therapy.id).replace("{pool}", pool or "")
    return f"\n// {therapy.name}\n{_constants(therapy)}{antibodies}{body}"


def _constants(therapy: Therapy) -> str:
    mass = f"{therapy.id}_mass"
    lines = [f"{mass} = {therapy.mass_kDa!r}; {mass} has kDa;"]
    for parameter in therapy.parameters:
        unit = QUANTITIES[parameter.id.removeprefix(f"{therapy.id}_")].model_unit
        lines.append(f"{parameter.id} = {parameter.value!r}; {parameter.id} has {unit};")
    for name, exponent in therapy.pk.exponents:
        own, unit = f"{therapy.id}_{name}", QUANTITIES[name].model_unit
        scale = f"(weight/{therapy.pk.reference_weight!r})^({exponent!r})"
        lines.append(f"{own}_i = {own}*{scale}; {own}_i has {unit};")
    return "\n".join(lines) + "\n"
