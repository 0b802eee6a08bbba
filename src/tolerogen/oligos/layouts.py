"""Which lengths a chemistry is laid on a target with.

Besides what `tolerogen.oligos.chemistry` reads, a design understands ``lna 3-*-3``: wings of three
and a gap that takes what a length leaves over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, get_args

from tolerogen.errors import SpecError, choices
from tolerogen.oligos.chemistry import LONGEST_OLIGO, SUGARS, gapmer_length, read_oligo

Mechanism = Literal["rnase-h", "steric"]
LENGTHS = tuple(range(16, 21))  # of a chemistry that leaves the length open
LEAST_GAP = 7  # bases of DNA that a design leaves RNase H1 (assumed; five can do)
SHORTEST = 8
DEFAULT: dict[Mechanism, tuple[str, ...]] = {
    "rnase-h": ("moe 5-10-5", "lna 3-10-3"),
    "steric": ("moe/ps",),
}

_OPEN = re.compile(r"(moe|ome|lna|cet)[ _-]*(\d+)-\*-(\d+)(/\w+)?")
_FIXED = re.compile(r"(moe|ome|lna|cet)[ _-]*\d+-\d+-\d+(/\w+)?")


def read_lengths(text: str) -> tuple[int, ...]:
    """Read ``16`` or ``14-22``.

    Raises
    ------
    SpecError
        When it is neither, or out of reach.

    Examples
    --------
    >>> read_lengths("14-16")
    (14, 15, 16)
    """
    found = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", text)
    if found is None:
        raise SpecError(f"lengths '{text}' are not a number or a range such as 14-22.")
    low = int(found[1])
    high = int(found[2] or low)
    if not SHORTEST <= low <= high <= LONGEST_OLIGO:
        raise SpecError(
            f"lengths '{text}' must lie within {SHORTEST} to {LONGEST_OLIGO}, low first."
        )
    return tuple(range(low, high + 1))


def read_region(text: str) -> tuple[int, int]:
    """Read ``START-END``, counted from 0, the end left out.

    Raises
    ------
    SpecError
        When it is not of that form.

    Examples
    --------
    >>> read_region("100-250")
    (100, 250)
    """
    found = re.fullmatch(r"\s*(\d+)\s*-\s*(\d+)\s*", text)
    if found is None:
        raise SpecError(f"region '{text}' is not START-END, two whole numbers such as 100-250.")
    return int(found[1]), int(found[2])


def layouts(
    chemistries: Sequence[str], lengths: Sequence[int], mechanism: Mechanism
) -> tuple[tuple[str, int], ...]:
    """Return (chemistry, length) of every kind of oligo that is to be tried.

    Parameters
    ----------
    chemistries
        In the grammar of this room; where they leave the length open, each of `lengths` is taken.
    lengths
        Bases.
    mechanism
        ``rnase-h`` wants a gap of DNA, ``steric`` wants none.

    Raises
    ------
    SpecError
        For a chemistry that does not work by the mechanism, or that no length fits.

    Examples
    --------
    >>> layouts(["lna 3-*-3", "moe 5-10-5"], [14, 16], "rnase-h")
    (('lna 3-8-3', 14), ('lna 3-10-3', 16), ('moe 5-10-5', 20))
    """
    if mechanism not in get_args(Mechanism):
        raise SpecError(f"mechanism '{mechanism}': {choices(mechanism, get_args(Mechanism))}")
    found: list[tuple[str, int]] = []
    for chemistry in chemistries:
        made = [kind for kind in _laid(chemistry, lengths) if _works(*kind, mechanism)]
        if not made:
            raise SpecError(_useless(chemistry, lengths, mechanism))
        found += made
    return tuple(dict.fromkeys(found))


def _laid(chemistry: str, lengths: Sequence[int]) -> list[tuple[str, int]]:
    text = chemistry.strip().lower()
    opened = _OPEN.fullmatch(text)
    if opened:
        left, right, links = int(opened[2]), int(opened[3]), opened[4] or ""
        gaps = [(n, n - left - right) for n in lengths]
        return [(f"{opened[1]} {left}-{gap}-{right}{links}", n) for n, gap in gaps if gap > 0]
    if _FIXED.fullmatch(text):
        return [(text, gapmer_length(text))]
    kind = text.partition("/")[0]
    if len(kind) >= SHORTEST and not set(kind) - set(SUGARS):
        return [(text, len(kind))]
    found = []
    for length in lengths:
        try:
            read_oligo("A" * length, text)
        except SpecError as error:  # of the chemistry; the bases are ours
            raise SpecError(str(error).partition(": ")[2]) from None
        found.append((text, length))
    return found


def _works(chemistry: str, length: int, mechanism: Mechanism) -> bool:
    oligo = read_oligo("A" * length, chemistry)
    gap = oligo.gap
    bases = gap[1] - gap[0] if gap else 0
    return bases >= LEAST_GAP if mechanism == "rnase-h" else not oligo.recruits_rnase_h


def _useless(chemistry: str, lengths: Sequence[int], mechanism: Mechanism) -> str:
    if mechanism == "steric":
        return (
            f"the chemistry '{chemistry}' has a gap of DNA, so RNase H1 would cut the target. To "
            "stand in the way without cutting, modify every base: 'moe', 'ome' or 'pmo'."
        )
    return (
        f"the chemistry '{chemistry}' is not a gapmer at {_range(lengths)} bases: RNase H1 needs "
        f"{LEAST_GAP} bases of DNA in a row. Write wing, gap and wing, for example 'moe 5-10-5', "
        "or 'lna 3-*-3' with --lengths 14-22; for an oligo that only blocks, --mechanism steric."
    )


def _range(lengths: Sequence[int]) -> str:
    return f"{min(lengths)} to {max(lengths)}" if len(set(lengths)) > 1 else str(lengths[0])
