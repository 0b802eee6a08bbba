"""Shares against the published percentages; intervals hold what was measured."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from tolerogen.errors import SpecError
from tolerogen.oligos import hit_share

PAPER = Path(__file__).resolve().parents[2].parent / "shared" / "oligo"
PAPER /= "offtarget_by_edit_distance.csv"


def test_shares_are_the_published_ones() -> None:
    assert hit_share(1).share == pytest.approx(0.718, abs=3e-3)  # one oligo only
    assert 0.436 <= hit_share(2).share <= 0.440
    assert 0.113 <= hit_share(3).share <= 0.172
    assert hit_share(4).share == pytest.approx(0.053, abs=1e-3)
    assert hit_share(0).share == hit_share(0).high == 1


def test_shares_fall_with_distance_inside_their_intervals() -> None:
    found = [hit_share(d) for d in range(5)]
    assert all(a.share > b.share for a, b in pairwise(found))
    assert all(0 < f.low < f.share <= f.high <= 1 for f in found)


def test_more_than_sampling_is_in_the_interval() -> None:
    """6,785 genes would tell a share to half a percent; two oligos do not."""
    assert hit_share(3).high - hit_share(3).low > 0.1


@pytest.mark.skipif(not PAPER.is_file(), reason="the table of Yoshida 2022 is not there")
def test_intervals_hold_every_published_percentage() -> None:
    with PAPER.open() as handle:
        rows = list(csv.DictReader(line for line in handle if not line.startswith("#")))
    seen = 0
    for row in rows:
        if row["distance"].isdigit() and row["percent_offtarget"]:
            found = hit_share(int(row["distance"]))
            assert found.low <= float(row["percent_offtarget"]) / 100 <= found.high
            seen += 1
    assert seen == 8


def test_refuses_what_was_not_measured() -> None:
    with pytest.raises(SpecError, match="0 to 4"):
        hit_share(5)
