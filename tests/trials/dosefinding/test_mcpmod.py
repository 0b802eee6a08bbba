"""MCP-Mod against DoseFinding, against simulation, and against closed forms."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm, t

from tolerogen.errors import AnalysisError
from tolerogen.trials.dosefinding import (
    Candidate,
    McpMod,
    fit_dose_response,
    max_critical,
    max_p,
    max_power,
    mcp_power,
    mcpmod,
    optimal_contrasts,
)
from tolerogen.trials.multiplicity import dunnett_critical, dunnett_p

FILE = Path(__file__).parents[2] / "anchors" / "mcpmod.toml"
ANCHOR = tomllib.loads(FILE.read_text(encoding="utf-8"))
CANDIDATES = [Candidate(name, tuple(guess)) for name, *guess in ANCHOR["candidates"]]
DOSES = np.array(ANCHOR["doses"])
CORRELATION = np.array(ANCHOR["correlation"])


def data() -> tuple[np.ndarray, np.ndarray]:
    rows = [(float(dose), v) for dose, values in ANCHOR["responses"].items() for v in values]
    table = np.array(rows)
    return table[:, 0], table[:, 1]


@pytest.fixture(scope="module")
def result() -> McpMod:
    return mcpmod(*data(), CANDIDATES, decreasing=True)


def test_contrasts_and_statistics(result: McpMod) -> None:
    assert result.contrasts == pytest.approx(np.array(ANCHOR["contrasts"]), abs=1e-9)
    assert result.correlation == pytest.approx(CORRELATION, abs=1e-9)
    assert result.statistics == pytest.approx(np.array(ANCHOR["t"]), abs=1e-8)


def test_multivariate_t(result: McpMod) -> None:
    """R's values carry the error of mvtnorm; 400,000 draws say that ours are the nearer."""
    assert result.p == pytest.approx(np.array(ANCHOR["p"]), abs=ANCHOR["tolerance_quadrature"])
    assert max_p(ANCHOR["critical"], CORRELATION, 115) == pytest.approx(0.025, abs=0.001)
    random = np.random.default_rng(2)
    root = np.linalg.cholesky(CORRELATION + 1e-12 * np.eye(5))
    scale = np.sqrt(random.chisquare(115, 400_000) / 115)
    largest = (random.normal(size=(400_000, 5)) @ root.T).max(axis=1) / scale
    assert (largest > result.critical).mean() == pytest.approx(0.025, abs=4 * 2.5e-4)


def test_fits(result: McpMod) -> None:
    fit = fit_dose_response("emax", *data())
    row = ANCHOR["emax"]
    assert list(fit.coefficients.values()) == pytest.approx(row["coefficients"], rel=1e-6)
    assert fit.covariance == pytest.approx(np.array(row["covariance"]), rel=1e-6)
    assert fit.aic == pytest.approx(row["aic"], abs=1e-8)
    predicted = fit.predict(list(DOSES))
    assert predicted["estimate"].to_numpy() == pytest.approx(row["fit"], abs=1e-6)
    assert predicted["se"].to_numpy() == pytest.approx(row["se"], abs=1e-6)
    assert fit.target_dose(row["target_effect"]) == pytest.approx(row["target_dose"], abs=1e-4)
    line = fit_dose_response("linear", *data())
    assert list(line.coefficients.values()) == pytest.approx(ANCHOR["linear"]["coefficients"])
    assert line.aic == pytest.approx(ANCHOR["linear"]["aic"], abs=1e-8)


def test_power() -> None:
    row = ANCHOR["power"]
    for size, power in zip(row["patients_a_dose"], row["power"], strict=True):
        ours = mcp_power(CANDIDATES, DOSES, [size] * 5, row["effect_over_sd"], 1.0, decreasing=True)
        assert ours.min() == pytest.approx(power, abs=0.003)


def test_power_by_simulation() -> None:
    doses, sizes = [0, 1, 2, 4], np.array([10, 8, 8, 10])
    candidates = [Candidate("linear"), Candidate("emax", (0.5,)), Candidate("quadratic", (-0.17,))]
    exact = mcp_power(candidates, doses, sizes, 1.0, 1.0)
    random = np.random.default_rng(4)
    contrasts = optimal_contrasts(candidates, doses, sizes)
    norms = np.sqrt((contrasts**2 / sizes[:, None]).sum(axis=0))
    critical = max_critical(_corr(contrasts, sizes), df=32)
    means = candidates[1].means(np.array(doses))
    draws = means + random.normal(size=(100_000, 4)) / np.sqrt(sizes)
    sd = np.sqrt(random.chisquare(32, 100_000) / 32)
    hits = ((draws @ contrasts / norms).max(axis=1) / sd > critical).mean()
    assert exact[1] == pytest.approx(hits, abs=4 * 0.5 / np.sqrt(100_000))


def _corr(contrasts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    spread = contrasts.T @ (contrasts / sizes[:, None])
    return spread / np.sqrt(np.outer(np.diag(spread), np.diag(spread)))


@pytest.mark.parametrize("df", [12.0, math.inf])
def test_equal_correlation_is_dunnett(df: float) -> None:
    shape = 0.5 + 0.5 * np.eye(3)
    assert max_critical(shape, 0.025, df) == pytest.approx(dunnett_critical(3, 0.025, df), abs=5e-5)
    # below zero the integrand jumps between directions, and a point set is less exact
    for value, tolerance in [(-1.0, 2e-3), (0.0, 2e-3), (1.5, 5e-4), (2.5, 3e-4)]:
        exact = pytest.approx(dunnett_p(value, 3, df), abs=tolerance)
        assert max_p(value, shape, df) == exact
        assert max_power(np.zeros(3), shape, value, df) == exact


def test_one_candidate_is_a_t_test() -> None:
    one = np.ones((1, 1))
    assert max_critical(one, 0.025, 20) == pytest.approx(t.isf(0.025, 20), abs=1e-6)
    assert max_power(np.array([2.0]), one, 1.96) == pytest.approx(norm.sf(-0.04), abs=1e-6)


def test_optimal_contrast_is_the_best() -> None:
    """No other contrast has a larger signal, and its square is the sum of squares between doses."""
    sizes = np.array([12, 10, 9, 14, 11])
    candidate = Candidate("sigmoid-emax", (150.0, 3.0))
    best = optimal_contrasts([candidate], DOSES, sizes)[:, 0]
    means = candidate.means(DOSES)

    def signal(c: np.ndarray) -> float:
        return float(c @ means / np.sqrt((c**2 / sizes).sum()))

    random = np.random.default_rng(3)
    others = random.normal(size=(2000, 5))
    others -= others.mean(axis=1, keepdims=True)
    assert max(signal(c) for c in others) < signal(best)
    between = sizes @ (means - sizes @ means / sizes.sum()) ** 2
    assert signal(best) ** 2 == pytest.approx(between)


def test_general_covariance_agrees_with_sizes() -> None:
    sizes = [12, 10, 9, 14, 11]
    by_size = optimal_contrasts(CANDIDATES, DOSES, sizes)
    by_cov = optimal_contrasts(CANDIDATES, DOSES, covariance=3.0 * np.diag(1 / np.array(sizes)))
    assert by_size == pytest.approx(by_cov)


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("linear", (1.0, 0.01)),
        ("linear-log", (1.0, 0.5)),
        ("quadratic", (1.0, 0.02, -2e-5)),
        ("emax", (1.0, 3.0, 100.0)),
        ("sigmoid-emax", (1.0, 3.0, 150.0, 3.0)),
        ("exponential", (1.0, 0.5, 300.0)),
        ("logistic", (1.0, 3.0, 200.0, 60.0)),
        ("beta", (1.0, 3.0, 0.7, 0.5)),
    ],
)
def test_every_shape_is_recovered(name: str, truth: tuple[float, ...]) -> None:
    from tolerogen.trials.dosefinding import shape

    item = shape(name)
    dose = np.repeat([0.0, 25, 75, 150, 300, 600], 4)
    bent = np.array(truth[1 + item.linear :])
    curve = item.curve(dose, bent)
    value = truth[0] + curve @ np.array(truth[1 : 1 + item.linear])
    noise = np.tile([1e-4, -1e-4, -1e-4, 1e-4], 6)
    fit = fit_dose_response(name, dose, value + noise)
    assert fit.curve(dose) == pytest.approx(value, abs=1e-4)
    assert list(fit.coefficients.values()) == pytest.approx(truth, rel=2e-3)


def test_averaging(result: McpMod) -> None:
    assert result.weights.sum() == pytest.approx(1.0)
    assert result.models()["shape"].tolist() == ["linear", "emax", "sigmoid-emax", "exponential"]
    effects = [fit.target_dose(-2.0) for fit in result.fits]
    target = result.target_dose(-2.0)
    assert min(effects) < target < max(effects)
    assert result.target_dose(-50.0) is None
    assert result.target_dose(2.0) is None
    assert "dose response is shown" in result.explain()
    assert result.tests()["significant"].all()
    assert "Bretz" in result.citation()


def test_bootstrap_interval() -> None:
    """With one linear shape the averaged curve is the regression line and its interval."""
    dose = np.tile([0.0, 1, 2, 3], 15)
    value = dose + np.random.default_rng(5).normal(size=60)
    line = mcpmod(dose, value, [Candidate("linear")])
    ours = line.average([0.0, 3.0])
    exact = fit_dose_response("linear", dose, value).predict([0.0, 3.0])
    assert ours["estimate"].to_numpy() == pytest.approx(exact["estimate"].to_numpy())
    assert ours["se"].to_numpy() == pytest.approx(exact["se"].to_numpy(), rel=0.15)
    assert ours.equals(line.average([0.0, 3.0]))


def test_no_effect() -> None:
    dose = np.tile([0.0, 1, 2, 3], 5)
    value = np.tile([1.0, 0.9, 1.0, 1.1, 1.0], 4)
    flat = mcpmod(dose, value, [Candidate("linear"), Candidate("emax", (1.0,))])
    assert not flat.significant
    assert "No dose response" in flat.explain()
    with pytest.raises(AnalysisError, match="no candidate was significant"):
        flat.target_dose(1.0)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: Candidate("emaxx", (1.0,)), "did you mean 'emax'"),
        (lambda: Candidate("emax"), "needs 1 guess"),
        (lambda: Candidate("sigmoid-emax", (1e9, 90.0)).means(DOSES), "does not change"),
        (lambda: optimal_contrasts([], DOSES), "one candidate"),
        (lambda: optimal_contrasts(CANDIDATES, [0.0]), "two or more"),
        (lambda: optimal_contrasts(CANDIDATES, DOSES, [1, 2, 0, 1, 1]), "needs patients"),
        (lambda: optimal_contrasts(CANDIDATES, DOSES, covariance=np.eye(2)), "must agree"),
        (lambda: mcpmod([0, 0, 1], [1.0, 2.0, 3.0], [Candidate("linear")]), "one patient"),
        (lambda: mcpmod([1, 1], [1.0, 2.0], [Candidate("linear")]), "two or more"),
        (lambda: fit_dose_response("sigmoid-emax", [0, 1, 2], [0, 1, 2]), "simpler shape"),
        (lambda: mcp_power(CANDIDATES, DOSES, [9] * 5, 1.0, 0.0), "above 0"),
        (lambda: max_critical(np.eye(2), 0.7), "between 0 and 0.5"),
    ],
)
def test_refusals(call: object, match: str) -> None:
    with pytest.raises(AnalysisError, match=match):
        call()
