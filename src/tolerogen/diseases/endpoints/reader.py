"""Read ``endpoints.toml`` and refuse one that contradicts itself."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from tolerogen.diseases.endpoints.definition import Endpoints
from tolerogen.errors import SpecError, choices

Shape = TypeVar("Shape")


def read_toml(path: Path, shape: type[Shape]) -> Shape:
    """Read a TOML file into a (pydantic) dataclass.

    Parameters
    ----------
    path
        The file.
    shape
        Frozen dataclass whose fields are the keys of the file.

    Raises
    ------
    SpecError
        Names the file and the key of the first thing that is wrong.
    """
    if not path.is_file():
        raise SpecError(f"{path.parent.name}: the disease folder lacks {path.name}.")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return TypeAdapter(shape).validate_python(content)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path.name} is not valid TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SpecError(
            f"{path.parent.name}/{path.name}, key {where}: {first['msg']}. "
            "The page of the room 'diseases' lists the keys."
        ) from None


@cache
def read_endpoints(folder: Path) -> Endpoints:
    """Read the endpoints of a disease.

    Parameters
    ----------
    folder
        The disease folder (`Disease.folder`).

    Raises
    ------
    SpecError
        When the file is missing, has an unknown key, names something that it does not define,
        or the weights do not add to the published maximum of a score.
    """
    path = folder / "endpoints.toml"
    endpoints = read_toml(path, Endpoints)
    for problem in _problems(endpoints):
        raise SpecError(f"{folder.name}/{path.name}: {problem}")
    return endpoints


def _problems(endpoints: Endpoints) -> Iterator[str]:
    yield from _score_problems(endpoints)
    yield from _name_problems(endpoints)
    yield from _rule_problems(endpoints)
    driven = {
        entry.id: entry.drivers
        for group in (endpoints.domain, endpoints.scale, endpoints.test)
        for entry in group
    }
    for name, drivers in driven.items():
        if sum(abs(share) for share in drivers.values()) > 1 + 1e-9:
            yield f"the driver shares of '{name}' add to more than 1; lower them."


def _score_problems(endpoints: Endpoints) -> Iterator[str]:
    known = {score.id for score in endpoints.score}
    for domain in endpoints.domain:
        for name in domain.weights:
            if name not in known:
                yield f"domain '{domain.id}' weighs an unknown score; {choices(name, known)}"
        if domain.levels[0] != 0 or list(domain.levels) != sorted(set(domain.levels)):
            yield f"the levels of '{domain.id}' must rise from 0."
        if (domain.prevalence is None) != bool(domain.rules):
            yield f"domain '{domain.id}' needs either a prevalence or rules, not both."
    for score in endpoints.score:
        most = sum(d.weights.get(score.id, 0) * max(d.levels) for d in endpoints.domain)
        if most != score.maximum:
            yield (
                f"weights and levels of '{score.id}' add to {most}, but its maximum is "
                f"{score.maximum}; correct a weight, a level or the maximum."
            )


def _name_problems(endpoints: Endpoints) -> Iterator[str]:
    measures = set(endpoints.measures)
    scales = {scale.id for scale in endpoints.scale}
    for composite in endpoints.composite:
        for name in composite.items:
            if name not in scales:
                yield f"composite '{composite.id}': no scale '{name}'; {choices(name, scales)}"
    for responder in endpoints.responder:
        for name in (c.measure for item in responder.item for c in item.any):
            if name not in measures:
                yield f"responder '{responder.id}': no measure '{name}'; {choices(name, measures)}"


def _rule_problems(endpoints: Endpoints) -> Iterator[str]:
    flags = {flag.id for flag in endpoints.flag}
    for domain in endpoints.domain:
        for rule in domain.rules:
            if rule.flag is not None and rule.flag not in flags:
                yield f"domain '{domain.id}': no flag '{rule.flag}'; {choices(rule.flag, flags)}"
            if rule.measure is not None and rule.measure not in {x.id for x in endpoints.lab}:
                yield f"domain '{domain.id}': a rule needs a lab, '{rule.measure}' is none."
