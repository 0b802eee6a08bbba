"""Flags: raised where they should be, silent where nothing is known."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from tolerogen.oligos import read_oligo, risks
from tolerogen.oligos.neurotoxicity import describe, neurotoxicity

OBSERVED = Path(__file__).resolve().parents[2].parent / "shared/oligo/moe_neurotoxicity_fob.csv"


def levels(sequence: str, chemistry: str) -> dict[str, str]:
    return {flag.risk.split(",")[0]: flag.level for flag in risks(read_oligo(sequence, chemistry))}


def test_motifs_raise_flags() -> None:
    quiet = levels("TCACTTTCATAATGCTGATC", "moe 5-10-5")
    assert (quiet["TLR9"], quiet["G-quadruplex"], quiet["low complexity"]) == ("none",) * 3
    loud = levels("TCGCTTGGGGAATATATATC", "moe 5-10-5")
    assert (loud["TLR9"], loud["G-quadruplex"], loud["low complexity"]) == ("note", "high", "note")


def test_what_is_not_predictable_is_said_so() -> None:
    found = levels("TCACTTTCATAATGCT", "lna 3-10-3")
    assert found["TLR7"] == found["hepatotoxicity"] == "not predictable"
    assert found["acute neurotoxicity"] == "not predictable"
    assert found["thrombocytopenia"] == "note"
    assert levels("TCACTTTCATAATGCT", "moe/po")["thrombocytopenia"] == "none"
    assert all(flag.accuracy for flag in risks(read_oligo("TCACTTTCATAATGCT", "lna")))


def test_guanine_raises_neurotoxicity() -> None:
    calm = neurotoxicity(read_oligo("TCACTTTCATAATCCTCATC", "moe 5-10-5"))
    assert neurotoxicity(read_oligo("TCACTTTCATAATGGTGATG", "moe 5-10-5")) > calm


def test_counts_are_counts() -> None:
    described = describe(read_oligo("AAAAACCCCCGGGGGTTTTT", "moe 5-10-5/po"))
    assert described[:4] == [5, 5, 5, 0]  # A: all, in MOE, first six, last six
    assert described[16:22] == [20, 19, 10, 1, 1, 1]


@pytest.mark.skipif(not OBSERVED.is_file(), reason="observations of mice are not there")
def test_scores_follow_observations() -> None:
    """A check that nothing is upside down; genes were trained on, so no measure of skill."""
    with OBSERVED.open() as handle:
        rows = [row for row in csv.DictReader(handle) if row["target"] == "GFAP"]
    scores = [
        neurotoxicity(read_oligo(r["aso_5to3"], f"{r['sugar']}/{r['linkage']}")) for r in rows
    ]
    assert spearmanr(scores, np.array([float(r["y_raw"]) for r in rows]))[0] > 0.5
