"""How well an oligo is expected to knock its target down, with an interval.

A mean, a linear part and boosted trees, trained by ``benchmarks/oligo_train_ranker.py`` on measured
phosphorothioate DNA (McQuisten et al. 2007, doi:10.1186/1471-2105-8-184). Trees and weights are
numbers in ``data/ranker.json``; no library is needed to use them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.oligos.features import FEATURES, features, fold_targets
from tolerogen.oligos.letters import reverse_complement
from tolerogen.oligos.trees import add_trees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.oligos.chemistry import Oligo
    from tolerogen.oligos.fasta import Record

MODEL = Path(__file__).parent / "data" / "ranker.json"


@dataclass(frozen=True)
class Rank:
    """Expected knock-down of one oligo.

    Attributes
    ----------
    oligo
        The oligo.
    score
        Expected share of the target's RNA that is gone, 0 to 1; for telling oligos of one gene
        apart. Between genes and between screens it says little.
    low, high
        Interval that held 80 % of the measurements on genes left out of the training.
    familiar
        Whether the oligo resembles the data: 16 to 22 bases, a gap of DNA that RNase H1 can use,
        and a site found in a transcript.
    """

    oligo: Oligo
    score: float
    low: float
    high: float
    familiar: bool


def rank(
    oligos: Sequence[Oligo], transcripts: Sequence[Record], genes: Sequence[str] | None = None
) -> tuple[Rank, ...]:
    """Score oligos, in the order given.

    Parameters
    ----------
    oligos
        Chemistry is not scored, because the data has one only.
    transcripts
        Transcripts, of any genes.
    genes
        Gene of each oligo, empty where unknown; it is then the gene in which the site is found.

    Raises
    ------
    SpecError
        For an oligo of fewer than 8 bases.
    """
    named = genes or [""] * len(oligos)
    known: dict[str, list[Record]] = {}
    for record in transcripts:
        known.setdefault(record.gene, []).append(record)
    short = next((oligo for oligo in oligos if len(oligo) < 8), None)
    if short is not None:
        raise SpecError(f"oligo '{short.sequence}' is too short to be ranked (8 at least).")
    if not oligos:
        return ()
    bare = [oligo.sequence for oligo in oligos]
    isoforms = [_isoforms(oligo, gene, known) for oligo, gene in zip(oligos, named, strict=True)]
    fold_targets(bare, isoforms)
    values = np.array([features(*pair) for pair in zip(bare, isoforms, strict=True)])
    scores = predict(values, model())
    low, high = model()["interval"]
    return tuple(
        Rank(
            oligo,
            float(np.clip(score, 0, 1)),
            float(np.clip(score + low, 0, 1)),
            float(np.clip(score + high, 0, 1)),
            16 <= len(oligo) <= 22 and oligo.recruits_rnase_h and not np.isnan(row).any(),
        )
        for oligo, score, row in zip(oligos, scores, values, strict=True)
    )


def predict(values: NDArray[np.float64], made: dict[str, Any]) -> NDArray[np.float64]:
    """Evaluate a model on rows of `FEATURES`; NaN goes the way each split was trained for it."""
    filled = np.where(np.isnan(values), made["mean"], values)
    # row by row, not as one matrix product: a score must not depend on the oligos beside it
    linear = ((filled - made["mean"]) / made["scale"] * made["weights"]).sum(axis=1)
    boosted = add_trees(made["trees"], values)
    return np.asarray(made["level"] + (linear + boosted) / 2)


@cache
def model() -> dict[str, Any]:
    """Return the trained model."""
    made: dict[str, Any] = json.loads(MODEL.read_text(encoding="utf-8"))
    if tuple(made["features"]) != FEATURES:
        raise SpecError("data/ranker.json was trained on other features; train it again.")
    return made


def _isoforms(oligo: Oligo, gene: str, known: dict[str, list[Record]]) -> list[Record]:
    if gene in known:
        return known[gene]
    site = reverse_complement(oligo.sequence)
    for records in known.values():
        if any(site in record.sequence for record in records):
            return records
    return []
