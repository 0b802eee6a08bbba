"""Where an alignment had a choice: insertions, gaps and ends that others may number otherwise.

Numbering programs agree wherever the framework is complete. Almost every chain on which ANARCI
and immunum differ has an inserted or deleted framework residue, or lacks an end, where the place
of the gap is a convention of the program. Those chains are told, not guessed at.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

# IMGT positions outside the CDRs that are empty in whole germline families, by chain.
USUALLY_EMPTY = {
    "H": {10, 73},
    "K": {73, 81, 82},
    "L": {10, 73, 81, 82},
}
NEVER_FILLED = {"H": {10, 73}, "K": {73, 81, 82}, "L": {10, 73}}
CDRS = ((27, 38), (56, 65), (105, 117))
# Lengths (IMGT) of CDR1 and CDR2 in human germlines and in the therapeutic antibodies we looked at.
CDR_LENGTHS = {
    "H": (range(8, 11), range(7, 11)),
    "K": ((5, 6, 7, 10, 11, 12), (3,)),
    "L": (range(6, 10), (3, 7)),
}
CDR3_LENGTHS = range(5, 31)
FIRST_COMPLETE, LAST_COMPLETE = 3, 126
UNSURE = 0.6
"""Confidence below every one of the therapeutic chains in our reference set (lowest 0.63)."""


def placement_warnings(chain: str, imgt: Sequence[str], confidence: float) -> tuple[str, ...]:
    """Say what a person should look at in an alignment.

    Parameters
    ----------
    chain
        ``H``, ``K`` or ``L``.
    imgt
        IMGT position of each residue, in order.
    confidence
        Of the alignment, 0 to 1.

    Returns
    -------
    tuple[str, ...]
        One phrase a matter; empty when there is none.
    """
    found = _layout_warnings(chain, tuple(imgt))
    return (*found, f"low confidence {confidence:.2f}") if confidence < UNSURE else found


@lru_cache(maxsize=4096)  # the same few layouts come again and again
def _layout_warnings(chain: str, imgt: tuple[str, ...]) -> tuple[str, ...]:
    inserted = [p for p in imgt if not p.isdigit() and not _in_cdr(int(p[:-1]))]
    present = {int(p) for p in imgt if p.isdigit()}
    first, last = min(present), max(present)
    absent = [
        place
        for place in range(max(first, FIRST_COMPLETE), min(last, LAST_COMPLETE))
        if place not in present and place not in USUALLY_EMPTY[chain] and not _in_cdr(place)
    ]
    filled = sorted(present & NEVER_FILLED[chain])
    found = []
    if inserted:
        found.append(f"framework insertion at {', '.join(inserted)}: placement is a convention")
    if absent:
        found.append(f"framework gap at {_spans(absent)}: placement is a convention")
    if filled:
        found.append(f"residue at {_spans(filled)}, empty in germline genes")
    if first > FIRST_COMPLETE:
        found.append(f"starts at position {first}")
    if last < LAST_COMPLETE:
        found.append(f"ends at position {last}")
    return (*found, *_unusual_loops(chain, imgt))


def _unusual_loops(chain: str, imgt: Sequence[str]) -> list[str]:
    places = [int(p.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for p in imgt]
    allowed = (*CDR_LENGTHS[chain], CDR3_LENGTHS)
    found = []
    for name, (low, high), lengths in zip(("CDR1", "CDR2", "CDR3"), CDRS, allowed, strict=True):
        length = sum(low <= place <= high for place in places)
        if length not in lengths:
            found.append(f"{name} of unusual length {length}")
    return found


def _in_cdr(place: int) -> bool:
    return any(low <= place <= high for low, high in CDRS)


def _spans(places: Sequence[int]) -> str:
    spans: list[list[int]] = []
    for place in places:
        if spans and place == spans[-1][-1] + 1:
            spans[-1].append(place)
        else:
            spans.append([place])
    return ", ".join(f"{s[0]}-{s[-1]}" if len(s) > 1 else str(s[0]) for s in spans)
