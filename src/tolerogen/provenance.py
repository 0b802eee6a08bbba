"""Where a result came from: content hash, seed, versions, sources.

A result that cannot say what it was made from cannot be checked. `content_hash` gives equal
values equal names on every machine; `Provenance` travels with each result.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

LIBRARIES = ("numpy", "pandas", "xarray", "libroadrunner", "antimony", "statsmodels")


@dataclass(frozen=True)
class Provenance:
    """What a result was made from.

    Attributes
    ----------
    content
        Hash of everything that determines the numbers: spec, model, parameters, seed.
    seed
        The one integer seed of the run.
    versions
        Version of Tolerogen and of the libraries that computed the numbers.
    sources
        Citations (DOI, PMID, URL) of the facts that were used.
    """

    content: str
    seed: int
    versions: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


def content_hash(value: Any) -> str:
    """Name a value by its content.

    Parameters
    ----------
    value
        Anything made of dataclasses, mappings, sequences, paths, strings and numbers.

    Returns
    -------
    str
        First 16 hexadecimal digits of the SHA-256 of its canonical JSON.

    Examples
    --------
    >>> content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    True
    """
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), allow_nan=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold, losing nothing that names it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Path):
        return value.as_posix()
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:  # a numpy scalar
        return value.item()
    if hasattr(value, "tolist"):  # a numpy array or a pandas series
        return plain(value.tolist())
    return value


def finite(value: Any) -> Any:
    """Replace numbers that JSON cannot hold, NaN and infinity, by None, however deep they lie.

    Examples
    --------
    >>> finite({"low": float("-inf"), "all": (1.0, float("nan"))})
    {'low': None, 'all': [1.0, None]}
    """
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def versions() -> dict[str, str]:
    """Return the versions of Tolerogen and of the libraries that compute its numbers."""
    found = {}
    for name in ("tolerogen", *LIBRARIES):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
