"""What an mRNA makes: its protein, where reading stops, and whether the cell would destroy it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from tolerogen.errors import SpecError

# The standard code, bases in the order T, C, A, G (NCBI table 1).
_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODE = dict(zip(("".join(c) for c in product("TCAG", repeat=3)), _ACIDS, strict=True))
_THREE = (
    "AlaArgAsnAspCysGlnGluGlyHisIleLeuLysMetPheProSerThrTrpTyrValXaa"  # in the order of the letters
)
NAMES = {a: _THREE[3 * k : 3 * k + 3] for k, a in enumerate("ARNDCQEGHILKMFPSTWYVX")}
DECAY = 50
"""A stop this many bases or more before the last junction has the RNA destroyed (Nagy and Maquat
1998, doi:10.1016/S0968-0004(98)01208-0, who give 50 to 55)."""


@dataclass(frozen=True)
class Product:
    """What is read from an mRNA.

    Attributes
    ----------
    protein
        One letter an amino acid, without the stop; X where a codon holds an N.
    stop
        Where the stop codon ends on the mRNA; None where reading runs off its end.
    decay
        Whether nonsense-mediated decay is expected by the rule of 50 bases. It has exceptions:
        stops close to the start and in long exons escape more often.
    """

    protein: str
    stop: int | None
    decay: bool


def translate(mrna: str, start: int, junctions: Sequence[int]) -> Product:
    """Read an mRNA from its start codon on.

    Parameters
    ----------
    start
        First base of the start codon, from 0.
    junctions
        Where an exon begins that another one precedes.

    Examples
    --------
    >>> translate("GATGAAATAAGG", 1, [4])
    Product(protein='MK', stop=10, decay=False)
    """
    acids: list[str] = []
    for at in range(start, len(mrna) - 2, 3):
        acid = CODE.get(mrna[at : at + 3], "X")
        if acid == "*":
            return Product(
                "".join(acids), at + 3, bool(junctions) and junctions[-1] - at - 3 >= DECAY
            )
        acids.append(acid)
    return Product("".join(acids), None, False)


def longest_frame(mrna: str) -> int:
    """Return the start codon of the longest open reading frame that ends in a stop.

    Raises
    ------
    SpecError
        When there is none.

    Examples
    --------
    >>> longest_frame("CCATGTAACCATGAAATAGCC")
    10
    """
    best, found = 0, None
    for at in range(len(mrna) - 2):
        if mrna[at : at + 3] == "ATG":
            made = translate(mrna, at, ())
            if made.stop is not None and len(made.protein) > best:
                best, found = len(made.protein), at
    if found is None:
        raise SpecError(
            "the mRNA has no open reading frame: no ATG is followed by a stop in frame."
        )
    return found


def change(before: str, after: str, *, shifted: bool) -> str:
    """Say how one protein differs from another, as HGVS writes it (predicted, so in brackets).

    `shifted` tells that it is not read to its own stop: the frame is another, or a stop was made.

    Examples
    --------
    >>> change("MKTAYI", "MKYI", shifted=False), change("MKTAYI", "MKRL", shifted=True)
    ('p.(Thr3_Ala4del)', 'p.(Thr3ArgfsTer3)')
    >>> change("MKTAYI", "MKTAYI", shifted=False)
    'p.(=)'
    """
    if before == after:
        return "p.(=)"
    same = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    if shifted and same == len(after):
        return f"p.({NAMES[before[same]]}{same + 1}Ter)"
    if shifted or same == len(before):
        first = NAMES[before[same]] if same < len(before) else "Ter"
        return f"p.({first}{same + 1}{NAMES[after[same]]}fsTer{len(after) - same + 1})"
    tail = 0
    while tail < min(len(before), len(after)) - same and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    lost, put = before[same : len(before) - tail], after[same : len(after) - tail]
    first = f"{NAMES[lost[0]]}{same + 1}" if lost else ""
    last = f"_{NAMES[lost[-1]]}{same + len(lost)}" if len(lost) > 1 else ""
    if not lost:
        left, right = NAMES[before[same - 1]], NAMES[before[same]]
        return f"p.({left}{same}_{right}{same + 1}ins{_named(put)})"
    return f"p.({first}{last}{'delins' + _named(put) if put else 'del'})"


def _named(acids: str) -> str:
    return "".join(NAMES[acid] for acid in acids)
