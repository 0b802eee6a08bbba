"""How an oligo lies on a site that is not its perfect complement, base by base."""

from __future__ import annotations

from dataclasses import dataclass

from tolerogen.oligos.chemistry import Oligo
from tolerogen.oligos.letters import reverse_complement

_WOBBLE = {("G", "T"), ("T", "G")}  # oligo's base against the target's, U written T
_PAIRED = {("A", "T"), ("T", "A"), ("G", "C"), ("C", "G")}
PAIR, WOBBLE, WRONG, BULGE = "|", ":", "x", "^"


@dataclass(frozen=True)
class Pairing:
    """An oligo on a site.

    Attributes
    ----------
    target, marks, oligo
        Three lines to print below each other: the site 5' to 3', ``|`` pair, ``:`` G:U,
        ``x`` mismatch, ``^`` bulge, and the oligo 3' to 5'; ``-`` where a strand has no base.
    changed
        Positions of the oligo, from 1 at its 5' end, that do not pair as Watson-Crick; a bulge of
        the target counts at the base of the oligo that lies 5' of it.
    """

    target: str
    marks: str
    oligo: str
    changed: tuple[int, ...]

    @property
    def distance(self) -> int:
        """Mismatches, G:U pairs and bulges together."""
        return len(self.marks) - self.marks.count(PAIR)

    def where(self, oligo: Oligo) -> str:
        """Return ``gap``, ``wing``, ``gap and wing``, or ``none`` for a perfect site.

        Of an oligo that does not recruit RNase H1 there is no gap: ``site``.
        """
        if not self.changed:
            return "none"
        if not oligo.recruits_rnase_h or oligo.gap is None:
            return "site"
        first, last = oligo.gap
        inside = {first < position <= last for position in self.changed}
        return "gap and wing" if len(inside) == 2 else "gap" if inside == {True} else "wing"


def pair_up(sequence: str, site: str) -> Pairing:
    r"""Lay an oligo on a site of its length, or one base longer or shorter, in the best way.

    The best is that with the fewest changes, then the fewest mismatches: the rule of the search.

    Examples
    --------
    >>> found = pair_up("TGGCAAGC", "GCTTACCA")
    >>> print(found.target, found.marks, found.oligo, sep="\n")
    GCTTACCA
    ||||x|||
    CGAACGGT
    >>> found.changed
    (4,)
    """
    bases = sequence[::-1]
    n = len(bases)
    if len(site) == n:
        return _pairing(site, bases)
    if len(site) > n:
        ways = [(site, bases[:j] + "-" + bases[j:]) for j in range(1, n)]
    else:
        ways = [(site[:j] + "-" + site[j:], bases) for j in range(1, n - 1)]
    found = [_pairing(*way) for way in ways]
    return min(found, key=lambda p: (p.distance, p.marks.count(WRONG)))


def _pairing(target: str, bases: str) -> Pairing:
    marks, changed, left = [], [], len(bases) - bases.count("-")
    for there, own in zip(target, bases, strict=True):
        mark = _mark(own, there)
        if mark != PAIR:
            changed.append(left)
        marks.append(mark)
        left -= own != "-"
    return Pairing(target, "".join(marks), bases, tuple(sorted(changed)))


def _mark(own: str, there: str) -> str:
    if "-" in (own, there):
        return BULGE
    if (own, there) in _PAIRED:
        return PAIR
    return WOBBLE if (own, there) in _WOBBLE else WRONG


def perfect(sequence: str) -> Pairing:
    """Return an oligo on its complement."""
    return pair_up(sequence, reverse_complement(sequence))
