"""The report of a design: one page to read, tables to work on, a sheet for each candidate."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import mkdtemp

from tolerogen.errors import OutputError
from tolerogen.oligos.cells import csv_text
from tolerogen.oligos.design_rows import SHEET, design_record, sheet_rows
from tolerogen.oligos.placed import PlacedCandidate, haplotypes_of_first
from tolerogen.oligos.sheet import sheet
from tolerogen.oligos.track import Mark, draw_track, profile
from tolerogen.oligos.transcripts import Transcript
from tolerogen.provenance import plain, versions

STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#212529}"
    "table{border-collapse:collapse;font-size:13px;margin:1em 0}"
    "td,th{border:1px solid #dee2e6;padding:3px 7px;text-align:left;vertical-align:top}"
    "td.n{text-align:right}code,td.s{font-family:monospace}svg{max-width:100%;height:auto}"
    "section{border-top:2px solid #ced4da;margin-top:2em}.wide{overflow-x:auto}"
)


@dataclass(frozen=True)
class DesignContext:
    """What a design was made from.

    Attributes
    ----------
    transcripts
        As for `design_for`.
    pre_mrna
        Whether the pre-mRNA was walked over.
    question
        What was asked for, as (name, value).
    """

    transcripts: tuple[Transcript, ...]
    pre_mrna: bool
    question: tuple[tuple[str, str], ...]


def write_report(found: Sequence[PlacedCandidate], context: DesignContext, folder: Path) -> None:
    """Write a folder: ``report.html``, ``candidates`` as CSV and JSON, ``track.svg``, ``sheets``.

    Raises
    ------
    OutputError
        When the folder holds something already, or cannot be written; nothing is left half
        written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(
            f"{folder} is there already and not empty; name another folder for the report."
        )
    track = track_of(found, context)
    sheets = [sheet(placed, number, context.transcripts, context.pre_mrna)
              for number, placed in enumerate(found, start=1)]  # fmt: skip
    files = {
        "report.html": _page(found, context, track, sheets),
        "track.svg": track,
        "candidates.csv": csv_text(SHEET, sheet_rows(found)),
        "candidates.json": json.dumps(plain([design_record(p) for p in found]), indent=1),
    }
    for number, (placed, text) in enumerate(zip(found, sheets, strict=True), start=1):
        name = f"sheets/{number:03d}-{placed.candidate.oligo.sequence}.html"
        files[name] = _whole(f"{number}. {placed.candidate.oligo.sequence}", text)
    _write_all(files, folder)


def track_of(found: Sequence[PlacedCandidate], context: DesignContext) -> str:
    """Draw the transcript that was designed for, with the candidates and the person's variants."""
    names = {h for placed in found for h in placed.haplotypes}
    own = haplotypes_of_first(context.transcripts)
    shown = next((t for t in own if t.haplotype in names), own[0])
    text = shown.pre_mrna if context.pre_mrna else shown.mrna
    blocks = shown.mrna_to_pre.blocks
    exons = [
        (b.there, b.there + b.length) if context.pre_mrna else (b.here, b.here + b.length)
        for b in blocks
    ]
    best = max((p.candidate.rank.score for p in found if p.candidate.rank), default=1.0)
    marks = [
        Mark(
            p.candidate.start,
            p.candidate.start + len(p.candidate.oligo),
            f"{n}. {p.candidate.oligo.sequence} at {p.candidate.start}",
            p.candidate.rank.score / best if p.candidate.rank and best > 0 else 1.0,
        )
        for n, p in enumerate(found, start=1)
    ]
    variants = variant_marks(own, shown, context.pre_mrna)
    return draw_track(shown.name, len(text), exons, profile(text), marks, variants)


def variant_marks(
    haplotypes: Sequence[Transcript], shown: Transcript, pre_mrna: bool
) -> tuple[Mark, ...]:
    """Return where the variants of any haplotype lie on the one that is shown."""
    there = shown.pre_to_genome if pre_mrna else shown.mrna_to_genome
    found = {}
    for transcript in haplotypes:
        for variant in transcript.variants:
            where, _, change = variant.partition(" ")
            first = int(where.split(":")[1]) - 1
            for at in range(first, first + len(change.partition(">")[0])):
                here = there.back(at)
                if here is not None and variant not in found:
                    found[variant] = Mark(here, here + 1, variant)
    return tuple(found.values())


def _page(
    found: Sequence[PlacedCandidate],
    context: DesignContext,
    track: str,
    sheets: Sequence[str],
) -> str:
    gene = found[0].candidate.gene
    asked = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in (*context.question, *versions().items())
    )
    notes = dict.fromkeys(note for t in context.transcripts for note in t.notes)
    told = "".join(f"<li>{escape(note)}</li>" for note in notes)
    head = "".join(f"<th>{escape(name)}</th>" for name in SHEET)
    rows = "".join(
        "<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in sheet_rows(found)
    )
    return _whole(
        f"Oligos against {gene}",
        f"<h1>Oligos against {escape(gene)}</h1>"
        "<p>Candidates for experiments, not evidence that any of them works or is safe. A score "
        "tells oligos of one gene apart; how well each number was measured to hold stands "
        "beside it on the sheets.</p>"
        f"<h2>What was asked</h2><table>{asked}</table>"
        + (f"<ul>{told}</ul>" if told else "")
        + f"<h2>Along the transcript</h2>{track}"
        f'<h2>Candidates</h2><div class="wide"><table><tr>{head}</tr>{rows}</table></div>'
        + "".join(sheets),
    )


def _cell(value: object) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, int | float):
        return (
            f'<td class="n">{value:.4g}</td>'
            if isinstance(value, float)
            else (f'<td class="n">{value}</td>')
        )
    return f'<td class="s">{escape(str(value))}</td>'


def _whole(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def _write_all(files: dict[str, str], folder: Path) -> None:
    """Write beside the folder first, so that a failure leaves nothing that looks whole."""
    part: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        for name, text in files.items():
            path = part / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        part.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
        raise OutputError(f"{folder}: cannot be written ({error.strerror}).") from None
