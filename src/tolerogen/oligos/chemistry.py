"""Chemistry as data: a base, a sugar and a linkage for every position of an oligonucleotide.

How a chemistry is written
--------------------------
``dna``, ``rna``, ``ome``, ``moe``, ``lna``, ``cet``, ``pmo``
    One sugar all along.
``moe 5-10-5``, ``lna 3-10-3``, ``cet 3-10-3``, ``ome 5-10-5``
    A gapmer: wings of the sugar named, a gap of DNA between them.
``kkkddddddddddkkk``
    A sugar for each position: d DNA, e 2'-MOE, k cEt, l LNA, m 2'-OMe, r RNA, p morpholino.
``+A+C+Gacgt...``
    Written into the sequence: ``+`` before a locked base; every other base is DNA.

``/ps`` or ``/po`` behind any of these, or ``/`` and one letter a linkage (s, o), names the
linkages; unless they are named, an oligo with a gap of DNA between other sugars is phosphorothioate
throughout, as such drugs are made, and any other is phosphodiester.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from tolerogen.errors import SpecError, choices
from tolerogen.oligos.letters import plain_sequence, reverse_complement

Conjugate = Literal["none", "galnac", "lipid", "antibody"]

SUGARS = {
    "d": "DNA",
    "e": "2'-MOE",
    "k": "cEt",
    "l": "LNA",
    "m": "2'-OMe",
    "r": "RNA",
    "p": "morpholino",
}
NAMED = {"dna": "d", "rna": "r", "moe": "e", "ome": "m", "lna": "l", "cet": "k", "pmo": "p"}
LINKAGES = {"s": "PS", "o": "PO"}
LONGEST_OLIGO = 60

_GAPMER = re.compile(r"(moe|ome|lna|cet)[ _-]*(\d+)-(\d+)-(\d+)")


@dataclass(frozen=True)
class Oligo:
    """An oligonucleotide, 5' to 3'.

    Attributes
    ----------
    sequence
        Bases, T also where the chemistry has U.
    sugars
        One letter of `SUGARS` a base.
    linkages
        One letter of `LINKAGES` between two bases.
    methyl_c
        Whether cytosines carry a 5-methyl group.
    conjugate
        What is attached, ``none`` for nothing.
    name
        What to call it; the sequence unless given.
    """

    sequence: str
    sugars: str
    linkages: str
    methyl_c: bool = False
    conjugate: Conjugate = "none"
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.sugars) != len(self.sequence) or set(self.sugars) - set(SUGARS):
            raise SpecError(
                f"oligo '{self.sequence}': sugars '{self.sugars}' must be {len(self.sequence)} of "
                f"the letters {', '.join(SUGARS)}."
            )
        if len(self.linkages) != len(self.sequence) - 1 or set(self.linkages) - set(LINKAGES):
            raise SpecError(
                f"oligo '{self.sequence}': linkages '{self.linkages}' must be "
                f"{len(self.sequence) - 1} of the letters {', '.join(LINKAGES)}."
            )

    def __len__(self) -> int:
        return len(self.sequence)

    @property
    def target(self) -> str:
        """The perfectly complementary site, sense strand, 5' to 3'."""
        return reverse_complement(self.sequence)

    def methylated(self) -> Oligo:
        """Return it with 5-methyl-C for every C."""
        return replace(self, methyl_c=True)

    @property
    def gap(self) -> tuple[int, int] | None:
        """First base and one past the last of the longest run of DNA; None without DNA."""
        runs = [match.span() for match in re.finditer("d+", self.sugars)]
        return max(runs, key=lambda run: run[1] - run[0]) if runs else None

    @property
    def recruits_rnase_h(self) -> bool:
        """Whether the gap of DNA has the five bases or more that RNase H1 needs (assumed)."""
        return self.gap is not None and self.gap[1] - self.gap[0] >= 5

    @property
    def chemistry(self) -> str:
        """The sugars and linkages in the grammar above, without any default."""
        return f"{self.sugars}/{self.linkages}"


def read_oligo(sequence: str, chemistry: str = "dna", name: str = "") -> Oligo:
    """Read an oligo as people write it.

    Parameters
    ----------
    sequence
        Bases 5' to 3', ``+`` before locked ones.
    chemistry
        In the grammar of this module; empty where only the bases matter. Empty or ``dna`` beside
        a sequence with ``+`` is fine; any other must agree with it.

    Raises
    ------
    SpecError
        For a letter that is no base, an unknown chemistry, one of another length, one that
        contradicts the sequence, or capitals and small letters mixed without a chemistry.

    Examples
    --------
    >>> read_oligo("+A+CGTACGT+A+C").chemistry
    'llddddddll/sssssssss'
    >>> read_oligo("GCCTCAGTCTGCTTCGCACC", "moe 5-10-5").sugars
    'eeeeeddddddddddeeeee'
    """
    text = sequence.strip()
    marked = "+" in text
    where = f"oligo '{sequence}'"
    if re.search(r"\+(?![A-Za-z])", text):
        raise SpecError(f"{where}: a '+' must stand before the base that is locked.")
    bare = plain_sequence(text.replace("+", ""), where, ambiguous=False)
    if len(bare) > LONGEST_OLIGO:
        raise SpecError(f"{where} has {len(bare)} bases; at most {LONGEST_OLIGO} are read.")
    kind, _, links = chemistry.strip().lower().partition("/")
    written = "".join("l" if m[0] == "+" else "d" for m in re.findall(r"\+?[A-Za-z]", text))
    if marked and kind in ("", "dna", "lna"):
        sugars = written
    elif not kind:
        sugars = "d" * len(bare)  # the caller wants the bases only
    elif kind in NAMED and text not in (text.upper(), text.lower()):
        raise SpecError(
            f"{where} mixes capitals and small letters, which some read as LNA and DNA: the "
            f"chemistry '{kind}' is ambiguous here. Put '+' before locked bases, give one sugar "
            "letter a base, or write one case throughout."
        )
    else:
        sugars = _sugars(kind, len(bare), where)
        if marked and sugars != written:
            raise SpecError(
                f"{where}: the marks '+' say '{written}', the chemistry '{chemistry}' says "
                f"'{sugars}'. Leave one of them out."
            )
    return Oligo(bare, sugars, _linkages(links, sugars, where), name=name)


def gapmer_length(chemistry: str) -> int:
    """Return how many bases a gapmer such as ``moe 5-10-5`` has.

    Raises
    ------
    SpecError
        For a chemistry that is not written that way.

    Examples
    --------
    >>> gapmer_length("moe 5-10-5")
    20
    """
    found = _GAPMER.fullmatch(chemistry.strip().lower().partition("/")[0])
    if not found:
        raise SpecError(
            f"the chemistry '{chemistry}' is not a gapmer; write wing, gap and wing, for example "
            "'moe 5-10-5' or 'lna 3-10-3'."
        )
    return sum(map(int, found.groups()[1:]))


def with_conjugate(oligo: Oligo, conjugate: Conjugate) -> Oligo:
    """Return the oligo with something attached."""
    return replace(oligo, conjugate=conjugate)


def _sugars(kind: str, length: int, where: str) -> str:
    found = _GAPMER.fullmatch(kind)
    if found:
        wing, (left, gap, right) = NAMED[found[1]], map(int, found.groups()[1:])
        if left + gap + right != length:
            raise SpecError(
                f"{where} has {length} bases; the chemistry '{kind}' is for {left + gap + right}."
            )
        return wing * left + "d" * gap + wing * right
    if kind in NAMED:
        return NAMED[kind] * length
    if kind and not set(kind) - set(SUGARS):
        if len(kind) != length:
            raise SpecError(f"{where} has {length} bases; the sugars '{kind}' are for {len(kind)}.")
        return kind
    known = [*NAMED, "moe 5-10-5", "lna 3-10-3", "cet 3-10-3"]
    raise SpecError(
        f"{where}: the chemistry '{kind}' is not known or is ambiguous; {choices(kind, known)} "
        f"Or give one letter a base: {', '.join(f'{k} {v}' for k, v in SUGARS.items())}."
    )


def _linkages(text: str, sugars: str, where: str) -> str:
    count = len(sugars) - 1
    if not text:
        gapped = re.search(r"[^d]d+[^d]", sugars) is not None
        return ("s" if gapped else "o") * count
    if text in ("ps", "po"):
        return text[1] * count
    if len(text) != count or set(text) - set(LINKAGES):
        raise SpecError(
            f"{where}: the linkages '/{text}' must be '/ps', '/po', or {count} of the letters s, o."
        )
    return text
