"""Risk flags of an oligo, each with how well it is known to work, or that it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tolerogen.oligos.chemistry import Oligo
from tolerogen.oligos.neurotoxicity import model, neurotoxicity

Level = Literal["none", "note", "high", "not predictable"]

HIGH_AFFINITY = "lk"
LONG_RUN = 5  # equal bases, or bases of a repeated pair beyond which a sequence is simple (assumed)
RUNS = rf"(.)\1{{{LONG_RUN - 1},}}|(..)\2{{{LONG_RUN // 2},}}"
TRAINED = (17, 19)  # bases of the oligos behind the neurotoxicity score
NOT_MEASURED = "accuracy not measured here"


@dataclass(frozen=True)
class Flag:
    """One risk.

    Attributes
    ----------
    risk
        What might happen.
    level
        ``none``, ``note``, ``high`` or ``not predictable``.
    reason
        What in the oligo gave rise to it.
    accuracy
        How well such a flag was measured to work.
    """

    risk: str
    level: Level
    reason: str
    accuracy: str


def risks(oligo: Oligo) -> tuple[Flag, ...]:
    """Return all flags of an oligo, always the same ones in the same order.

    Examples
    --------
    >>> from tolerogen.oligos import read_oligo
    >>> [flag.level for flag in risks(read_oligo("GCCTCAGTCTGCTTCGCACC", "moe 5-10-5"))][1:3]
    ['not predictable', 'note']
    """
    return (
        _neurotoxic(oligo),
        Flag("hepatotoxicity", "not predictable", _affinity(oligo), "no open data to measure with"),
        _motif(oligo, "TLR9, immune stimulation", "CG", "note", "CpG; methylated C weakens it"),
        Flag("TLR7, TLR8", "not predictable", "sequence does not tell", "no rule holds up"),
        _motif(oligo, "G-quadruplex, aggregation", "GGGG", "high", "four G in a row"),
        _simple(oligo),
        _platelets(oligo),
    )


def _neurotoxic(oligo: Oligo) -> Flag:
    made = model()
    accuracy = (
        f"Spearman {made['spearman']:.2f} within a gene left out of the training (median of "
        f"{made['genes']} genes, on which the kind of model was chosen), MOE gapmers in mice"
    )
    if set(oligo.sugars) != {"d", "e"}:
        return Flag(
            "acute neurotoxicity", "not predictable", "trained on MOE gapmers only", accuracy
        )
    score = neurotoxicity(oligo)
    level: Level = "none" if score < made["note"] else "note" if score < made["high"] else "high"
    reason = f"score {score:+.2f}, 0 the mean of a gene"
    if not TRAINED[0] <= len(oligo) <= TRAINED[1]:
        reason += f"; extrapolated: trained on {TRAINED[0]} to {TRAINED[1]} bases"
    return Flag("acute neurotoxicity", level, reason, accuracy)


def _affinity(oligo: Oligo) -> str:
    count = sum(sugar in HIGH_AFFINITY for sugar in oligo.sugars)
    if count and oligo.recruits_rnase_h:
        return f"gapmer with {count} LNA or cEt: the class in which it is seen most; test early"
    return "no LNA or cEt gapmer, the class in which it is seen most"


def _motif(oligo: Oligo, risk: str, motif: str, level: Level, reason: str) -> Flag:
    at = [match.start() + 1 for match in re.finditer(f"(?={motif})", oligo.sequence)]
    if not at:
        return Flag(risk, "none", f"no {motif}", NOT_MEASURED)
    return Flag(risk, level, f"{reason}, from base {', '.join(map(str, at))}", NOT_MEASURED)


def _simple(oligo: Oligo) -> Flag:
    runs = re.finditer(RUNS, oligo.sequence)
    found = [match[0] for match in runs]
    if not found:
        return Flag("low complexity", "none", "no long run", "a count, not a prediction")
    return Flag("low complexity", "note", f"run {found[0]}", "a count, not a prediction")


def _platelets(oligo: Oligo) -> Flag:
    if oligo.linkages.count("s") < len(oligo.linkages) / 2:
        return Flag("thrombocytopenia", "none", "few phosphorothioates", "class note")
    return Flag(
        "thrombocytopenia",
        "note",
        "seen with phosphorothioates as a class; sequence does not tell: watch platelets",
        "class note",
    )
