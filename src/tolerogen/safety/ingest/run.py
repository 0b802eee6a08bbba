"""Ingest sources into a folder: stage by stage, continued when cut, tables written at the end."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tolerogen.errors import OutputError, SpecError, choices
from tolerogen.safety.ingest.compressed import content_of
from tolerogen.safety.ingest.faers import read_deletions, read_faers
from tolerogen.safety.ingest.merge import merge
from tolerogen.safety.ingest.nested import read_faers_xml, read_openfda
from tolerogen.safety.ingest.pairs import read_pairs
from tolerogen.safety.ingest.stage import DRUGS, EVENTS, REPORTS, SCHEMAS, Stage
from tolerogen.safety.ingest.vaers import FILE as VAERS
from tolerogen.safety.ingest.vaers import read_vaers

Progress = Callable[[int, int], None]
VERSION = "1"
"""Part of a stage's name: stages of another layout are read again."""


@dataclass(frozen=True)
class Ingested:
    """What an ingest made.

    Attributes
    ----------
    folder
        Where ``reports.parquet``, ``drugs.parquet`` and ``events.parquet`` lie.
    sources
        Name, format and counts of each source.
    reports, drugs, events
        Rows of the three tables.
    superseded, deleted
        Versions left out because a later one exists, and cases on a deletion list.
    rejects
        Rows put apart, by reason; they lie in ``rejects.csv``.
    warnings
        Values that were left out, by reason.
    """

    folder: Path
    sources: tuple[dict[str, Any], ...]
    reports: int
    drugs: int
    events: int
    superseded: int
    deleted: int
    rejects: dict[str, int]
    warnings: dict[str, int]

    def document(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {**asdict(self), "folder": str(self.folder), "sources": list(self.sources)}


def ingest(
    sources: Sequence[Path],
    folder: Path,
    *,
    kind: str | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Ingested:
    """Read sources and write the three tables.

    Parameters
    ----------
    sources
        Files or folders: FAERS zip, folder or XML, openFDA JSON, VAERS, CSV, deletion lists.
    folder
        Where to write. Sources that were read into it before stay part of it.
    kind
        ``faers``, ``faers-xml``, ``openfda``, ``vaers``, ``pairs`` or ``deletions``; guessed from
        names by default.

    Raises
    ------
    SpecError
        When a source has an unknown layout; nothing of it is kept.
    OutputError
        When the folder cannot be written.
    """
    stages, new = folder / "stages", not folder.exists()
    try:
        stages.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror}).") from None
    try:
        _read_all(sources, stages, kind, progress)
    except SpecError:
        if new and not any(stages.iterdir()):
            shutil.rmtree(folder)  # nothing was read into it: it was not there before, nor is now
        raise
    (folder / "manifest.json").unlink(missing_ok=True)
    about, counts = merge(stages, folder)
    made = Ingested(folder=folder, sources=tuple(about), **counts)
    _write_text(folder / "manifest.json", json.dumps(made.document(), indent=1))
    return made


def _read_all(sources: Sequence[Path], stages: Path, kind: str | None, progress: Progress) -> None:
    for left in stages.glob(".part-*"):
        shutil.rmtree(left)  # of a run that was cut
    for done, source in enumerate(sources):
        progress(done, len(sources))
        name = _key(source)
        if not (stages / name).exists():
            how = kind or guess(source)
            if how not in READERS:
                raise SpecError(f"--format: '{how}' is unknown; {choices(how, READERS)}")
            _write_stage(stages, name, source, how, READERS[how](source))
    progress(len(sources), len(sources))


def guess(source: Path) -> str:
    """Guess the format of a source from its name.

    Examples
    --------
    >>> guess(Path("faers_ascii_2022Q4.zip")), guess(Path("2014VAERSVAX.csv"))
    ('faers', 'vaers')
    """
    if not source.exists() and source.parent != Path("."):
        raise SpecError(f"{source}: does not exist.")
    names = [source.name] if not source.is_dir() else [p.name for p in source.iterdir()]
    if any(VAERS.search(name) for name in names):
        return "vaers"
    if source.is_dir() or source.suffix.lower() == ".zip":
        return "faers"
    stem = source.name.lower().removesuffix(".gz")
    if stem.startswith("delete"):
        return "deletions"
    return {".xml": "faers-xml", ".json": "openfda", ".jsonl": "openfda"}.get(
        Path(stem).suffix, "pairs"
    )


def _deletions(file: Path) -> Stage:
    numbers = read_deletions(content_of(file))
    stage = Stage(REPORTS.empty_table(), DRUGS.empty_table(), EVENTS.empty_table())
    stage.deleted, stage.rows = tuple(numbers), len(numbers)
    return stage


READERS: dict[str, Callable[[Path], Stage]] = {
    "faers": read_faers,
    "faers-xml": read_faers_xml,
    "openfda": read_openfda,
    "vaers": read_vaers,
    "pairs": read_pairs,
    "deletions": _deletions,
}


def _key(source: Path) -> str:
    """Name a source by its content, so that the same file is never read twice."""
    digest = hashlib.sha256(VERSION.encode())
    files = sorted(source.rglob("*")) if source.is_dir() else [source]
    for file in files:
        if file.is_file():
            digest.update(file.name.encode())
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    if not source.exists():
        raise SpecError(f"{source}: does not exist.")
    return digest.hexdigest()[:16]


def _write_stage(stages: Path, name: str, source: Path, kind: str, stage: Stage) -> None:
    part = stages / f".part-{name}"
    part.mkdir()
    for table in SCHEMAS:
        pq.write_table(getattr(stage, table), part / f"{table}.parquet", compression="zstd")
    pq.write_table(
        pa.table({"case_id": pa.array(stage.deleted, pa.string())}), part / "deleted.parquet"
    )
    rejects = [asdict(reject) for reject in stage.rejects]
    about = {
        "source": source.name,
        "format": kind,
        "rows": stage.rows,
        "reports": len(stage.reports),
        "drugs": len(stage.drugs),
        "events": len(stage.events),
        "deleted": len(stage.deleted),
        "rejects": dict(Counter(_countable(r.reason) for r in stage.rejects)),
        "warnings": dict(stage.warnings),
    }
    _write_text(part / "rejects.json", json.dumps(rejects))
    _write_text(part / "about.json", json.dumps(about))
    os.replace(part, stages / name)


def _countable(reason: str) -> str:
    return reason.partition(": ")[0] if reason.startswith("wrong number") else reason


def _write_text(file: Path, text: str) -> None:
    part = file.with_name(f".{file.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, file)
