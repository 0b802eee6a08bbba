"""Which alleles may lie together on one chromosome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from tolerogen.errors import SpecError
from tolerogen.oligos.edits import Edit, minimal
from tolerogen.oligos.variants import MISSING, Variant

Unphased = Literal["enumerate", "mask"]
MOST_SETS = 4
"""Unconnected sets that are enumerated: 16 possible haplotypes, of which a person has two."""


@dataclass(frozen=True)
class Phase:
    """A haplotype: its name, whether the person surely has it, its edits and what made them."""

    name: str
    certain: bool
    edits: tuple[Edit, ...]
    variants: tuple[Variant, ...]
    masked: tuple[Variant, ...]


def phases(variants: Sequence[Variant], unphased: Unphased = "enumerate") -> tuple[Phase, ...]:
    """Return the haplotypes that genotypes allow, without repetition.

    Parameters
    ----------
    variants
        Of one sample over one stretch.
    unphased
        What to do where the phase of heterozygous variants is not known. ``enumerate`` gives every
        combination, marked as not certain. ``mask`` keeps the largest set that is phased together
        and puts N over the others.

    Returns
    -------
    tuple of Phase
        One, ``both``, where the chromosomes agree; else numbered from 1. Missing calls become N.

    Raises
    ------
    SpecError
        When more than `MOST_SETS` sets would have to be enumerated.
    """
    sets: dict[str, list[Variant]] = {}
    for at, variant in enumerate(variants):
        if variant.heterozygous:
            key = f"set {variant.phase_set}" if variant.phased else f"alone {at}"
            sets.setdefault(key, []).append(variant)
    masked = [v for v in variants if MISSING in v.genotype]
    fixed = [v for v in variants if not v.heterozygous and v not in masked]
    groups = sorted(sets.values(), key=lambda group: -len(group))  # stable
    if unphased == "mask":
        masked += [v for group in groups[1:] for v in group]
        groups = groups[:1]
    elif len(groups) > MOST_SETS:
        raise SpecError(
            f"{len(groups)} sets of heterozygous variants are not phased with each other, which "
            f"makes {2 ** len(groups)} possible haplotypes. Phase the VCF (WhatsHap, SHAPEIT), or "
            "use --unphased mask, which keeps clear of them."
        )
    found: list[Phase] = []
    for sides in product((0, 1), repeat=len(groups)):
        carried = [(v, v.genotype[0]) for v in fixed]
        for group, side in zip(groups, sides, strict=True):
            carried += [(v, v.genotype[side]) for v in group]
        hidden = {at for v in masked for at in range(v.start, v.end)}
        edits = [e for v, allele in carried if allele > 0 for e in edits_of(v, allele)]
        edits = [e for e in edits if hidden.isdisjoint(range(e.start, e.end))]
        # The base of anchor is masked too, so that nothing spans an insertion that may be there.
        edits += [Edit(at, at + 1, "N") for at in hidden]
        there = tuple(v for v in variants if any(v is w and a > 0 for w, a in carried))
        ordered = tuple(sorted(set(edits)))
        if ordered not in [phase.edits for phase in found]:
            number = str(len(found) + 1) if groups else "both"
            found.append(Phase(number, len(groups) < 2, ordered, there, tuple(masked)))
    return tuple(found)


def edits_of(variant: Variant, allele: int) -> tuple[Edit, ...]:
    """Return what one allele of a variant changes."""
    return minimal(variant.start, variant.alleles[0], variant.alleles[allele])


def touches(variant: Variant, start: int, end: int) -> bool:
    """Whether what the sample carries, or what is not called, changes bases `start` to `end`."""
    if MISSING in variant.genotype:
        return variant.start < end and variant.end > start
    edits = [e for g in variant.genotype if g > 0 for e in edits_of(variant, g)]
    return any(e.start < end and e.end > start for e in edits)
