"""Evidence: what was computed or measured, with its figures and the hashes of its files."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tolerogen.errors import SpecError
from tolerogen.provenance import versions
from tolerogen.result_file import write_file

FOLDER = "evidence"
FORMAT = "tolerogen-evidence/1"
KIND = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


@dataclass(frozen=True)
class Evidence:
    """A piece of evidence.

    Attributes
    ----------
    kind
        ``target``, ``molecule``, ``dose``, ``trial``, ``safety``, ``phase_1_result``, ….
    candidate
        Which one it is about; empty for all.
    figures
        What it says, in numbers.
    files
        What they are from: path in the project, and SHA-256.
    note, made, version
        In words; when (UTC) and by which version.
    file
        The evidence's own file, in the project.
    changed
        Files that are not what they were, or are gone.
    """

    kind: str
    candidate: str
    figures: dict[str, float]
    files: dict[str, str]
    note: str
    made: str
    version: str
    file: str = ""
    changed: tuple[str, ...] = ()


def add_evidence(
    folder: str | Path,
    kind: str,
    *,
    candidate: str = "",
    figures: Mapping[str, float] | None = None,
    files: Sequence[str | Path] = (),
    note: str = "",
) -> Evidence:
    """Add evidence, or replace what there was of that kind and candidate.

    Parameters
    ----------
    files
        In the project's folder; a folder stands for all files in it.

    Raises
    ------
    SpecError
        For a kind or figure that is none, or files that are not there or outside the project.
    """
    root = Path(folder).resolve()
    if not KIND.match(kind):
        raise SpecError(f"'{kind[:50]}' is no kind of evidence: small letters and underscores.")
    numbers = dict(figures or {})
    for name, value in numbers.items():
        if not math.isfinite(value):
            raise SpecError(f"figure '{name}' is {value}; it must be a finite number.")
    made = Evidence(
        kind,
        candidate,
        numbers,
        {path: _digest(root / path) for path in _inside(root, files)},
        note,
        datetime.now(UTC).isoformat(timespec="seconds"),
        versions()["tolerogen"],
        f"{FOLDER}/{kind}{f'-{candidate}' if candidate else ''}.json",
    )
    data: dict[str, Any] = {"format": FORMAT, **asdict(made)}
    del data["file"], data["changed"]
    path = root / made.file
    write_file(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n", parents=True)
    return made


def read_evidence(folder: str | Path) -> tuple[Evidence, ...]:
    """Read all evidence of a project, and look whether its files are what they were.

    Raises
    ------
    SpecError
        When a file is no evidence.
    """
    root, found = Path(folder), []
    for path in sorted((root / FOLDER).glob("*.json")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data.pop("format", None) != FORMAT:
                raise TypeError
            one = Evidence(**data, file=f"{FOLDER}/{path.name}")
        except (OSError, ValueError, TypeError):
            raise SpecError(f"{path}: is no evidence; remove it, or add it again.") from None
        changed = tuple(
            name
            for name, digest in one.files.items()
            if not (root / name).is_file() or _digest(root / name) != digest
        )
        found.append(Evidence(**{**asdict(one), "changed": changed}))
    return tuple(found)


def digest_of(folder: str | Path, evidence: Evidence) -> str:
    """Return the hash of the evidence's own file."""
    return _digest(Path(folder) / evidence.file)


def _inside(root: Path, files: Sequence[str | Path]) -> list[str]:
    found = []
    for given in files:
        path = (root / given).resolve()
        if root not in path.parents:
            raise SpecError(f"{given}: evidence lies in the project's folder; put it there first.")
        if not path.exists():
            raise SpecError(f"{given}: there is no such file in the project.")
        inner = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        found += [one.relative_to(root).as_posix() for one in inner]
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
