"""From a ``pk`` table to `Pharmacokinetics`: units read, template values filled in."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, sqrt
from typing import Any

from tolerogen.errors import SpecError, choices
from tolerogen.parameters import Parameter
from tolerogen.therapies.schema import ParameterSpec, PkSpec, checked
from tolerogen.therapies.templates import EFFECT, KNOCK_DOWN, QUANTITIES, needed, parts, template
from tolerogen.therapies.therapy import Action, Pharmacokinetics
from tolerogen.units import convert


def read_pk(spec: PkSpec, *, action: Action, where: str) -> Pharmacokinetics:
    """Return the pharmacokinetics of a ``pk`` table, its template's typical values filled in.

    Raises
    ------
    SpecError
        Unknown template, a parameter that is missing, unused, out of range or in a wrong unit.
    """
    row = template(spec.template, where=f"{where}, pk.template")
    # A class prior fills in disposition; absorption only where the therapy asks for a depot by
    # naming ka or F, or the template has one.
    given = dict(spec.parameters)
    depot = "depot" in row["parts"] or bool({"ka", "F"} & set(given))
    fragments = parts(spec.template, spec.elimination, depot=depot, action=action)
    ids = [name for name in needed(fragments) if name not in (*EFFECT, *KNOCK_DOWN)]
    _no_strangers(given, [*ids, "tlag"] if depot else ids, spec, where)
    values = {**{n: p for n, p in _typical(spec.template, row).items() if n in ids}, **given}
    missing = [name for name in ids if name not in values]
    if missing:
        raise SpecError(
            f"{where}, pk.parameters: {', '.join(missing)} missing; template '{spec.template}' "
            f"with elimination '{spec.elimination}' needs {', '.join(ids)}."
        )
    weight = spec.reference_weight or row.get("reference_weight", "70 kg")
    return Pharmacokinetics(
        template=spec.template,
        elimination=spec.elimination,
        reference_weight=positive(weight, "kg", f"{where}, pk.reference_weight"),
        exponents=_exponents({**row.get("exponents", {}), **spec.exponents}, ids, where),
        exponents_source=_exponents_source(spec, row),
        parameters=tuple(
            read_parameter(name, values[name], f"{where}, pk.parameters.{name}")
            for name in QUANTITIES
            if name in values
        ),
    )


def _typical(name: str, row: Mapping[str, Any]) -> dict[str, ParameterSpec]:
    # Measured in other drugs of the class: for this one an assumption.
    table = checked(PkSpec, {"template": name, "parameters": row.get("typical", {})}, name)
    prior = {"status": "assumed", "note": f"prior of the class '{name}'"}
    return {n: p.model_copy(update=prior) for n, p in table.parameters.items()}


def _no_strangers(given: Mapping[str, Any], known: list[str], spec: PkSpec, where: str) -> None:
    for name in given:
        if name not in known:
            raise SpecError(
                f"{where}, pk.parameters.{name}: template '{spec.template}' with elimination "
                f"'{spec.elimination}' has no use for it; {choices(name, known)}"
            )


def _exponents(
    own: Mapping[str, float], ids: list[str], where: str
) -> tuple[tuple[str, float], ...]:
    scaled = [name for name in ids if QUANTITIES[name].exponent is not None]
    known = [name for name, quantity in QUANTITIES.items() if quantity.exponent is not None]
    for name in own:
        if name not in known:
            raise SpecError(
                f"{where}, pk.exponents.{name}: does not scale with weight; {choices(name, known)}"
            )
    usual = {name: float(QUANTITIES[name].exponent or 0.0) for name in scaled}
    return tuple((name, float(own.get(name, usual[name]))) for name in scaled)


def _exponents_source(spec: PkSpec, row: Mapping[str, Any]) -> str:
    if spec.exponents_source is not None:
        return spec.exponents_source
    if spec.exponents:
        return "unsourced"
    usual = "assumed: the usual powers, 0.75 for clearances and 1 for volumes"
    return str(row.get("exponents_source", usual))


def read_parameter(name: str, spec: ParameterSpec, where: str) -> Parameter:
    """Return a parameter in the house's unit for `name`, ``omega2`` turned into a CV.

    Raises
    ------
    SpecError
        When the value is out of range or its unit is of another kind.
    """

    def house(value: float) -> float:
        # Only a magnitude written in another unit is converted, so that a value in the house's
        # own unit keeps every digit.
        unit = QUANTITIES[name].unit
        return value if spec.unit == unit else convert(f"{value!r} {spec.unit}", unit, where=where)

    if spec.value < 0 or (spec.value == 0 and name not in ("CL", "tlag")):
        raise SpecError(f"{where}: value is {spec.value:g}; it must be above zero.")
    cv = sqrt(exp(spec.omega2) - 1) if spec.omega2 is not None else spec.cv or 0.0
    try:
        return Parameter(
            id=name,
            value=house(spec.value),
            unit=QUANTITIES[name].unit,
            distribution=spec.distribution or ("lognormal" if cv > 0 else "fixed"),
            cv=cv,
            status=spec.status,
            source=spec.source,
            low=None if spec.low is None else house(spec.low),
            high=None if spec.high is None else house(spec.high),
            note=spec.note,
        )
    except SpecError as error:
        raise SpecError(f"{where}: {error}") from None


def positive(text: str, unit: str, where: str) -> float:
    """Return a quantity above zero in `unit`; `where` is named in the error."""
    value = convert(text, unit, where=where)
    if not value > 0:
        raise SpecError(f"{where}: '{text}' must be above zero.")
    return value
