"""What the ranker looks at: composition, energies, and where the site lies in its transcripts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.oligos.accessibility import fold_once, opening_energy
from tolerogen.oligos.letters import reverse_complement
from tolerogen.oligos.structure import rule_energies
from tolerogen.oligos.thermodynamics import BODY, stacks, table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.oligos.fasta import Record

MOTIFS = (
    *("CCAC", "TCCC", "ACTC", "GCCA", "CTCC", "GGGG", "AACT", "AAA", "TAA"),
    *("TCC", "CCC", "ACCC", "CCCT", "CTCT"),
)
"""Words that go with activity or the lack of it (the first nine: Matveeva 2000,
doi:10.1093/nar/28.15.2862), and runs of pyrimidines."""
FEATURES = (
    "energy",  # kcal/mol, DNA on RNA, without chemistry: the ranker was trained on one chemistry
    "a",
    "c",
    "g",
    "quadruplex",
    "weakest_six",
    "length",
    *(f"count_{motif}" for motif in MOTIFS),
    "self_run",  # longest run of bases that pairs with a second copy
    "isoforms",
    "isoform_share",
    "opening",
    "place",
)
WINDOW = 5  # stacks of the weakest stretch


def features(sequence: str, transcripts: Sequence[Record]) -> NDArray[np.float64]:
    """Return the values of `FEATURES` for one oligo.

    Parameters
    ----------
    sequence
        The oligo, 5' to 3', bare of chemistry.
    transcripts
        Isoforms of the gene it is meant for; what they would tell is NaN where the site is in
        none of them.
    """
    n = len(sequence)
    enthalpy, entropy = stacks(sequence, "dna_rna")
    steps = [_step(sequence[i : i + 2]) for i in range(n - 1)]
    weakest = max(sum(steps[i : i + WINDOW]) for i in range(max(1, n - WINDOW)))
    own = [
        enthalpy - BODY * entropy / 1000,
        sequence.count("A") / n,
        sequence.count("C") / n,
        sequence.count("G") / n,
        float(re.search("GGGG", sequence) is not None),
        weakest,
        float(n),
        *_counts(sequence),
        float(_self_run(sequence)),
    ]
    return np.array(own + _context(sequence, transcripts))


def fold_targets(sequences: Sequence[str], transcripts: Sequence[Sequence[Record]]) -> None:
    """Fold the transcripts of `features` ahead, where many oligos lie in one of them."""
    sites: Counter[str] = Counter()
    for sequence, isoforms in zip(sequences, transcripts, strict=True):
        if found := _homes(sequence, isoforms):
            sites[_longest(found)] += 1
    for sequence, count in sites.items():
        fold_once(sequence, count, rule_energies())


def _counts(sequence: str) -> list[float]:
    words = {n: [sequence[i : i + n] for i in range(len(sequence))] for n in (3, 4)}
    return [float(words[len(motif)].count(motif)) for motif in MOTIFS]


def _self_run(sequence: str) -> int:
    """Return the length of the longest run that is in the reverse complement as well."""
    other, n = reverse_complement(sequence), len(sequence)
    run = 0
    while run < n and _words(sequence, run + 1) & _words(other, run + 1):
        run += 1
    return run


def _words(sequence: str, size: int) -> set[str]:
    return {sequence[i : i + size] for i in range(len(sequence) - size + 1)}


def _step(pair: str) -> float:
    enthalpy, entropy = table("dna_rna")[pair]
    return enthalpy - BODY * entropy / 1000


def _homes(sequence: str, transcripts: Sequence[Record]) -> list[str]:
    """Return the transcripts in which an oligo finds its site."""
    site = reverse_complement(sequence)
    return [t.sequence for t in transcripts if site in t.sequence]


def _longest(sequences: Sequence[str]) -> str:
    return max(sequences, key=lambda text: (len(text), text))


def _context(sequence: str, transcripts: Sequence[Record]) -> list[float]:
    found = _homes(sequence, transcripts)
    if not found:
        return [0.0, 0.0, math.nan, math.nan]
    longest = _longest(found)
    start = longest.index(reverse_complement(sequence))
    return [
        float(len(found)),
        len(found) / len(transcripts),
        # by the rules that come with the package: the ranker was trained on them
        opening_energy(longest, start, len(sequence), by=rule_energies()),
        start / len(longest),
    ]
