"""Bases as letters: what is allowed, the reverse complement, the codes of the index.

Sequences inside the room are upper case with T for both T and U. An ambiguity code of IUPAC
becomes N, which never matches anything, not even N.
"""

from __future__ import annotations

from tolerogen.errors import SpecError

BASES = "ACGT"
AMBIGUOUS = "RYSWKMBDHVN"
PROTEIN_ONLY = frozenset("EFILPQXZ*")

_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
_TO_PLAIN = str.maketrans("U" + AMBIGUOUS, "T" + "N" * len(AMBIGUOUS))


def reverse_complement(sequence: str) -> str:
    """Return the strand that pairs with `sequence`, 5' to 3'.

    Examples
    --------
    >>> reverse_complement("ACCTN")
    'NAGGT'
    """
    return sequence.translate(_COMPLEMENT)[::-1]


def plain_sequence(text: str, where: str, *, ambiguous: bool = True) -> str:
    """Return `text` in upper case with T for U and N for every ambiguity code.

    Parameters
    ----------
    text
        Letters of DNA or RNA, any case, without blanks.
    where
        What the text is, for the error message.
    ambiguous
        Whether ambiguity codes are let through (as N).

    Raises
    ------
    SpecError
        For an empty text or a letter that is not a base; a protein is called one.

    Examples
    --------
    >>> plain_sequence("acgurn", "site")
    'ACGTNN'
    """
    upper = text.upper()
    if not upper:
        raise SpecError(f"{where}: the sequence is empty.")
    found = upper.translate(_TO_PLAIN)
    wrong = [(at, letter) for at, letter in enumerate(upper) if found[at] not in "ACGTN"]
    if wrong:
        raise SpecError(f"{where}: {_complaint(upper, *wrong[0])}")
    if not ambiguous and "N" in found:
        at = found.index("N")
        raise SpecError(
            f"{where}: position {at + 1} is '{upper[at]}'. An oligonucleotide needs a definite "
            "base at every position: A, C, G, T or U."
        )
    return found


def _complaint(upper: str, at: int, letter: str) -> str:
    if len(PROTEIN_ONLY.intersection(upper)) >= 2:
        return (
            f"this looks like a protein (position {at + 1} is '{letter}'); nucleotides are needed. "
            "Give the transcript's cDNA or pre-mRNA, for example as GenBank or FASTA."
        )
    return (
        f"position {at + 1} is '{letter}', which is not a base; allowed are A, C, G, T, U and "
        "the ambiguity codes of IUPAC."
    )
