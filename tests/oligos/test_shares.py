"""Shares against the published percentages, intervals against statsmodels."""

from __future__ import annotations

import pytest
from statsmodels.stats.proportion import proportion_confint

from tolerogen.errors import SpecError
from tolerogen.oligos import hit_share


def test_shares_are_the_published_ones() -> None:
    assert hit_share(1).share == pytest.approx(0.718, abs=5e-4)  # one oligo only
    assert 0.436 <= hit_share(2).share <= 0.440
    assert 0.113 <= hit_share(3).share <= 0.172
    assert hit_share(0).share == 1


def test_intervals_are_exact() -> None:
    low, high = proportion_confint(168, 234, method="beta")
    assert (hit_share(1).low, hit_share(1).high) == pytest.approx((low, high))
    low, high = proportion_confint(11, 25, method="beta")  # the smaller oligo is the wider
    assert (hit_share(2).low, hit_share(2).high) == pytest.approx((low, high))
    assert hit_share(0).high == 1
    assert all(hit_share(d).low < hit_share(d).share <= hit_share(d).high for d in range(4))


def test_refuses_what_was_not_measured() -> None:
    with pytest.raises(SpecError, match="0 to 3"):
        hit_share(4)
