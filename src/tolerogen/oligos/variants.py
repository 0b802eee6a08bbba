"""Variants of one person over one stretch, from VCF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tolerogen.errors import SpecError, choices
from tolerogen.oligos.genome import Genome
from tolerogen.oligos.text_lines import lines

PASSED = ("PASS", ".", "")
MISSING = -1


@dataclass(frozen=True)
class Variant:
    """A line of a VCF, for one sample.

    Attributes
    ----------
    contig, start
        Where the reference allele starts, from 0, under the genome's name for the sequence.
    alleles
        The reference allele, then the alternatives.
    genotype
        Number of the allele on each chromosome, -1 where the call is missing.
    phased
        Whether the order of `genotype` means anything.
    phase_set
        Variants of one set are phased with each other; ``.`` where the file has none.
    """

    contig: str
    start: int
    alleles: tuple[str, ...]
    genotype: tuple[int, ...]
    phased: bool
    phase_set: str

    @property
    def end(self) -> int:
        """First base after the reference allele."""
        return self.start + len(self.alleles[0])

    @property
    def heterozygous(self) -> bool:
        """Whether the chromosomes carry different alleles, all of them called."""
        return len(set(self.genotype)) > 1 and MISSING not in self.genotype

    def __str__(self) -> str:
        """Name it as VCF does, counted from 1."""
        return f"{self.contig}:{self.start + 1} {'>'.join((self.alleles[0], self.carried))}"

    @property
    def carried(self) -> str:
        """Alternatives that the sample carries, ``?`` where the call is missing."""
        found = sorted({g for g in self.genotype if g > 0})
        return ",".join(self.alleles[g] for g in found) if found else "?"


def read_variants(
    path: Path, genome: Genome, contig: str, start: int, end: int, sample: str | None = None
) -> tuple[Variant, ...]:
    """Read the variants over ``start`` to ``end`` that a sample carries, or is not called at.

    Lines whose FILTER is not PASS are left out.

    Raises
    ------
    SpecError
        When the file is no VCF, has no such sample or sequence, was called on another build
        (the reference allele or the length of the sequence differ from the genome's), or the
        sample carries an allele that is not spelled out.
    """
    wanted = genome.name(contig)
    names = {wanted, contig, wanted.removeprefix("chr"), f"chr{wanted}"}
    if wanted in ("chrM", "MT"):
        names = {"chrM", "MT"}
    column: int | None = None
    seen, found = False, list[Variant]()
    for number, line in lines(path):
        if number == 1 and not line.startswith("##fileformat=VCF"):
            raise SpecError(f"{path} is not VCF: its first line is not '##fileformat=VCF...'.")
        if line.startswith("##contig="):
            seen |= _same_build(line, path, genome, wanted, names)
        elif line.startswith("#CHROM"):
            column = _column(line.split("\t"), sample, path)
        elif line.split("\t", 1)[0] in names:
            seen = True
            if column is None:
                raise SpecError(f"{path}, line {number}: no header line '#CHROM' before it.")
            found += _variant(line, column, f"{path}, line {number}", genome, wanted, (start, end))
    if not seen:
        raise SpecError(
            f"{path} says nothing of '{wanted}', neither in a ##contig line nor in a variant: that "
            "there is no variant cannot be told from a file of other sequences."
        )
    return tuple(sorted(found, key=lambda v: (v.start, v.end)))


def _same_build(line: str, path: Path, genome: Genome, wanted: str, names: set[str]) -> bool:
    name = re.search(r"[<,]ID=([^,>]+)", line)
    if name is None or name[1] not in names:
        return False
    length = re.search(r"[<,]length=(\d+)", line)
    own = genome.contigs[wanted].length
    if length and int(length[1]) != own:
        raise SpecError(
            f"{path} was called on a '{name[1]}' of {length[1]} bases; that of {genome.path} has "
            f"{own}. They are different builds; lift the VCF over, or give the genome it was "
            "called on."
        )
    return True


def _column(header: Sequence[str], sample: str | None, path: Path) -> int:
    samples = list(header[9:])
    if not samples:
        raise SpecError(f"{path} has no sample: a haplotype needs genotypes (FORMAT with GT).")
    if sample is None:
        if len(samples) > 1:
            raise SpecError(
                f"{path} has {len(samples)} samples; name one with --sample. "
                f"{choices('', samples[:20])}"
            )
        return 9
    if sample not in samples:
        raise SpecError(f"{path} has no sample '{sample}'; {choices(sample, samples[:200])}")
    return 9 + samples.index(sample)


def _variant(
    line: str, column: int, where: str, genome: Genome, contig: str, span: tuple[int, int]
) -> Iterator[Variant]:
    fields = line.split("\t")
    if len(fields) <= column:
        raise SpecError(f"{where}: {len(fields)} columns, the header has more.")
    if not fields[1].isdigit():
        raise SpecError(f"{where}: POS is '{fields[1]}', not a whole number.")
    start, reference = int(fields[1]) - 1, fields[3].upper()
    # An insertion just before the stretch or just after it is no part of it, but one base of
    # anchor may reach in or out; what touches is kept and trimmed later.
    if start >= span[1] or start + len(reference) < span[0] or fields[6] not in PASSED:
        return
    genotype, phased, phase_set = _genotype(fields[8], fields[column], where)
    alleles = (reference, *(a.upper() for a in fields[4].split(",")))
    if all(g == 0 for g in genotype) or max(genotype) >= len(alleles):
        if genotype and max(genotype) >= len(alleles):
            raise SpecError(f"{where}: GT names allele {max(genotype)}, which is not listed.")
        return
    _matches(reference, genome, contig, start, where)
    for carried in {g for g in genotype if g > 0}:
        # '*': deleted by another line, which says so itself.
        if alleles[carried] != "*" and re.fullmatch("[ACGT]+", alleles[carried]) is None:
            raise SpecError(
                f"{where}: the sample carries '{alleles[carried]}', which is not spelled out in "
                "A, C, G, T; its sequence cannot be built."
            )
    kept = tuple(0 if g > 0 and alleles[g] == "*" else g for g in genotype)
    if any(kept):
        yield Variant(contig, start, alleles, kept, phased, phase_set)


def _matches(reference: str, genome: Genome, contig: str, start: int, where: str) -> None:
    own = genome.fetch(contig, start, start + len(reference))
    if own != reference or "N" in own:
        raise SpecError(
            f"{where}: the reference allele is {reference}, but {genome.path} has {own} at "
            f"{contig}:{start + 1}. VCF and genome are of different builds; give those that belong "
            "together. (N matches nothing.)"
        )


def _genotype(form: str, value: str, where: str) -> tuple[tuple[int, ...], bool, str]:
    told = dict(zip(form.split(":"), value.split(":"), strict=False))
    text = told.get("GT", "")
    if re.fullmatch(r"(\d+|\.)([|/](\d+|\.))?", text) is None:
        raise SpecError(f"{where}: genotype '{text}' is not understood; one or two alleles in GT.")
    called = re.split(r"[|/]", text)
    genotype = tuple(MISSING if a == "." else int(a) for a in called)
    return genotype, "|" in text, told.get("PS", ".")
