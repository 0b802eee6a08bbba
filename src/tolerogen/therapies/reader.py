"""From a therapy file to a `Therapy`, all of it checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tolerogen.errors import SpecError
from tolerogen.therapies.dosing import DoseRule, dose_rule
from tolerogen.therapies.pk_reader import positive, read_parameter, read_pk
from tolerogen.therapies.regimen import Regimen
from tolerogen.therapies.schema import (
    BindingSpec,
    DoseRuleSpec,
    RegimenSpec,
    TherapySpec,
    checked,
)
from tolerogen.therapies.templates import EFFECT, KNOCK_DOWN, TARGET_MEDIATED
from tolerogen.therapies.therapy import ANTISENSE, Binding, Immunogenicity, Therapy


def read_therapy(path: Path) -> Therapy:
    """Read a therapy file (TOML).

    Parameters
    ----------
    path
        See ``therapies/library`` for examples.

    Raises
    ------
    SpecError
        Names the file, the key and the allowed values of what is wrong.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(f"{path.name} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(f"{path.name} is not TOML: {error}.") from None
    return therapy_from(data, where=path.name)


def therapy_from(data: Mapping[str, Any], *, where: str) -> Therapy:
    """Return the therapy that a parsed file describes; `where` names the file in errors."""
    spec = checked(TherapySpec, data, where)
    effect = tuple(read_parameter(n, p, f"{where}, effect.{n}") for n, p in spec.effect.items())
    needs = {"deplete": EFFECT, **dict.fromkeys(ANTISENSE, KNOCK_DOWN)}
    if {p.id for p in effect} != set(needs.get(spec.action, ())):
        raise SpecError(
            f"{where}, effect: a therapy that depletes needs {', '.join(EFFECT)}, one that knocks "
            f"down needs {', '.join(KNOCK_DOWN)}, as one that shifts isoforms, and no "
            f"other action takes them; the action here is '{spec.action}'."
        )
    if any(p.id == "Imax" and p.value > 1 for p in effect):
        raise SpecError(f"{where}, effect.Imax: no more than all of the RNA can go; at most 1.")
    if spec.action in ANTISENSE and spec.pk.elimination in TARGET_MEDIATED:
        raise SpecError(
            f"{where}, pk.elimination: '{spec.pk.elimination}' is loss with a target that the drug "
            "binds, but a knock-down acts on RNA; take 'linear' or 'michaelis_menten'."
        )
    immune = spec.immunogenicity
    return Therapy(
        id=spec.id,
        name=spec.name,
        synonyms=tuple(spec.synonyms),
        target=spec.target,
        action=spec.action,
        modality=spec.modality,
        mass_kDa=_mass(spec.mass, f"{where}, mass"),
        mass_source=spec.mass_source,
        isotype=spec.isotype,
        fc=spec.fc,
        binding=None if spec.binding is None else _binding(spec.binding, where),
        pk=read_pk(spec.pk, action=spec.action, where=where),
        effect=effect,
        immunogenicity=None if immune is None else Immunogenicity(**immune.model_dump()),
        regimens=tuple(_regimen(n, r, f"{where}, regimens") for n, r in spec.regimens.items()),
        sources=tuple(spec.sources),
        notes=spec.notes,
    )


def read_regimen(name: str, data: Mapping[str, Any], *, where: str = "regimen") -> Regimen:
    """Read a regimen from a parsed TOML table.

    Parameters
    ----------
    name
        What the regimen is called in results.
    data
        ``doses`` (a list of tables: ``amount``, ``route``, times), optionally ``label``,
        ``source``, ``missed`` and ``missed_probability``.
    where
        The file and table named in an error.

    Raises
    ------
    SpecError
        Unknown key, wrong unit, a dose not above zero, no dose before the end.

    Examples
    --------
    >>> doses = [{"amount": "200 mg", "route": "sc", "every": "1 week", "until": "3 weeks"}]
    >>> read_regimen("weekly", {"doses": doses}).days
    (0.0, 7.0, 14.0, 21.0)
    """
    return _regimen(name, checked(RegimenSpec, data, where), where)


def _regimen(name: str, spec: RegimenSpec, where: str) -> Regimen:
    rules = tuple(
        _dose_rule(rule, f"{where}.{name}.doses[{index}]") for index, rule in enumerate(spec.doses)
    )
    return Regimen(
        name=name,
        rules=rules,
        label=spec.label,
        source=spec.source,
        missed=tuple(spec.missed),
        missed_probability=spec.missed_probability,
    )


def _dose_rule(spec: DoseRuleSpec, where: str) -> DoseRule:
    lists = [given for given in (spec.at, spec.weeks, spec.days) if given is not None]
    if len(lists) > 1 or any(not given for given in lists):
        raise SpecError(f"{where}: give one of 'at', 'weeks' and 'days', with at least one time.")
    at = [*(spec.at or ()), *(f"{week!r} weeks" for week in spec.weeks or ())]
    at += [f"{day!r} days" for day in spec.days or ()]
    return dose_rule(
        spec.amount,
        route=spec.route,
        at=at,
        every=spec.every,
        count=spec.count,
        until=spec.until,
        start=spec.start,
        duration=spec.duration,
        cap=spec.cap,
        where=where,
    )


def _binding(spec: BindingSpec, where: str) -> Binding:
    def read(text: str | None, unit: str, key: str) -> float | None:
        return None if text is None else positive(text, unit, f"{where}, binding.{key}")

    return Binding(
        kd_nM=read(spec.kd, "nM", "kd"),
        kon=read(spec.kon, "1/nM/day", "kon"),
        koff=read(spec.koff, "1/day", "koff"),
        valency=spec.valency,
        source=spec.source,
    )


def _mass(text: str, where: str) -> float:
    mass = positive(text, "kDa", where)
    if not 0.05 <= mass <= 5000:
        # To the unit library a dalton is a mass like the milligram, so a dose would pass here.
        raise SpecError(
            f"{where}: '{text}' is {mass:.3g} kDa, which no drug weighs. Write the molar mass in "
            "kDa or Da, for example '150 kDa'."
        )
    return mass
