"""A candidate from a TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tolerogen.antibodies.candidate import AntibodyCandidate
from tolerogen.antibodies.exposure import ReceptorLoad
from tolerogen.errors import SpecError, choices

KEYS = (
    "name", "target", "action", "vh", "vl", "isotype", "changes", "sensorgrams", "model",
    "binding_source", "cynomolgus_clearance", "tg32_clearance", "sources", "kon", "koff", "kd",
    "load",
)  # fmt: skip
NEEDED = ("name", "target", "vh", "vl", "isotype")
NUMBERS = ("kon", "koff", "kd", "cynomolgus_clearance", "tg32_clearance")
LOAD = ("cells", "per_cell", "turnover")


def read_candidate(path: str | Path) -> AntibodyCandidate:
    """Read a candidate: sequences, format, and constants or a file of sensorgrams to fit.

    Raises
    ------
    SpecError
        When the file cannot be read, or a key is missing, unknown or of the wrong kind.
    """
    file = Path(path)
    data = _parsed(file)
    for key in data:
        if key not in KEYS:
            raise SpecError(f"{file.name}: unknown key '{key}'; {choices(key, KEYS)}")
    absent = [key for key in NEEDED if not data.get(key)]
    if absent:
        raise SpecError(f"{file.name}: {', '.join(absent)} missing.")
    for key in NUMBERS:
        value = data.get(key, 1.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise SpecError(f"{file.name}, {key}: must be a number above zero.")
    if data.get("action", "block") not in ("block", "neutralise"):
        raise SpecError(f"{file.name}, action: write 'block' or 'neutralise'.")
    sensorgrams, model = data.pop("sensorgrams", None), data.pop("model", "auto")
    data["changes"] = tuple(data.get("changes", ()))
    data["sources"] = tuple(data.get("sources", ()))
    if "load" in data:
        data["load"] = _load(data["load"], file.name)
    candidate = AntibodyCandidate(**{"action": "block", **data})
    _ = candidate.heavy, candidate.light  # tells now what is wrong with sequences and format
    if sensorgrams is None:
        return candidate
    return _fitted(candidate, file.parent / sensorgrams, model)


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(f"{file}: cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(f"{file}: is not TOML ({error}).") from None


def _load(table: Any, where: str) -> ReceptorLoad:
    wanted = {*LOAD, "source"}
    if not isinstance(table, dict) or not set(LOAD) <= set(table) <= wanted:
        raise SpecError(f"{where}, load: give cells, per_cell, turnover (1/day) and source.")
    for key in LOAD:
        value = table[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise SpecError(f"{where}, load.{key}: must be a number above zero.")
    return ReceptorLoad(**table)


def _fitted(candidate: AntibodyCandidate, file: Path, model: str) -> AntibodyCandidate:
    from tolerogen.antibodies.kinetics import fit_kinetics, read_sensorgrams

    grams = read_sensorgrams(file)
    if len(grams) != 1:
        raise SpecError(f"{file}: holds {len(grams)} analytes; a candidate needs one.")
    fit = fit_kinetics(grams[0], model)
    told = candidate.binding_source
    source = f"{fit.model} fit of {file.name}" + ("" if told == "unsourced" else f"; {told}")
    return candidate.bound(fit, source)
