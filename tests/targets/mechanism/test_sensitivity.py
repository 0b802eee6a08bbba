"""Sobol' and Morris against closed forms, and on the model."""

from __future__ import annotations

import numpy as np
import pytest

from tolerogen.errors import SpecError
from tolerogen.targets.mechanism import (
    Setup,
    morris_effects,
    node_sensitivity,
    sobol_indices,
    strength_sensitivity,
)


def ishigami(x):
    """Ishigami & Homma 1990 with a = 7, b = 0.1; inputs in (-pi, pi)."""
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_meets_the_closed_form_of_ishigami():
    # doi:10.1109/ISUMA.1990.151285; indices by hand from its variances
    a, b, pi = 7.0, 0.1, np.pi
    v1 = 0.5 * (1 + b * pi**4 / 5) ** 2
    v2 = a**2 / 8
    v13 = b**2 * pi**8 * (1 / 18 - 1 / 50)
    total = v1 + v2 + v13
    found = {i.name: i for i in sobol_indices(list("abc"), [(-pi, pi)] * 3, ishigami, base=2048)}
    for name, first, whole in (
        ("a", v1 / total, (v1 + v13) / total),
        ("b", v2 / total, v2 / total),
        ("c", 0.0, v13 / total),
    ):
        index = found[name]
        assert index.first == pytest.approx(first, abs=0.03)
        assert index.total == pytest.approx(whole, abs=0.03)
        assert 0 < index.total_half < 0.1


def test_morris_of_a_straight_function_is_its_slope():
    found = {
        e.name: e
        for e in morris_effects(list("ab"), [(0, 1), (0, 2)], lambda x: 3 * x[:, 0] - x[:, 1])
    }
    assert (found["a"].mu_star, found["a"].mu) == pytest.approx((3, 3))
    assert (found["b"].mu_star, found["b"].mu) == pytest.approx((2, -2))
    assert found["a"].sigma == pytest.approx(0, abs=1e-9)


def test_a_base_that_is_no_power_of_two_is_refused():
    with pytest.raises(SpecError, match="power of 2"):
        sobol_indices(["a"], [(0, 1)], lambda x: x[:, 0], base=48)


def test_a_flat_function_has_no_sensitivity():
    (index,) = sobol_indices(["a"], [(0, 1)], lambda x: np.ones(len(x)), base=8)
    assert index.total == 0.0


def test_nodes_that_do_nothing_explain_nothing(disease, items):
    wanted = ("FcRn/block/fc_fusion", "IL7R/knock_down/oligo")
    some = [item for item in items if item.id in wanted]
    found = node_sensitivity(disease, some, Setup(patients=20), base=16)
    assert found[0].name == "FcRn/block/fc_fusion"
    assert found[1].total == pytest.approx(0, abs=0.05)


def test_an_effect_hangs_on_its_own_arrows(disease, items):
    item = next(i for i in items if i.id == "IL7R/block/antibody")
    asked = ("s_IL7_T4_cm", "s_IL7_gland", "s_APRIL_PC", "s_LT_eGC")
    found = strength_sensitivity(disease, item, Setup(patients=20), 4, asked)
    assert {e.name for e in found} == {*asked, "level"}
    assert {e.name for e in found[:2]} == {"s_IL7_T4_cm", "s_IL7_gland"}
