"""The ranker: its trees against LightGBM's rule for gaps, its scores against measurements."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from tolerogen.errors import SpecError
from tolerogen.oligos import Record, rank, read_oligo
from tolerogen.oligos.features import FEATURES, features
from tolerogen.oligos.ranker import predict
from tolerogen.oligos.thermodynamics import BODY, duplex

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "oligo"
ACTIVITY = DATA / "openaso_ps_dna_activity.csv"
TARGET = "GCTTACGGATCCATTGCAGGTCCAATCGTAGGCTTACCGATTACGGCATTACCAGTTGCA"


def stump(feature: int, missing_left: bool) -> dict[str, object]:
    n = len(FEATURES)
    return {
        "level": 0.5,
        "mean": [0.0] * n,
        "scale": [1.0] * n,
        "weights": [0.0] * n,
        "trees": [[feature, 2.0, missing_left, -0.2, [feature, 4.0, False, 0.0, 0.6]]],
    }


def test_trees_split_at_the_threshold_and_send_gaps_where_told() -> None:
    rows = np.zeros((4, len(FEATURES)))
    rows[:, 3] = [2.0, 2.1, 5.0, np.nan]
    assert predict(rows, stump(3, True)).tolist() == pytest.approx([0.4, 0.5, 0.8, 0.4])
    assert predict(rows, stump(3, False))[3] == pytest.approx(0.8)


def test_features_are_what_they_say() -> None:
    record = Record("t", "t|X", TARGET)
    oligo = read_oligo("TGGACCTGCAATGGATCC")
    values = dict(zip(FEATURES, features(oligo.sequence, [record]), strict=True))
    assert oligo.target in TARGET
    found = duplex(oligo)
    assert values["energy"] == pytest.approx(found.enthalpy - BODY * found.entropy / 1000)
    assert values["c"] == pytest.approx(5 / 18)
    assert values["place"] == pytest.approx(TARGET.index(oligo.target) / len(TARGET))
    assert (values["isoforms"], values["isoform_share"], values["length"]) == (1, 1, 18)


def test_a_score_lies_in_its_interval_and_does_not_depend_on_its_neighbours() -> None:
    record = Record("t", "t|X", TARGET)
    oligos = [
        read_oligo(s, "dna/ps") for s in ("TGGACCTGCAATGGATCC", "GTAATCGGTAAGCCTACG", "G" * 18)
    ]
    together = rank(oligos, [record])
    assert together == tuple(rank([oligo], [record])[0] for oligo in oligos)
    assert all(0 <= r.low <= r.score <= r.high <= 1 for r in together)
    assert [r.familiar for r in together] == [True, True, False]
    assert together[0].score > together[2].score  # runs of G do not knock down


def test_refuses_an_oligo_too_short() -> None:
    with pytest.raises(SpecError, match="too short"):
        rank([read_oligo("ACGT")], [])


@pytest.mark.skipif(not ACTIVITY.is_file(), reason="measured activities are not there")
def test_scores_follow_measurements_within_genes() -> None:
    """A check that nothing is upside down; genes were trained on, so no measure of skill."""
    with ACTIVITY.open() as handle:
        rows = [row for row in csv.DictReader(handle) if row["target"] in {"GNA11", "TFRC", "E2F1"}]
    scores = rank([read_oligo(row["aso_5to3"]) for row in rows], [])
    genes = np.array([row["target"] for row in rows])
    left = np.array([float(row["y"]) for row in rows])
    score = np.array([r.score for r in scores])
    found = [spearmanr(score[genes == g], left[genes == g])[0] for g in set(genes)]
    assert np.mean(found) < -0.2
