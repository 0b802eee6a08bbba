"""From a `Therapy` back to the text of a therapy file; reading that text gives the same value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tolerogen.parameters import Parameter
from tolerogen.therapies.dosing import DoseRule
from tolerogen.therapies.regimen import Regimen
from tolerogen.therapies.therapy import Binding, Therapy


def therapy_toml(therapy: Therapy) -> str:
    """Return the TOML text of a therapy, every value written out in the house's units."""
    head = {
        "id": therapy.id,
        "name": therapy.name,
        "synonyms": therapy.synonyms,
        "target": therapy.target,
        "action": therapy.action,
        "modality": therapy.modality,
        "mass": f"{therapy.mass_kDa!r} kDa",
        "mass_source": therapy.mass_source,
        "isotype": therapy.isotype,
        "fc": therapy.fc,
        "sources": therapy.sources,
        "notes": therapy.notes,
    }
    pk = {
        "template": therapy.pk.template,
        "elimination": therapy.pk.elimination,
        "reference_weight": f"{therapy.pk.reference_weight!r} kg",
        "exponents": dict(therapy.pk.exponents),
        "exponents_source": therapy.pk.exponents_source,
    }
    tables = [_table(None, head)]
    if therapy.binding is not None:
        tables.append(_table("binding", _binding(therapy.binding)))
    tables.append(_table("pk", pk))
    tables.append(_table("pk.parameters", _parameters(therapy.pk.parameters)))
    if therapy.effect:
        tables.append(_table("effect", _parameters(therapy.effect)))
    if therapy.immunogenicity is not None:
        tables.append(_table("immunogenicity", asdict(therapy.immunogenicity)))
    tables += [_table(f"regimens.{_key(r.name)}", _regimen(r)) for r in therapy.regimens]
    return "\n".join(tables)


def _parameters(parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    return {p.id: {k: v for k, v in asdict(p).items() if k != "id"} for p in parameters}


def _binding(binding: Binding) -> dict[str, Any]:
    units = {"kd": (binding.kd_nM, "nM"), "kon": (binding.kon, "1/(nM day)")}
    units["koff"] = (binding.koff, "1/day")
    texts = {key: f"{v!r} {unit}" for key, (v, unit) in units.items() if v is not None}
    return {**texts, "valency": binding.valency, "source": binding.source}


def _regimen(regimen: Regimen) -> dict[str, Any]:
    return {
        "label": regimen.label,
        "source": regimen.source,
        "missed": regimen.missed,
        "missed_probability": regimen.missed_probability,
        "doses": [_dose_rule(rule) for rule in regimen.rules],
    }


def _dose_rule(rule: DoseRule) -> dict[str, Any]:
    return {
        "amount": f"{rule.amount!r} {'mg/kg' if rule.per_kg else 'mg'}",
        "route": rule.route,
        "days": rule.days,
        "duration": f"{rule.duration!r} days" if rule.duration else None,
        "cap": None if rule.cap is None else f"{rule.cap!r} mg",
    }


def _table(name: str | None, rows: Mapping[str, Any]) -> str:
    lines = [] if name is None else [f"[{name}]"]
    lines += [f"{_key(key)} = {_value(value)}" for key, value in rows.items() if value is not None]
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else json.dumps(key)


def _value(value: Any) -> str:
    # A JSON string is a TOML basic string, but for DEL, which JSON leaves bare.
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inside = [f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None]
        return f"{{ {', '.join(inside)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    return repr(value)
