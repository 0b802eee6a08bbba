"""Acute neurotoxicity of MOE gapmers: a linear score on composition and design.

Trained by ``benchmarks/oligo_train_neurotoxicity.py`` on observations of mice three hours after the
dose (0 well, 7 dead), published in patents and collected by OligoGym. Weights are in
``data/neurotoxicity.json``.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from tolerogen.oligos.chemistry import Oligo

MODEL = Path(__file__).parent / "data" / "neurotoxicity.json"
END = 6  # bases looked at on their own at each end
PAIRS = tuple("".join(pair) for pair in product("ACGT", repeat=2))


def neurotoxicity(oligo: Oligo) -> float:
    """Return the score: higher is more toxic, 0 the mean of the oligos against one gene.

    It tells oligos against one target apart and is not a prediction of the scale itself.
    """
    made = model()
    return float(
        sum(
            w * (x - m)
            for w, x, m in zip(made["weights"], describe(oligo), made["mean"], strict=True)
        )
    )


def describe(oligo: Oligo) -> list[float]:
    """Return counts: bases (all, in MOE, at each end), design, runs of G, pairs of bases."""
    sequence, n = oligo.sequence, len(oligo)
    found: list[float] = []
    for base in "ACGT":
        wings = sum(b == base and s == "e" for b, s in zip(sequence, oligo.sugars, strict=True))
        ends = (sequence[:END].count(base), sequence[-END:].count(base))
        found += [sequence.count(base), wings, *ends]
    found += [n, oligo.linkages.count("o"), oligo.sugars.count("e")]
    found += ["GG" in sequence, "GGG" in sequence, "GGGG" in sequence]
    steps = [sequence[i : i + 2] for i in range(n - 1)]
    return [float(value) for value in (*found, *(steps.count(pair) for pair in PAIRS))]


@cache
def model() -> dict[str, Any]:
    """Return means, weights and the measured accuracy."""
    made: dict[str, Any] = json.loads(MODEL.read_text(encoding="utf-8"))
    return made
