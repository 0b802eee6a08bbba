"""Every site of a target that an oligo can be laid on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tolerogen.errors import SpecError
from tolerogen.oligos.letters import reverse_complement


@dataclass(frozen=True)
class Placed:
    """An oligo's bases, its chemistry, and the first base of its site."""

    sequence: str
    chemistry: str
    start: int


def walk(
    target: str,
    kinds: Sequence[tuple[str, int]],
    also_in: Sequence[str] = (),
    region: tuple[int, int] | None = None,
) -> tuple[Placed, ...]:
    """Lay each kind, (chemistry, length), on each site.

    Parameters
    ----------
    target
        Sense strand; sites over an N are left out.
    also_in
        Sequences in which a site must be found unchanged.
    region
        Sites lie within ``start`` to ``end`` (left out); all of the target unless given.

    Raises
    ------
    SpecError
        When no site is left, or the region is not within the target.
    """
    low, high = region or (0, len(target))
    if not 0 <= low < high <= len(target):
        raise SpecError(
            f"region {low}-{high} does not lie within the {len(target)} bases of the target; it is "
            "counted from 0, the end left out."
        )
    found = []
    for chemistry, length in kinds:
        for start in range(low, high - length + 1):
            site = target[start : start + length]
            if "N" not in site and all(site in other for other in also_in):
                found.append(Placed(reverse_complement(site), chemistry, start))
    if not found:
        names = ", ".join(f"'{chemistry}'" for chemistry, _ in kinds)
        shared = " that every haplotype shares" if also_in else ""
        raise SpecError(f"the target has no site in bases {low} to {high} for {names}{shared}.")
    return tuple(found)
