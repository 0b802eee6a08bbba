"""Dosing rules read from TOML, with units."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tolerogen.engine.model import Model
from tolerogen.engine.rules import DosingRule
from tolerogen.errors import SpecError, choices
from tolerogen.units import convert

_KEYS = (
    *("action", "observable", "above", "below", "every", "start", "factor", "least", "most"),
    *("amount", "into", "times", "governs"),
)


def read_rules(path_or_text: str | Path, model: Model) -> tuple[DosingRule, ...]:
    """Read dosing rules.

    Parameters
    ----------
    path_or_text
        A TOML file with ``[[rule]]`` tables, or its text.
    model
        Gives the units that limits are converted to.

    Returns
    -------
    tuple of DosingRule
        In the order of the file.

    Raises
    ------
    SpecError
        When the file cannot be read, a key is unknown, or a value has the wrong unit.

    Examples
    --------
    >>> from tolerogen.engine import load_model
    >>> model = load_model("model m; S = 2; k = 0.5; S -> ; k*S; end")
    >>> head = ["[[rule]]", "action = 'stop'", "observable = 'S'"]
    >>> text = chr(10).join([*head, "below = 1", "every = '2 weeks'"])
    >>> read_rules(text, model)[0].text
    'stop when S < 1, looked at every 14 days'
    """
    text, where = _text(path_or_text)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{where}: this is not TOML ({error}).") from None
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not tables or set(document) != {"rule"}:
        raise SpecError(f"{where}: write each rule as a table [[rule]], and nothing else.")
    return tuple(_rule(t, f"{where}, rule {i}", model) for i, t in enumerate(tables, start=1))


def _text(given: str | Path) -> tuple[str, str]:
    if isinstance(given, str) and "\n" in given:
        return given, "rules"
    path = Path(given)
    try:
        return path.read_text(encoding="utf-8"), path.name
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: the rules cannot be read ({error}).") from None


def _rule(table: dict[str, Any], where: str, model: Model) -> DosingRule:
    for key in table:
        if key not in _KEYS:
            raise SpecError(f"{where}: key '{key}' is unknown; {choices(key, _KEYS)}")
    for key in ("action", "observable"):
        if key not in table:
            raise SpecError(f"{where}: '{key}' is missing.")
    name = str(table["observable"])
    if name not in model.observables:
        raise SpecError(f"{where}: the model has no '{name}'; {choices(name, model.observables)}")
    unit = model.units(name)
    read = {key: _value(key, value, f"{where}, {key}", unit) for key, value in table.items()}
    return DosingRule(**read)


def _value(key: str, value: Any, where: str, unit: str) -> Any:
    if key in ("every", "start"):
        return convert(value, "day", where=where)
    if key in ("above", "below"):
        return _number(value, unit, where)
    if key == "governs":
        return (value,) if isinstance(value, str) else tuple(value)
    return _number(value, "mg", where) if key == "amount" else value


def _number(value: object, unit: str, where: str) -> float:
    """Read a number in the model's own unit, or a quantity converted to it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if not unit:
        raise SpecError(f"{where}: the model declares no unit for it; give a plain number.")
    return convert(str(value), unit, where=where)
