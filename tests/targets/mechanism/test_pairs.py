"""Pairs: Bliss by hand, and what cannot be paired."""

from __future__ import annotations

import numpy as np
import pytest

from tolerogen.errors import SpecError
from tolerogen.targets.mechanism import Setup, combine, draws_for, run_arms
from tolerogen.targets.mechanism.interventions import settings
from tolerogen.trials.validation.posterior import Posterior


def some(items, *names):
    found = {item.id: item for item in items}
    return [found[name] for name in names]


def test_a_pair_by_hand(disease, items):
    one, other = some(items, "IL7R/block/antibody", "FcRn/block/fc_fusion")
    setup = Setup(patients=30)
    (pair,) = combine(disease, [one, other], Posterior(), setup)
    a, b = settings(one, one.level), settings(other, other.level)
    run = run_arms(disease, Posterior(), [[a, b, a | b]], setup)
    none, x, y, both = np.nanmean(run.measures["essdai"][0], axis=1)
    assert pair.essdai.mean == pytest.approx(both - none)
    assert pair.best_single.mean == pytest.approx(min(x, y) - none)
    assert pair.gain.mean == pytest.approx(both - min(x, y))
    bliss = none * (1 - (1 - x / none)) * (1 - (1 - y / none))
    assert pair.excess.mean == pytest.approx(both - bliss)
    assert pair.essdai.low is None


def test_intervals_come_from_parameter_sets(disease, items):
    pair = combine(
        disease,
        some(items, "CD40/block/antibody", "BAFF/neutralise/antibody"),
        draws_for(disease, None, 4, 1),
        Setup(patients=20),
    )[0]
    assert pair.essdai.low <= pair.essdai.mean <= pair.essdai.high
    assert 0 <= pair.p_synergy <= 1


def test_drugs_at_one_handle_are_no_pair(disease, items):
    with pytest.raises(SpecError, match="same handles"):
        combine(
            disease,
            some(items, "BAFF/neutralise/antibody", "BAFF_APRIL/neutralise/fc_fusion"),
            Posterior(),
            Setup(patients=5),
        )
