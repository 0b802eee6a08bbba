"""Jobs on sequences: number and judge them, humanise them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError, choices
from tolerogen.workbench.uploads import as_file, check_length, suffix_of

if TYPE_CHECKING:
    from tolerogen.antibodies import Domain, SequenceRecord
    from tolerogen.workbench.jobs import Job, Jobs

Progress = Callable[[int, int], None]
SCHEMES = ("imgt", "kabat", "chothia", "martin", "aho")
DIALS = ("human", "balanced", "conservative")
MOST = 500
"""Sequences of one page; the command line takes any number."""
WANTED = "sequences (FASTA, CSV, AIRR TSV or PDB)"
SUFFIXES = (".csv", ".tsv", ".airr", ".pdb", ".ent")


def start(jobs: Jobs, kind: str, text: str, name: str, setting: str) -> Job:
    """Start ``sequences`` in a scheme, or ``humanise`` by a dial.

    Raises
    ------
    SpecError
        Nothing was given, or an unknown scheme or dial.
    """
    known, title = {"sequences": (SCHEMES, "Sequences"), "humanise": (DIALS, "Humanised")}[kind]
    if setting not in known:
        raise SpecError(f"{kind}: {choices(setting[:40], known)}")
    task = {"text": check_length(text, WANTED), "name": name, "setting": setting}
    return jobs.add(kind, f"{title} ({setting}): {name}", task)


def judge(task: Mapping[str, Any], out: Path, progress: Progress) -> None:
    """Find the domains of each sequence, and tell what is on them."""
    from tolerogen.antibodies import number_many, write_domains
    from tolerogen.antibodies.annotation import draw

    records = _records(task)
    domains: list[Domain] = []
    silent = []
    for count, found in enumerate(number_many(records, task["setting"]), 1):
        domains += found.domains
        if not found.domains:
            silent.append({"id": found.id, "reason": found.reason})
        progress(count, len(records))
    told = [_told(domain) for domain in domains]
    folder = out / "antibodies"
    folder.mkdir()
    if domains:
        (folder / "annotated.svg").write_text(draw(domains), encoding="utf-8")
        write_domains(folder / "domains.tsv", domains)
        write_domains(folder / "domains.fasta", domains)
        _liabilities(folder / "liabilities.csv", told)
    _write(folder, {"domains": told, "silent": silent, "scheme": task["setting"]})


def humanise(task: Mapping[str, Any], out: Path, progress: Progress) -> None:
    """Humanise each molecule, and write the leading variants as FASTA."""
    from tolerogen.antibodies.humanness import humanise as run

    records = _records(task)
    progress(0, 1)
    made = run(records, task["setting"])
    folder = out / "antibodies"
    folder.mkdir()
    lines = [
        f">{one.id}_{name}\n{sequence}\n"
        for one in made
        for name, sequence in (("VH", one.vh), ("VL", one.vl))
        if sequence
    ]
    (folder / "humanised.fasta").write_text("".join(lines), encoding="utf-8")
    _write(folder, {"molecules": [one.record() for one in made], "dial": task["setting"]})
    progress(1, 1)


def _records(task: Mapping[str, Any]) -> list[SequenceRecord]:
    from tolerogen.antibodies import read_sequences

    suffix = suffix_of(task["name"], SUFFIXES, ".fasta")
    with as_file(task["text"], task["name"], suffix) as path:
        records = read_sequences(path)
    if len(records) > MOST:
        raise SpecError(
            f"{task['name']}: {len(records)} sequences; at most {MOST} fit a page. "
            "The command line takes any number."
        )
    return records


def _told(domain: Domain) -> dict[str, Any]:
    from tolerogen.antibodies import domain_record
    from tolerogen.antibodies.annotation import liabilities, properties
    from tolerogen.antibodies.humanness import humanness

    return {
        **domain_record(domain),
        "v_identity": domain.v.identity if domain.v else None,
        "warnings": list(domain.warnings),
        "properties": vars(properties(domain.residues)),
        "liabilities": [one.record() for one in liabilities(domain)],
        "humanness": humanness(domain).record(),
    }


def _liabilities(file: Path, told: list[dict[str, Any]]) -> None:
    rows = [one for domain in told for one in domain["liabilities"]]
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.DictWriter(opened, sorted({key for row in rows for key in row}))
        table.writeheader()
        for row in rows:
            table.writerow({key: _inert(value) for key, value in row.items()})


def _inert(value: object) -> object:
    """Keep a name from being a formula of a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _write(folder: Path, document: Mapping[str, Any]) -> None:
    (folder / "result.json").write_text(json.dumps(document), encoding="utf-8")
