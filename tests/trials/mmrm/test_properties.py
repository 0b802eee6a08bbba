"""What must hold for any data: derivatives, order, labels, nesting, missing values."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.trials import mmrm
from tolerogen.trials.mmrm.design import read_design
from tolerogen.trials.mmrm.likelihood import evaluate, slopes
from tolerogen.trials.mmrm.structures import BUILDERS, structure

FORMULA = "value ~ base + arm * visit"


def trial(seed: int, patients: int = 40, visits: int = 4) -> pd.DataFrame:
    """Correlated values; a fifth of them missing, more often after a high one."""
    random = np.random.default_rng(seed)
    spread = np.linspace(1, 2, visits)
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    sigma = np.outer(spread, spread) * 0.6**lag
    base = random.normal(size=patients)
    value = base[:, None] + random.multivariate_normal(np.zeros(visits), sigma, patients)
    arm = random.permutation(np.repeat(["drug", "placebo"], patients // 2))
    value -= (arm == "drug")[:, None] * np.linspace(0, 1, visits)
    lost = random.random(value.shape) < 0.1 + 0.2 * (np.roll(value, 1, axis=1) > 1)
    lost[:, 0] = False
    value[lost] = np.nan
    return pd.DataFrame(
        {
            "who": np.repeat([f"p{k}" for k in range(patients)], visits),
            "visit": np.tile([f"v{k}" for k in range(visits)], patients),
            "arm": np.repeat(arm, visits),
            "base": np.repeat(base, visits),
            "value": value.ravel(),
        }
    )


def middle(name: str, size: int) -> np.ndarray:
    """Parameters away from zero and from the maximum."""
    shape = structure(name, size)
    moment = 2.0 * 0.5 ** np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    return shape.start(moment + np.diag(np.linspace(0, 1, size)))


@pytest.mark.parametrize("name", sorted(BUILDERS))
@pytest.mark.parametrize("size", [2, 4])
def test_structures_and_their_derivatives(name: str, size: int) -> None:
    shape, theta = structure(name, size), middle(name, size)
    sigma = shape.matrix(theta)
    assert np.array_equal(sigma, sigma.T)
    assert np.linalg.eigvalsh(sigma)[0] > 0
    for i in range(len(theta)):
        step = np.zeros_like(theta)
        step[i] = 1e-5
        slope = (shape.matrix(theta + step) - shape.matrix(theta - step)) / 2e-5
        assert shape.jacobian(theta)[i] == pytest.approx(slope, abs=1e-8)
        bend = (shape.jacobian(theta + step) - shape.jacobian(theta - step)) / 2e-5
        assert shape.curvature(theta)[i] == pytest.approx(bend, abs=1e-8)


def test_derivatives_where_a_correlation_is_zero() -> None:
    shape = structure("ante", 4)
    theta = np.array([2.0, 0.0, 0.5, 0.0])
    assert shape.jacobian(theta)[1][0, 1] == 2.0
    assert shape.jacobian(theta)[1][0, 2] == 1.0
    assert np.isfinite(shape.curvature(theta)).all()
    assert shape.curvature(theta)[1, 3][0, 3] == 1.0


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("group", [None, "arm"])
@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_gradient_and_hessian(name: str, group: str | None, reml: bool) -> None:
    design = read_design(FORMULA, trial(1), "who", "visit", group, None)
    shape = structure(name, 4)
    theta = np.tile(middle(name, 4), (len(design.groups), 1))
    point = evaluate(design, shape, theta, reml)
    assert point is not None
    exact = slopes(design, shape, point, reml)
    for i in range(theta.size):
        step = np.zeros(theta.size)
        step[i] = 1e-5
        ends = [
            evaluate(design, shape, theta + s * step.reshape(theta.shape), reml) for s in (1, -1)
        ]
        assert ends[0] is not None
        assert ends[1] is not None
        slope = (ends[0].value - ends[1].value) / 2e-5
        assert exact.gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-5)
        bend = np.subtract(*(slopes(design, shape, end, reml).gradient for end in ends)) / 2e-5
        assert exact.hessian[i] == pytest.approx(bend, rel=1e-4, abs=1e-4)
        moved = (ends[0].information - ends[1].information) / 2e-5
        assert exact.information[i] == pytest.approx(moved, rel=1e-4, abs=1e-4)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["us", "ar1h", "cs", "toeph"]))
def test_order_of_rows_does_not_matter(seed: int, name: str) -> None:
    data = trial(seed)
    shuffled = data.sample(frac=1, random_state=seed)
    fits = [mmrm(FORMULA, d, "who", "visit", covariance=name) for d in (data, shuffled)]
    assert fits[0].neg2loglik == pytest.approx(fits[1].neg2loglik, rel=1e-9)
    assert fits[0].coefficients.to_numpy() == pytest.approx(
        fits[1].coefficients.to_numpy(), rel=1e-4, abs=1e-6
    )


def test_relabelling_arms_turns_the_sign() -> None:
    data = trial(2)
    other = data.assign(arm=data["arm"].map({"drug": "z", "placebo": "a"}))
    one = mmrm(FORMULA, data, "who", "visit").contrast("arm", by="visit", reference="placebo")
    two = mmrm(FORMULA, other, "who", "visit").contrast("arm", by="visit", reference="z")
    assert one["estimate"].to_numpy() == pytest.approx(-two["estimate"].to_numpy(), rel=1e-6)
    assert one["se"].to_numpy() == pytest.approx(two["se"].to_numpy(), rel=1e-6)
    assert one["df"].to_numpy() == pytest.approx(two["df"].to_numpy(), rel=1e-4)


def test_more_parameters_fit_no_worse() -> None:
    data = trial(3)
    value = {
        name: mmrm(FORMULA, data, "who", "visit", covariance=name, reml=False).neg2loglik
        for name in BUILDERS
    }
    chains = [
        "us anteh ar1h ar1",
        "us toeph csh cs",
        "us toeph ar1h",
        "toeph toep ar1",
        "toep cs",
        "anteh ante ar1",
    ]
    for chain in chains:
        names = chain.split()
        for rich, poor in pairwise(names):
            assert value[rich] <= value[poor] + 1e-7, (rich, poor)


def test_units_of_the_response_do_not_matter() -> None:
    data = trial(4)
    small = data.assign(value=data["value"] * 1e-4)
    one, two = (mmrm(FORMULA, d, "who", "visit", df="kenward-roger") for d in (data, small))
    assert two.coefficients["t"].to_numpy() == pytest.approx(
        one.coefficients["t"].to_numpy(), rel=1e-5
    )


def test_kenward_roger_is_never_surer_than_the_model() -> None:
    data = trial(6)
    plain = mmrm(FORMULA, data, "who", "visit").coefficients["se"]
    careful = mmrm(FORMULA, data, "who", "visit", df="kenward-roger").coefficients["se"]
    assert (careful >= plain * (1 - 1e-9)).all()
