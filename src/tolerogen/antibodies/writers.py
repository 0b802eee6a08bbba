"""Numbered domains out: the JSON contract, AIRR TSV, aligned FASTA."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tolerogen.antibodies.numbering import Domain
from tolerogen.errors import OutputError, SpecError

LOCI = {"H": "IGH", "K": "IGK", "L": "IGL"}
AIRR_COLUMNS = (
    "sequence_id", "sequence", "rev_comp", "productive", "locus", "v_call", "d_call", "j_call",
    "sequence_alignment", "germline_alignment", "junction", "v_cigar", "d_cigar", "j_cigar",
    "sequence_aa", "sequence_alignment_aa", "junction_aa", "fwr1_aa", "cdr1_aa", "fwr2_aa",
    "cdr2_aa", "fwr3_aa", "cdr3_aa", "fwr4_aa", "v_identity", "j_identity",
)  # fmt: skip
REGIONS = {
    "fwr1_aa": (1, 26), "cdr1_aa": (27, 38), "fwr2_aa": (39, 55), "cdr2_aa": (56, 65),
    "fwr3_aa": (66, 104), "cdr3_aa": (105, 117), "fwr4_aa": (118, 128), "junction_aa": (104, 118),
}  # fmt: skip

_NUMBER = re.compile(r"\d+")


def domain_record(domain: Domain) -> dict[str, Any]:
    """Return the keys that other programs read: those of ``antibody number --json``."""
    return {
        "id": domain.id,
        "chain": domain.chain,
        "start": domain.start,
        "end": domain.end,
        "numbering": [list(pair) for pair in zip(domain.positions, domain.residues, strict=True)],
        "germline_v": domain.v.gene if domain.v else None,
        "germline_j": domain.j.gene if domain.j else None,
        "cdr1": domain.cdrs[0],
        "cdr2": domain.cdrs[1],
        "cdr3": domain.cdrs[2],
        "status": domain.status,
    }


def airr_tsv(domains: Iterable[Domain]) -> Iterator[str]:
    """Return the lines of AIRR rearrangements: regions by IMGT; the nucleotide columns are empty.

    A second domain of the same sequence gets ``_2`` after its id, as AIRR asks for unique ids.
    """
    yield "\t".join(AIRR_COLUMNS) + "\n"
    seen: dict[str, int] = {}
    for domain in domains:
        seen[domain.id] = count = seen.get(domain.id, 0) + 1
        row: dict[str, Any] = {name: _region(domain, *span) for name, span in REGIONS.items()}
        row |= {
            "sequence_id": domain.id if count == 1 else f"{domain.id}_{count}",
            "locus": LOCI[domain.chain],
            "v_call": domain.v.gene if domain.v else "",
            "j_call": domain.j.gene if domain.j else "",
            "sequence_aa": domain.residues,
            "sequence_alignment_aa": domain.residues,
            "v_identity": f"{domain.v.identity:.4f}" if domain.v else "",
            "j_identity": f"{domain.j.identity:.4f}" if domain.j else "",
        }
        line = io.StringIO()
        csv.writer(line, delimiter="\t", lineterminator="\n").writerow(
            [row.get(name, "") for name in AIRR_COLUMNS]
        )
        yield line.getvalue()


def aligned_fasta(domains: Iterable[Domain]) -> Iterator[str]:
    """Return FASTA with the domains aligned on all positions that any of them fills.

    Of each domain its name, layout (shared) and residues are kept until the last has come.
    """
    kept = [(f">{d.id} {d.chain}\n", d.imgt, d.residues) for d in domains]
    layouts = {layout for _, layout, _ in kept}
    columns = sorted({place for layout in layouts for place in layout}, key=imgt_order)
    for name, layout, residues in kept:
        placed = dict(zip(layout, residues, strict=True))
        yield name + "".join(placed.get(c, "-") for c in columns) + "\n"


def json_lines(domains: Iterable[Domain]) -> Iterator[str]:
    """Return one JSON document, a domain a line: a numbering over 500 lines helps nobody."""
    before = "["
    for domain in domains:
        yield before + json.dumps(domain_record(domain))
        before = ",\n "
    yield "]\n" if before != "[" else "[]\n"


def imgt_order(position: str) -> tuple[int, int]:
    """Return a key that sorts IMGT positions along the chain.

    Insertions after 111, 32 and 60 count upwards, those before 112, 33 and 61 downwards.

    Examples
    --------
    >>> sorted(["112", "112A", "111A", "112B", "111"], key=imgt_order)
    ['111', '111A', '112B', '112A', '112']
    """
    match = _NUMBER.match(position)
    place = int(match.group()) if match else 0
    letters = position[match.end() :] if match else ""
    rank = sum((ord(letter) - 64) * 26**i for i, letter in enumerate(reversed(letters)))
    return place, -rank if place in (33, 61, 112) else rank


def _region(domain: Domain, low: int, high: int) -> str:
    pairs = zip(domain.imgt, domain.residues, strict=True)
    return "".join(residue for place, residue in pairs if low <= imgt_order(place)[0] <= high)


def write_domains(path: str | Path, domains: Iterable[Domain]) -> None:
    """Write domains to a file by its suffix: ``.tsv`` (AIRR), ``.fasta`` or ``.fa``, ``.json``.

    They are written as they come, but the file is complete or not there: it is written beside and
    renamed.

    Raises
    ------
    SpecError
        For another suffix.
    OutputError
        When the file cannot be written.
    """
    file = Path(path)
    forms: dict[str, Callable[[Iterable[Domain]], Iterator[str]]] = {
        ".tsv": airr_tsv,
        ".fasta": aligned_fasta,
        ".fa": aligned_fasta,
        ".json": json_lines,
    }
    if file.suffix not in forms:
        raise SpecError(f"{file}: cannot write '{file.suffix}'; name it .tsv, .fasta or .json.")
    beside = file.with_name(f".{file.name}.part")
    try:
        with beside.open("w", encoding="utf-8") as out:
            out.writelines(forms[file.suffix](domains))
        beside.replace(file)
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror}).") from None
    finally:
        beside.unlink(missing_ok=True)
