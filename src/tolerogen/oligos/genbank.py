"""GenBank flat files: the sequence, and the transcripts that its features describe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.oligos.annotation import Annotated, make_annotated
from tolerogen.oligos.letters import plain_sequence
from tolerogen.oligos.text_lines import lines

_SPAN = re.compile(r"<?(\d+)(?:\.\.>?(\d+))?")
_QUALIFIER = re.compile(r'/(\w+)=(?:"([^"]*)"|(\S+))')


@dataclass(frozen=True)
class GenBank:
    """A record: its name (with version where given), sequence, and transcripts on it."""

    name: str
    sequence: str
    transcripts: tuple[Annotated, ...]


def is_genbank(path: Path) -> bool:
    """Whether the first line that is not empty begins with ``LOCUS``."""
    return next((text.startswith("LOCUS") for _, text in lines(path) if text.strip()), False)


def read_genbank(path: Path) -> tuple[GenBank, ...]:
    """Read a GenBank file.

    Each feature ``mRNA``, ``ncRNA`` or ``misc_RNA`` is a transcript, its spans the exons. A record
    of RNA (by its LOCUS line) without such a feature is itself one transcript.

    Raises
    ------
    SpecError
        When a record has no sequence, is a protein or genomic DNA without a transcript, or a
        location points to another record or to both strands.
    """
    found: list[GenBank] = []
    record: list[str] = []
    for _, line in lines(path):
        if line.startswith("//"):
            found.append(_record(record, path))
            record = []
        else:
            record.append(line)
    if any(line.strip() for line in record):
        raise SpecError(f"{path}: the last record does not end with '//'; the file is cut short.")
    return tuple(found)


def _record(text: list[str], path: Path) -> GenBank:
    locus = next((line for line in text if line.startswith("LOCUS")), "")
    if len(locus.split()) < 3:
        raise SpecError(f"{path}: a record has no LOCUS line.")
    version = next((line.split()[1] for line in text if re.match(r"VERSION\s+\S", line)), "")
    name = version or locus.split()[1]
    where = f"{path}, record '{name}'"
    if re.search(r"\s\d+ aa\s", locus):
        raise SpecError(f"{where} is a protein; nucleotides are needed.")
    origin = next((at for at, line in enumerate(text) if line.startswith("ORIGIN")), None)
    letters = "" if origin is None else re.sub(r"[\d\s]", "", "".join(text[origin + 1 :]))
    if not letters:
        raise SpecError(f"{where} has no sequence after ORIGIN; fetch it with its sequence.")
    sequence = plain_sequence(letters, where)
    told = re.search(r"\s(\d+) bp\s", locus)
    if told and int(told[1]) != len(sequence):
        raise SpecError(f"{where} has {len(sequence)} bases; its LOCUS line says {told[1]}.")
    features = _features(text[:origin])
    transcripts = _transcripts(features, name, len(sequence), where)
    if not transcripts:
        if not re.search(r"\s\d+ bp\s+\S*RNA", locus):
            raise SpecError(
                f"{where} is DNA and has no feature mRNA, ncRNA or misc_RNA: where its transcript "
                "lies is not said. Give a record with one, or GTF and FASTA."
            )
        gene = next((q["gene"] for _, _, q in features if "gene" in q), name)
        spans = [(0, len(sequence))]
        coding = _coding(features, gene, 1, spans, where)
        transcripts = (make_annotated(name, gene, name, 1, spans, where, coding=coding),)
    return GenBank(name, sequence, transcripts)


def _features(text: list[str]) -> list[tuple[str, str, dict[str, str]]]:
    start = next((at for at, line in enumerate(text) if line.startswith("FEATURES")), len(text))
    chunks: list[tuple[str, list[str]]] = []
    for line in text[start + 1 :]:
        if line[:1].strip():
            break  # the next heading
        key = line[5:20].strip()
        if key:
            chunks.append((key, []))
        if chunks:
            chunks[-1][1].append(line[21:].strip())
    found = []
    for key, parts in chunks:
        head = next((at for at, part in enumerate(parts) if part.startswith("/")), len(parts))
        qualifiers = {k: a or b for k, a, b in _QUALIFIER.findall(" ".join(parts[head:]))}
        found.append((key, "".join(parts[:head]), qualifiers))
    return found


def _transcripts(
    features: list[tuple[str, str, dict[str, str]]], contig: str, length: int, where: str
) -> tuple[Annotated, ...]:
    found: list[Annotated] = []
    for key, location, told in features:
        if key in ("mRNA", "ncRNA", "misc_RNA"):
            strand, spans = _location(location, where)
            if max(end for _, end in spans) > length:
                raise SpecError(f"{where}: '{location}' runs over its {length} bases.")
            gene = told.get("gene") or told.get("locus_tag") or contig
            name = told.get("transcript_id") or f"{contig}.{key}{len(found) + 1}"
            coding = _coding(features, told.get("gene"), strand, spans, where)
            found.append(make_annotated(name, gene, contig, strand, spans, where, coding=coding))
    return tuple(found)


def _coding(
    features: list[tuple[str, str, dict[str, str]]],
    gene: str | None,
    strand: int,
    exons: list[tuple[int, int]],
    where: str,
) -> list[tuple[int, int]]:
    """Return the spans of the first coding sequence of a gene that these exons can make."""
    for key, location, told in features:
        if key == "CDS" and told.get("gene") in (None, gene):
            side, spans = _location(location, where)
            inside = all(any(a <= s and e <= b for a, b in exons) for s, e in spans)
            if inside and (side == strand):
                return spans
    return []


def _location(text: str, where: str) -> tuple[int, list[tuple[int, int]]]:
    """Read a location such as ``complement(join(<1..5,9..>12))``."""
    inner, outside = text.replace(" ", ""), 1
    if inner.startswith(("complement(join(", "complement(order(")):
        inner, outside = inner[len("complement(") : -1], -1
    if inner.startswith(("join(", "order(")):
        inner = inner[inner.index("(") + 1 : -1]
    strands, spans = set(), []
    for part in inner.split(","):
        strand = outside
        if part.startswith("complement("):
            part, strand = part[len("complement(") : -1], -outside
        match = _SPAN.fullmatch(part)
        if match is None:
            raise SpecError(f"{where}: location '{part}' is not understood, or is elsewhere.")
        strands.add(strand)
        spans.append((int(match[1]) - 1, int(match[2] or match[1])))
    if len(strands) != 1:
        raise SpecError(f"{where}: '{text}' lies on both strands; trans-splicing is not offered.")
    return strands.pop(), spans
