"""Acute neurotoxicity of MOE gapmers: boosted trees on composition, order of bases and design.

Trained by ``benchmarks/oligo_train_neurotoxicity.py`` on observations of mice three hours after the
dose (0 well, 7 dead), published in patents and collected by OligoGym. Trees are numbers in
``data/neurotoxicity.json``.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from tolerogen.oligos.chemistry import Oligo
from tolerogen.oligos.trees import add_trees

MODEL = Path(__file__).parent / "data" / "neurotoxicity.json"
END = 6  # bases and linkages looked at on their own at each end, in counts
EACH = 8  # bases at each end of which each is looked at
PAIRS, TRIPLETS = (tuple("".join(word) for word in product("ACGT", repeat=size)) for size in (2, 3))


def neurotoxicity(oligo: Oligo) -> float:
    """Return the score: higher is more toxic, 0 the mean of the oligos against one gene.

    It tells oligos against one target apart and is not a prediction of the scale itself.
    """
    return float(add_trees(model()["trees"], np.array([describe(oligo)]))[0])


def describe(oligo: Oligo) -> list[float]:
    """Return counts and marks: composition, design, runs of G, words, bases by place."""
    sequence, n = oligo.sequence, len(oligo)
    found: list[float] = []
    for base in "ACGT":
        wings = sum(b == base and s == "e" for b, s in zip(sequence, oligo.sugars, strict=True))
        ends = (sequence[:END].count(base), sequence[-END:].count(base))
        found += [sequence.count(base), wings, *ends]
    found += [n, oligo.linkages.count("o"), oligo.sugars.count("e")]
    found += ["GG" in sequence, "GGG" in sequence, "GGGG" in sequence]
    for words in (PAIRS, TRIPLETS):
        size = len(words[0])
        steps = [sequence[i : i + size] for i in range(n - size + 1)]
        found += [steps.count(word) for word in words]
    return [float(value) for value in (*found, *_places(sequence, oligo.linkages))]


def _places(sequence: str, linkages: str) -> list[float]:
    """Return bases and linkages by place: at each end one by one, and by quarter."""
    n = len(sequence)
    at = [*sequence[:EACH].ljust(EACH), *sequence[-EACH:].rjust(EACH)]
    found = [float(letter == base) for letter in at for base in "ACG"]
    for quarter in range(4):
        part = sequence[quarter * n // 4 : (quarter + 1) * n // 4]
        found += [float(part.count(base)) for base in "ACG"]
    near = [*linkages[:END].ljust(END), *linkages[-END:].rjust(END)]
    return found + [float(linkage == "o") for linkage in near]


@cache
def model() -> dict[str, Any]:
    """Return the trees and the measured accuracy."""
    made: dict[str, Any] = json.loads(MODEL.read_text(encoding="utf-8"))
    return made
