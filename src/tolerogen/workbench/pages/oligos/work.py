"""The job of this page: design oligos against a transcript, and hand them over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError, choices
from tolerogen.provenance import plain
from tolerogen.workbench.uploads import as_file, check_length

if TYPE_CHECKING:
    from tolerogen.oligos import PlacedCandidate, TranscriptIndex
    from tolerogen.workbench.jobs import Job, Jobs

Progress = Callable[[int, int], None]
MECHANISMS = {"rnase-h": "Cut the RNA (RNase H)", "steric": "Stand in the way"}
CHEMISTRIES = ("moe 5-10-5", "lna 3-10-3", "lna 3-*-3", "moe 5-*-5", "dna/ps", "moe/ps")
CELLS = ("hepatocyte", "lymphocyte")
WANTED = "a transcript (FASTA of mRNA or pre-mRNA of one gene)"
TRANSCRIPTOME = "a transcriptome (FASTA)"
MOST_TOP = 100
HANDED_OVER = 3
"""Candidates that a therapy file is written for."""


def start(jobs: Jobs, text: str, name: str, **asked: Any) -> Job:
    """Start a design.

    Parameters
    ----------
    text, name
        Transcript (FASTA), and what it is called.
    asked
        ``mechanism``, ``chemistry`` (a list), ``lengths``, ``region``, ``top``, ``transcriptome``
        (FASTA to look for off-targets in, or empty), ``node`` and ``cells`` (to hand over; node may
        be empty).

    Raises
    ------
    SpecError
        Nothing was given, or what makes no sense.
    """
    from tolerogen import oligos

    if asked["mechanism"] not in MECHANISMS:
        raise SpecError(f"Mechanism: {choices(str(asked['mechanism'])[:40], MECHANISMS)}")
    if asked["cells"] not in CELLS:
        raise SpecError(f"Cells: {choices(str(asked['cells'])[:40], CELLS)}")
    if not 1 <= asked["top"] <= MOST_TOP:
        raise SpecError(f"{asked['top']} candidates were asked for; give 1 to {MOST_TOP}.")
    if asked["lengths"]:
        oligos.read_lengths(asked["lengths"])
    if asked["region"]:
        oligos.read_region(asked["region"])
    check_length(text + asked["transcriptome"], WANTED)
    check_length(text, WANTED)
    return jobs.add("oligos", f"Oligos against {name}", {"text": text, "name": name, **asked})


def design(task: Mapping[str, Any], out: Path, progress: Progress) -> None:
    """Find the best oligos, and write the room's report of them."""
    from tolerogen import oligos

    with (
        as_file(task["text"], task["name"], ".fa") as path,
        _index(task["transcriptome"]) as index,
    ):
        progress(0, 3)
        transcripts = oligos.read_transcripts(path)
        found = oligos.design_for(
            transcripts,
            mechanism=task["mechanism"],
            chemistries=tuple(task["chemistry"]),
            lengths=oligos.read_lengths(task["lengths"]) if task["lengths"] else oligos.LENGTHS,
            region=oligos.read_region(task["region"]) if task["region"] else None,
            index=index,
            top=task["top"],
        )
    progress(1, 3)
    asked = {"target": task["name"], "mechanism": task["mechanism"],
             "chemistry": ", ".join(task["chemistry"]), "lengths": task["lengths"],
             "region": task["region"],
             "transcriptome": "uploaded" if task["transcriptome"] else ""}  # fmt: skip
    told = tuple((name, value) for name, value in asked.items() if value)
    folder = out / "oligos"
    oligos.write_report(found, oligos.DesignContext(transcripts, False, told), folder)
    progress(2, 3)
    oligos.write_order(oligos.make_order([p.candidate.oligo for p in found]), folder / "order.csv")
    notes = _hand_over(found, task["node"], task["cells"], folder) if task["node"] else []
    document = {
        "gene": found[0].candidate.gene if found else "",
        "candidates": [plain(oligos.design_record(placed)) for placed in found],
        "offtargets": bool(task["transcriptome"]),
        "therapies": notes,
    }
    (folder / "result.json").write_text(json.dumps(document), encoding="utf-8")
    progress(3, 3)


@contextmanager
def _index(text: str) -> Iterator[TranscriptIndex | None]:
    """Index an uploaded transcriptome while this lasts."""
    from tolerogen import oligos

    if not text:
        yield None
        return
    with as_file(text, "the transcriptome", ".fa") as path:
        yield oligos.build_index(path)


def _hand_over(
    found: Sequence[PlacedCandidate], node: str, cells: str, folder: Path
) -> list[dict[str, str]]:
    """Write the first candidates as therapy files; tell what each says of itself."""
    from tolerogen.therapies import therapy_from_oligo, therapy_toml

    made = []
    for number, placed in enumerate(found[:HANDED_OVER], 1):
        therapy = therapy_from_oligo(placed.candidate, target=node, cells=cells)
        file = f"therapy-{number:03d}.toml"
        (folder / file).write_text(therapy_toml(therapy), encoding="utf-8")
        made.append({"file": file, "name": therapy.name, "notes": therapy.notes})
    return made
