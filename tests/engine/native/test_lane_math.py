"""Functions of the lanes against longer numbers, and at the edges of what a double holds.

The bounds are in units of the last place (ulp): exp2, log2, exp and ln stay below 5, the C
library's functions below 1 more than its own. A power is 2^(y log2 x), so an error of one ulp in
the exponent is worth as many ulps as the exponent has: at most 4 + 1.5 |log2 of the result|.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.native.compiling import lane_function

LONG = np.longdouble
COUNT = 20_000
INF, NAN = np.inf, np.nan

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def ulps(got, truth):
    """Distance in units of the last place, over numbers that are finite and normal."""
    nearest = truth.astype(float)
    return np.abs((got.astype(LONG) - truth) / np.spacing(np.abs(nearest))).astype(float)


def draw(low, high, powers=False):
    found = np.random.default_rng(5).uniform(low, high, COUNT)
    return 10**found if powers else found


@pytest.mark.parametrize("width", [2, 4, 8])
@pytest.mark.parametrize(
    ("name", "truth", "x"),
    [
        ("exp2", np.exp2, draw(-1021.4, 1022.9)),
        ("exp2", np.exp2, draw(-2, 2)),
        ("exp", np.exp, draw(-708, 709.4)),
        ("exp", np.exp, draw(-1, 1)),
        ("exp", np.exp, draw(-20, 0, powers=True)),
        ("log2", np.log2, draw(-300, 300, powers=True)),
        ("log2", np.log2, draw(0.5, 2)),
        ("ln", np.log, draw(-299, 300, powers=True)),
        ("ln", np.log, draw(0.5, 2)),
        ("ln", np.log, 1 + draw(-15, -3, powers=True)),
    ],
)
def test_exponentials_and_logarithms_to_5_ulp(width, name, truth, x):
    assert ulps(lane_function(name, width)(x), truth(x.astype(LONG))).max() < 5


@pytest.mark.parametrize("name", ["pow", "root"])
@pytest.mark.parametrize(
    ("x", "y"),
    [((-300, 300), (-1, 1)), ((-50, 50), (-5, 5)), ((-6, 6), (0.1, 5)), ((-2, 2), (0.5, 3))],
)
def test_powers_to_4_ulp_and_more_for_every_bit_of_the_exponent(name, x, y):
    base, exponent = draw(*x, powers=True), draw(*y)[::-1].copy()
    if name == "root":
        exponent = np.abs(exponent)
    truth = np.power(base.astype(LONG), exponent.astype(LONG))
    allowed = 4 + 1.5 * np.abs(exponent * np.log2(base))
    assert (ulps(lane_function(name, 4)(base, exponent), truth) / allowed).max() < 1


@pytest.mark.parametrize(
    ("name", "x"),
    [
        *((n, draw(-1e3, 1e3)) for n in ("sin", "cos", "tan", "atan", "asinh")),
        *((n, draw(-1, 1)) for n in ("asin", "acos", "atanh")),
        *((n, draw(-700, 700)) for n in ("sinh", "cosh", "tanh")),
        ("acosh", draw(1, 1e6)),
    ],
)
def test_rarer_functions_are_the_c_librarys(name, x):
    inverse = name.replace("a", "arc", 1) if name.startswith("a") else name
    truth = getattr(np, inverse)(x.astype(LONG))
    assert ulps(lane_function(name, 4)(x), truth).max() < 3


def test_gamma_is_the_factorial():
    got = lane_function("gamma", 4)(np.arange(1.0, 21))
    np.testing.assert_allclose(got, np.cumprod([1.0, *range(1, 20)]), rtol=1e-14)


EDGES = [0.0, -0.0, INF, -INF, NAN, -1.0, -1e300, 1e308, 5e-324, 1e-310, 1.0, 800.0, -800.0, 1200.0]


@pytest.mark.parametrize(
    ("name", "truth"),
    [("exp2", np.exp2), ("exp", np.exp), ("sin", np.sin), ("atanh", np.arctanh)],
)
def test_edges(name, truth):
    x = np.array([v for v in EDGES if name != "exp2" or abs(v) != 800])
    np.testing.assert_allclose(lane_function(name, 4)(x), truth(x), rtol=1e-14, atol=1e-307)


def test_logarithms_at_the_edges_stop_at_1e_minus_300():
    x = np.array([0, -0.0, INF, -INF, NAN, -1, 1, 1e308, 1e-300, 1e-310, 5e-324])
    expected = [-INF, -INF, INF, NAN, NAN, NAN, 0, *np.log([1e308, 1e-300, 1e-300, 1e-300])]
    np.testing.assert_allclose(lane_function("ln", 4)(x), expected, rtol=1e-15)


def test_exp_becomes_infinite_less_than_a_factor_of_root_2_early():
    x = np.array([709.4, 709.5, 709.79])
    assert lane_function("exp", 2)(x).tolist() == [pytest.approx(np.exp(709.4)), INF, INF]


@pytest.mark.parametrize(
    ("x", "y"),
    [
        *((x, y) for x in (0.0, INF) for y in (2, 3, 0.5, -0.5, -1, -2, 0)),
        *((x, y) for x in (-2.0, -1.0) for y in (-3, -2, -1, 0, 1, 2, 3)),
        *((x, y) for x in (2.0, 0.5) for y in (400, -400, 1e10, -1e10, INF, -INF)),
        *((NAN, y) for y in (2, 3, 0.5, -0.5, -1, INF, -INF, NAN)),
        *((x, NAN) for x in (0.0, 2.0, -1.0, INF)),
        (-INF, 2),
        (-INF, 3),
        (-INF, -2),
        (NAN, 0),
    ],
)
def test_powers_at_the_edges(x, y):
    got = lane_function("pow", 2)(np.array([x]), np.array([float(y)]))
    np.testing.assert_allclose(got, np.power(x, float(y)), rtol=1e-13)


def test_a_root_of_what_is_not_a_number_is_not_a_number():
    x = np.array([NAN, INF, 0, 1, 4, 1e308])
    got = lane_function("root", 2)(x, np.full(6, 0.5))
    np.testing.assert_allclose(got, np.sqrt(x), rtol=1e-13)


@pytest.mark.parametrize("name", ["pow", "root"])
def test_a_fraction_of_a_negative_number_is_0(name):
    """By design: a solver's trial step may overshoot 0, and the rate must come back from there."""
    x = np.array([-1e-12, -1, -1e300])
    assert lane_function(name, 4)(x, np.full(3, 0.7)).tolist() == [0, 0, 0]
