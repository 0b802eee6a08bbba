"""Oligos that hold one allele of a person firmly and the other loosely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tolerogen.errors import SpecError, choices
from tolerogen.oligos.candidates import OligoCandidate, candidate, with_offtargets
from tolerogen.oligos.chemistry import Oligo, read_oligo
from tolerogen.oligos.coordinates import CoordinateMap
from tolerogen.oligos.imperfect import hold
from tolerogen.oligos.layouts import DEFAULT, LENGTHS, Mechanism, layouts
from tolerogen.oligos.ranker import rank
from tolerogen.oligos.transcripts import Transcript
from tolerogen.oligos.walk import Placed, walk

ROOM = 8  # bases of the other allele looked at on either side of where the site would be
WIDEST = 400  # bases of another allele between the ends of a site, beyond which it is not one site


@dataclass(frozen=True)
class Spared:
    """How the oligo holds an allele that is to be spared.

    Attributes
    ----------
    haplotype
        Its name.
    energy, gap
        Free energy on it, kcal/mol, and by how much that is weaker than on the allele meant.
    changed
        Positions of the oligo, from 1 at its 5' end, that find no partner there.
    where
        ``gap``, ``wing`` or ``gap and wing``; ``site`` where the oligo has no gap.
    site
        Bases of that allele that lie under the oligo; empty where they are two fewer or more.
    """

    haplotype: str
    energy: float
    gap: float
    changed: tuple[int, ...]
    where: str
    site: str = ""


@dataclass(frozen=True)
class AlleleWindow:
    """An oligo over what makes an allele.

    Attributes
    ----------
    oligo, start
        `start` counts on the transcript of the allele that is meant.
    energy
        On the allele that is meant, kcal/mol.
    spared
        The other haplotypes of the person, or those that may be.
    """

    oligo: Oligo
    start: int
    energy: float
    spared: tuple[Spared, ...]

    @property
    def gap(self) -> float:
        """The least of the energy gaps, kcal/mol."""
        return min(s.gap for s in self.spared)

    @property
    def central(self) -> bool:
        """Whether every allele to be spared differs within the gap of DNA."""
        return all(s.where == "gap" for s in self.spared)


def choose_allele(
    transcripts: Sequence[Transcript], allele: str
) -> tuple[Transcript, tuple[Transcript, ...]]:
    """Return the haplotype that is meant and those to be spared, of the first transcript.

    Parameters
    ----------
    allele
        Name of a haplotype, such as ``1``; or a variant that it carries, as ``chr5:35876274`` or
        ``chr5:35876274 A>G``; a ``-`` before it means the haplotypes that do not carry it.

    Raises
    ------
    SpecError
        When there is one haplotype only, none of that name, or all of them carry the variant.
    """
    first = transcripts[0]
    own = [t for t in transcripts if (t.name, t.contig) == (first.name, first.contig)]
    if len(own) < 2:
        raise SpecError(
            f"'{first.name}' has one haplotype only ({first.haplotype}): there is no allele to "
            "tell apart. Give the person's genotypes with --vcf, with a heterozygous variant in "
            "the transcript; variants of introns need --pre-mrna."
        )
    names = {t.haplotype: t for t in own}
    if allele in names:
        chosen = [names[allele]]
    else:
        wanted = allele.removeprefix("-").strip()
        carries = [any(_is(wanted, v) for v in t.variants) == (allele[:1] != "-") for t in own]
        chosen = [t for t, yes in zip(own, carries, strict=True) if yes]
        known = {*names, *(v for t in own for v in t.variants)}
        if not any(_is(wanted, v) for t in own for v in t.variants):
            raise SpecError(f"no haplotype and no variant '{allele}'; {choices(allele, known)}")
    spared = tuple(t for t in own if t not in chosen)
    if not chosen or not spared:
        raise SpecError(
            f"'{allele}' does not tell the haplotypes apart: every one of them, or none, is meant."
        )
    return chosen[0], spared


def allele_windows(
    transcripts: Sequence[Transcript],
    allele: str,
    *,
    mechanism: Mechanism = "rnase-h",
    chemistries: Sequence[str] = (),
    lengths: Sequence[int] = LENGTHS,
    pre_mrna: bool = False,
) -> tuple[AlleleWindow, ...]:
    """Return every window that the allele has and no other haplotype holds unchanged.

    Order: what differs in the gap of DNA first (there a mismatch also hinders RNase H1), then the
    widest energy gap.

    Parameters
    ----------
    transcripts
        From `read_transcripts` with a VCF; the first transcript is designed for.
    allele
        See `choose_allele`.
    mechanism, chemistries, lengths
        As for `design`.
    pre_mrna
        Walk over the pre-mRNA.

    Raises
    ------
    SpecError
        As `choose_allele`; or when the alleles do not differ in what is walked over.
    """
    meant, spared = choose_allele(transcripts, allele)
    variant = None if allele == meant.haplotype else allele.removeprefix("-").strip()
    kinds = layouts(chemistries or DEFAULT[mechanism], lengths, mechanism)
    target = _sequence(meant, pre_mrna)
    places = _places(variant) if variant else None
    there = _map(meant, pre_mrna)
    found = []
    for site in walk(target, kinds):
        text = target[site.start : site.start + len(site.sequence)]
        if any(text in _sequence(t, pre_mrna) for t in spared):
            continue
        if places and not _covers(there, site, places):
            continue
        found.append(_window(site, meant, spared, pre_mrna))
    if not found:
        raise SpecError(
            f"'{meant.name}': the haplotypes do not differ in any site"
            f"{' over ' + variant if variant else ''}. A variant of an intron is not in the mRNA: "
            "use --pre-mrna."
        )
    return tuple(sorted(found, key=lambda w: (not w.central, -w.gap, w.start)))


def _sequence(transcript: Transcript, pre_mrna: bool) -> str:
    return transcript.pre_mrna if pre_mrna else transcript.mrna


def _map(transcript: Transcript, pre_mrna: bool) -> CoordinateMap:
    return transcript.pre_to_genome if pre_mrna else transcript.mrna_to_genome


def _is(wanted: str, variant: str) -> bool:
    return wanted in (variant, variant.split()[0]) or wanted == variant.replace(" ", ":")


def _places(variant: str) -> tuple[int, int]:
    """Return the first base of a variant on its contig, from 0, and one past its reference."""
    where, _, change = variant.partition(" ")
    parts = where.split(":")
    reference = change.partition(">")[0] or (parts[2].partition(">")[0] if parts[2:] else "N")
    return int(parts[1]) - 1, int(parts[1]) - 1 + len(reference)


def _covers(there: CoordinateMap, site: Placed, places: tuple[int, int]) -> bool:
    """Whether a site spans a variant: it has bases on, or on both sides of, the changed ones."""
    spans = there.spans(site.start, site.start + len(site.sequence))
    if not spans:
        return True  # all of it is inserted
    low, high = min(a for a, _ in spans), max(b for _, b in spans)
    return low <= places[1] and high >= places[0]


def _window(
    site: Placed, meant: Transcript, spared: Sequence[Transcript], pre_mrna: bool
) -> AlleleWindow:
    oligo = read_oligo(site.sequence, site.chemistry)
    energy = hold(oligo, oligo.target).energy
    return AlleleWindow(
        oligo,
        site.start,
        energy,
        tuple(_spared(oligo, site, energy, meant, other, pre_mrna) for other in spared),
    )


def _spared(
    oligo: Oligo,
    site: Placed,
    energy: float,
    meant: Transcript,
    other: Transcript,
    pre_mrna: bool,
) -> Spared:
    stretch = _there(site, meant, other, pre_mrna)
    found = hold(oligo, stretch)
    paired = {own for own, _ in found.pairs}
    changed = {i + 1 for i in range(len(oligo)) if i not in paired}
    for (a, p), (b, q) in zip(found.pairs, found.pairs[1:], strict=False):
        if b == a + 1 and p - q > 1:  # the other allele bulges out between two paired bases
            changed.add(b)
    if not oligo.recruits_rnase_h or oligo.gap is None:
        where = "site"
    else:
        inside = {oligo.gap[0] < position <= oligo.gap[1] for position in changed}
        where = "gap and wing" if len(inside) == 2 else "gap" if inside == {True} else "wing"
    return Spared(
        other.haplotype, found.energy, found.energy - energy, tuple(sorted(changed)), where,
        _under(oligo, stretch, found.pairs),
    )  # fmt: skip


def _under(oligo: Oligo, stretch: str, pairs: Sequence[tuple[int, int]]) -> str:
    """Return the bases under an oligo, its loose ends with it."""
    if not pairs:
        return ""
    (first, high), (last, low) = pairs[0], pairs[-1]
    start, end = low - (len(oligo) - 1 - last), high + first + 1
    site = stretch[max(0, start) : end]
    return site if start >= 0 and abs(len(site) - len(oligo)) <= 1 else ""


def _there(site: Placed, meant: Transcript, other: Transcript, pre_mrna: bool) -> str:
    """Return the stretch of another haplotype where the site would be, with room around it."""
    own, theirs = _map(meant, pre_mrna), _map(other, pre_mrna)
    sequence, length = _sequence(other, pre_mrna), len(site.sequence)

    def partner(position: int, step: int, until: int) -> int | None:
        while position != until:
            on_genome = own.to(position)
            found = None if on_genome is None else theirs.back(on_genome)
            if found is not None:
                return found
            position += step
        return None

    last = len(_sequence(meant, pre_mrna))
    low = partner(site.start, -1, -1)
    high = partner(site.start + length - 1, 1, last)
    low = 0 if low is None else low
    high = len(sequence) - 1 if high is None else high
    if high - low > WIDEST:
        high = low + WIDEST
    return sequence[max(0, low - ROOM) : high + 1 + ROOM]


def design_for_allele(
    transcripts: Sequence[Transcript], allele: str, *, top: int = 20, **options: Any
) -> tuple[tuple[OligoCandidate, AlleleWindow], ...]:
    """Return the most selective windows as candidates, in the order of `allele_windows`.

    Parameters
    ----------
    top
        How many to return.
    **options
        Those of `allele_windows`; and `index`, `expression` as for `design`.

    Raises
    ------
    SpecError
        As `allele_windows`.
    """
    index, expression = options.pop("index", None), options.pop("expression", None)
    if top < 1:
        raise SpecError(f"--top must be 1 or more, not {top}.")
    windows = allele_windows(transcripts, allele, **options)[:top]
    pre_mrna = bool(options.get("pre_mrna"))
    meant, _ = choose_allele(transcripts, allele)
    isoforms = [t for t in transcripts if t.haplotype == meant.haplotype or t is meant]
    records = [t.record(pre_mrna=pre_mrna) for t in isoforms]
    own = meant.record(pre_mrna=pre_mrna)
    oligos = [w.oligo for w in windows]
    ranks = rank(oligos, records, [meant.gene] * len(oligos))
    found = [
        replace(
            candidate(w.oligo, own, w.start, r if w.oligo.recruits_rnase_h else None),
            transcript=own.name,
        )
        for w, r in zip(windows, ranks, strict=True)
    ]
    told = with_offtargets(found, meant.gene, index, expression)
    return tuple(zip(told, windows, strict=True))
