"""What no parameter set explains is read from the calibration, and drawn alike in any company."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.diseases import load_disease
from tolerogen.trials.calibration import read_inputs
from tolerogen.trials.validation.discrepancy import discrepancies, shifts


def table(arms: list[str], n: int) -> pd.DataFrame:
    metrics = ("essdai", "esspri")
    rows = [{"arm": a, "metric": m} for _ in range(n) for a in arms for m in metrics]
    return pd.DataFrame(rows)


def test_it_is_what_the_likelihood_allows() -> None:
    disease = load_disease("sjogren")
    given = read_inputs(disease).settings.likelihood
    assert discrepancies(disease) == {
        "": given.discrepancy,
        "esspri": given.discrepancy_esspri,
    }


def test_shifts_have_their_spread_and_do_not_depend_on_company() -> None:
    sds = {"": 0.5, "esspri": 0.2}
    both, alone = table(["high", "low"], 4000), table(["low"], 4000)
    found, same = shifts(both, sds, 1, "T/x"), shifts(alone, sds, 1, "T/x")
    assert np.array_equal(found[both["arm"] == "low"], same)
    for metric, sd in (("essdai", 0.5), ("esspri", 0.2)):
        mine = found[(both["metric"] == metric) & (both["arm"] == "high")]
        assert mine.std() == pytest.approx(sd, rel=0.05)
        assert abs(mine.mean()) < 5 * sd / np.sqrt(4000)
    assert not np.array_equal(shifts(alone, sds, 2, "T/x"), same)
    assert not shifts(alone, {"": 0.0}, 1, "T/x").any()
