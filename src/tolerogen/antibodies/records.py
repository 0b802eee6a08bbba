"""A sequence with its name, cleaned and checked before anything is computed from it."""

from __future__ import annotations

import re
from dataclasses import dataclass

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
SHORTEST = 40
"""Fewer residues than this hold no variable domain that could be numbered."""

_PROTEIN = re.compile(r"[A-Z]*")
_NUCLEOTIDE = re.compile(r"[ACGTUN]*")
_CHAIN_TAG = re.compile(
    r"[\s_|:.\-]+(?:v?h|v?l|v?k|hc|lc|hea|lig|heavy|light)(?:[\s_]*chain)?[\s|]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SequenceRecord:
    """One sequence as the user named and wrote it.

    Attributes
    ----------
    id
        Name within its file.
    sequence
        One-letter amino acids, as read.
    """

    id: str
    sequence: str


def clean(sequence: str) -> str:
    """Return `sequence` in capitals without gaps, white space and a closing stop.

    Examples
    --------
    >>> clean("qvq-lve sg*")
    'QVQLVESG'
    """
    return re.sub(r"[\s.\-]", "", sequence).upper().removesuffix("*")


def refusal(sequence: str) -> str:
    """Say why a cleaned `sequence` cannot be numbered; empty when nothing speaks against it.

    Examples
    --------
    >>> refusal("ACGT" * 90)
    'looks like nucleotides: translate it first'
    >>> refusal("EVQ*LVE")
    "has '*' (a stop codon) at residue 4: give one reading frame without stops"
    """
    if not sequence:
        return "is empty"
    if "*" in sequence:
        place = sequence.index("*") + 1
        return f"has '*' (a stop codon) at residue {place}: give one reading frame without stops"
    fit = _PROTEIN.match(sequence)
    place = fit.end() if fit else 0
    if place < len(sequence):
        return f"has '{sequence[place]}' at residue {place + 1}, which is no amino acid"
    if len(sequence) >= SHORTEST and _NUCLEOTIDE.fullmatch(sequence):
        return "looks like nucleotides: translate it first"
    return ""


def molecule_name(id: str) -> str:  # noqa: A002  # the name every file uses for it
    """Return a record's name without the tag of its chain, so that VH and VL can be paired.

    Examples
    --------
    >>> [molecule_name(x) for x in ("Abituzumab VH", "mab1_VL", "Abelacimab|HC|", "clone-7")]
    ['Abituzumab', 'mab1', 'Abelacimab', 'clone-7']
    """
    return _CHAIN_TAG.sub("", id) or id
