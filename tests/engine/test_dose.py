from __future__ import annotations

import pytest

from tolerogen.engine import Dose
from tolerogen.errors import SpecError


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((-1, 5, "S"), "time is -1"),
        ((0, -5, "S"), "amount is -5"),
        ((0, float("nan"), "S"), "amount is nan"),
        ((0, 5, "S", float("inf")), "duration is inf"),
        ((0, 5, "S", 1e-9), "too short"),
    ],
)
def test_an_impossible_dose_is_refused_by_name(values, named):
    with pytest.raises(SpecError, match=named):
        Dose(*values)
