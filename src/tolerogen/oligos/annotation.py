"""Transcripts on a genome, as GTF or GFF3 lists them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.oligos.text_lines import lines

_GTF = re.compile(r'(\w+)\s+(?:"([^"]*)"|([^;\s]+))')
_PREFIX = re.compile(r"^(transcript:|rna-|gene:|gene-)")


@dataclass(frozen=True)
class Annotated:
    """A transcript's place on a genome.

    Attributes
    ----------
    name, gene
        Transcript id; gene symbol, the gene's id where it has none.
    aliases
        Other names of either: ids, with and without version.
    contig, strand
        Sequence of the genome; +1 or -1.
    exons
        Half-open spans, from 0, upwards on the contig.
    coding
        First base of the coding sequence and one past its last, on the contig; None where the
        annotation has none.
    """

    name: str
    gene: str
    aliases: frozenset[str]
    contig: str
    strand: int
    exons: tuple[tuple[int, int], ...]
    coding: tuple[int, int] | None = None


@dataclass
class _Collected:
    names: set[str]
    gene: str
    contig: str
    strand: str
    exons: list[tuple[int, int]] = field(default_factory=list)
    coding: list[tuple[int, int]] = field(default_factory=list)


def read_annotation(path: Path, wanted: str | None = None) -> tuple[Annotated, ...]:
    """Read the transcripts of a GTF or GFF3 file (gzip or not), in the order of the file.

    Parameters
    ----------
    wanted
        Gene or transcript, by symbol or id (version optional); None takes all.

    Raises
    ------
    SpecError
        When the file cannot be read, a line is malformed, a transcript has no strand, or exons
        overlap, or nothing of that name is there.
    """
    found: dict[str, _Collected] = {}
    parents: dict[str, tuple[str, str]] = {}
    for number, line in lines(path):
        if line.startswith("##FASTA"):
            break
        if line and not line.startswith("#"):
            _take(line, f"{path}, line {number}", found, parents)
    every = [_finish(key, item, parents, path) for key, item in found.items() if item.exons]
    if not every:
        raise SpecError(f"{path}: no line with feature 'exon' found; is it GTF or GFF3?")
    chosen = [t for t in every if wanted is None or wanted in t.aliases]
    if not chosen:
        raise SpecError(
            f"{path}: no gene or transcript '{wanted}'. Names are compared exactly, the version "
            "after the dot may be left out."
        )
    return tuple(chosen)


def make_annotated(
    name: str,
    gene: str,
    contig: str,
    strand: int,
    exons: Iterable[tuple[int, int]],
    where: str,
    aliases: Iterable[str] = (),
    coding: Iterable[tuple[int, int]] = (),
) -> Annotated:
    """Return a transcript, its exons sorted; `coding` are the spans of its coding sequence.

    Raises
    ------
    SpecError
        When exons overlap or are empty.
    """
    ordered = tuple(sorted(exons))
    if any(start >= end or start < 0 for start, end in ordered) or any(
        a[1] > b[0] for a, b in pairwise(ordered)
    ):
        raise SpecError(f"{where}, transcript '{name}': exons overlap or are empty.")
    names = {name, gene, *aliases}
    names |= {n.rsplit(".", 1)[0] for n in names if n.rsplit(".", 1)[-1].isdigit()}
    parts = list(coding)
    whole = (min(a for a, _ in parts), max(b for _, b in parts)) if parts else None
    if whole and not ordered[0][0] <= whole[0] < whole[1] <= ordered[-1][1]:
        raise SpecError(f"{where}, transcript '{name}': its coding sequence is not in its exons.")
    return Annotated(name, gene, frozenset(names), contig, strand, ordered, whole)


def _take(
    line: str, where: str, found: dict[str, _Collected], parents: dict[str, tuple[str, str]]
) -> None:
    columns = line.split("\t")
    if len(columns) != 9:
        raise SpecError(f"{where}: {len(columns)} columns separated by tabs; GTF and GFF3 have 9.")
    told = _attributes(columns[8])
    if columns[2] not in ("exon", "CDS"):
        if "ID" in told:
            label = told.get("gene_name") or told.get("gene") or told.get("Name") or told["ID"]
            parents[told["ID"]] = (told.get("Parent", ""), label)
        return
    try:
        span = int(columns[3]) - 1, int(columns[4])
    except ValueError:
        raise SpecError(f"{where}: start and end are no whole numbers.") from None
    keys = told["Parent"].split(",") if "Parent" in told else [told.get("transcript_id", "")]
    for key in keys:
        if not key:
            if columns[2] == "CDS":
                continue
            raise SpecError(f"{where}: the exon names no transcript (transcript_id or Parent).")
        name = told.get("transcript_id") if len(keys) == 1 else None
        names = {name or _PREFIX.sub("", key), told.get("gene_id", "")} - {""}
        gene = told.get("gene_name") or told.get("gene") or ""
        # One id on two sequences: the pseudoautosomal regions of X and Y.
        item = found.setdefault(
            f"{key}\t{columns[0]}", _Collected(names, gene, columns[0], columns[6])
        )
        if item.strand != columns[6]:
            raise SpecError(f"{where}: exons of '{key}' are on both strands.")
        if columns[2] == "CDS":
            item.coding.append(span)
            continue
        item.names |= names
        item.gene = item.gene or gene
        item.exons.append(span)


def _attributes(text: str) -> dict[str, str]:
    if re.match(r"\s*\w+\s+[^=]*(;|$)", text):
        return {key: quoted or plain for key, quoted, plain in _GTF.findall(text)}
    pairs = (part.split("=", 1) for part in text.split(";") if "=" in part)
    return {key.strip(): value.strip() for key, value in pairs}


def _finish(
    key: str, item: _Collected, parents: dict[str, tuple[str, str]], path: Path
) -> Annotated:
    identity = key.split("\t")[0]
    name = next((n for n in (_PREFIX.sub("", identity),) if n), identity)
    parent = parents.get(identity, ("", ""))[0]
    label = parents.get(parent, ("", ""))[1]
    gene = item.gene or label or next(iter(sorted(item.names - {name})), name)
    if item.strand not in ("+", "-"):
        raise SpecError(f"{path}, transcript '{name}': its strand is '{item.strand}'; + or -.")
    aliases = {*item.names, _PREFIX.sub("", parent)} - {""}
    strand = 1 if item.strand == "+" else -1
    return make_annotated(
        name,
        _PREFIX.sub("", gene),
        item.contig,
        strand,
        item.exons,
        str(path),
        aliases,
        item.coding,
    )
