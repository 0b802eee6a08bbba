"""Patients who cannot be computed: what is tried, what is said, and that others are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, Status, ensemble, load_model, simulate
from tolerogen.engine.native import batch, solve
from tolerogen.engine.native.solve import Solved
from tolerogen.errors import ModelError

BOOM = load_model("""model boom
  compartment V = 1; species A in V = 1, B in V = 0; k = 0.1; rest = 1
  grow: -> A; V*k*A^2
end""")
DECAY = load_model("model d; S = 2; k = 0.3; S -> ; k*S; end")


def test_a_patient_who_blows_up_is_named_and_the_others_kept():
    """A = 1/(1 - k t): with k = 1 there is a pole on day 1, with k = 1/40 none before day 40."""
    k = np.full(21, 1 / 40)
    k[[0, 7, 20]] = [1.0, 2.0, 0.5]
    table = pd.DataFrame({"k": k}, index=[f"p{i}" for i in range(21)])
    data = simulate(BOOM, table, [], [0, 0.25, 10], rtol=1e-8)
    failed = data["status"].to_numpy() != 0
    assert np.flatnonzero(failed).tolist() == [0, 7, 20]
    assert set(data["status"].to_numpy()[failed].tolist()) <= {s.value for s in Status}
    assert np.isnan(data["A"].to_numpy()[failed]).all()
    np.testing.assert_allclose(
        data["A"].to_numpy()[~failed], [[1, 1 / (1 - 0.25 / 40), 4 / 3]] * 18, rtol=1e-7
    )
    for name, day in (("p0", 1), ("p7", 0.5), ("p20", 2)):
        text = str(data["message"].sel(patient=name).item())
        assert f"Parameters: k={table.loc[name, 'k']:g}." in text
        assert Status(int(data["status"].sel(patient=name))).cause in text
        where = float(text.split("near day ")[1].split(")")[0])
        assert where == pytest.approx(day, rel=1e-3)
    assert (data["message"].to_numpy()[~failed] == "").all()


def test_a_rate_that_is_not_a_number_is_reported():
    model = load_model("model m; S = 1; k = 0.1; S' = -k*S + ln(S - 0.5); end")
    data = simulate(model, pd.DataFrame({"k": [0.1, 0.2]}), [], [0, 5])
    assert (data["status"] != 0).all()
    assert np.isnan(data["S"].to_numpy()).all()


def test_an_observable_that_is_not_a_number_is_reported():
    model = load_model("model m; S = 1; k = 0.1; S -> ; k*S; x := ln(S - 0.5); end")
    data = simulate(model, pd.DataFrame({"k": [0.01, 0.5]}), [], [0, 5], ["x"])
    assert data["status"].to_numpy().tolist() == [0, Status.NOT_FINITE]
    assert np.isfinite(data["x"][0]).all()
    assert np.isnan(data["x"][1]).all()


def test_a_start_that_is_not_a_number_is_reported():
    model = load_model("model m; a = 1; S = ln(a); k = 0.1; S -> ; k*S; end")
    data = simulate(model, pd.DataFrame({"a": [2.0, -1.0]}), [], [1])
    assert data["status"].to_numpy().tolist() == [0, Status.NOT_FINITE]


def test_everyone_may_fail():
    data = simulate(BOOM, pd.DataFrame({"k": [1.0] * 3}), [], [0, 10])
    assert (data["status"] != 0).all()
    assert "achieved_error" not in data.attrs


def test_too_many_steps(monkeypatch):
    monkeypatch.setattr(batch, "LONGEST", 20)
    model = load_model("model m; x' = -w*y; y' = w*x; x = 1; y = 0; w = 1; end")
    monkeypatch.setattr(ensemble, "_by_reference", _unable)
    data = simulate(model, pd.DataFrame({"w": [1e-3, 500.0]}), [], [10])
    assert data["status"].to_numpy().tolist() == [0, Status.TOO_MANY_STEPS]
    assert "too many steps" in data["message"].to_numpy()[1]


# ── the ladder ──────────────────────────────────────────────────────────────────────────────


def _unable(*_):
    raise ModelError("libRoadRunner is out")


@pytest.fixture
def first_fails(monkeypatch):
    """Make the first attempt of patient 1 fail; return the tolerances that were tried."""
    tried, real = [], batch.run

    def run(task, values, plans, rtol, **options):
        found = real(task, values, plans, rtol, **options)
        tried.append((len(values), rtol))
        if len(tried) == 1:
            found.stats.status[1] = Status.ERROR_TEST
        return found

    monkeypatch.setattr(solve.batch, "run", run)
    return tried


def test_the_second_attempt_is_ten_times_tighter(first_fails):
    table = pd.DataFrame({"k": [0.1, 0.2, 0.3]})
    data = simulate(DECAY, table, [Dose(1, 5, "S")], [0, 4], rtol=1e-5)
    assert first_fails[:2] == [(3, 1e-5), (1, pytest.approx(1e-6))]
    assert (data["status"] == 0).all()
    assert data["message"].to_numpy().tolist() == [
        "",
        "finished at the second attempt, rtol 1e-06",
        "",
    ]
    k = np.array([0.1, 0.2, 0.3])
    np.testing.assert_allclose(data["S"][:, 1], 2 * np.exp(-4 * k) + 5 * np.exp(-3 * k), rtol=1e-5)


@pytest.fixture
def lanes_fail(monkeypatch):
    """Make every attempt of the lanes fail for the patients with k = 0.2."""
    real = batch.run

    def run(task, values, plans, rtol, **options):
        found = real(task, values, plans, rtol, **options)
        found.stats.status[values[:, 0] == 0.2] = Status.ERROR_TEST
        return found

    monkeypatch.setattr(solve.batch, "run", run)


def test_libroadrunner_is_the_last_resort(lanes_fail):
    table = pd.DataFrame({"k": [0.1, 0.2, 0.3]})
    doses = [[Dose(1, 5.0 * i, "S", 0.5 * i)] if i else [] for i in range(3)]
    data = simulate(DECAY, table, doses, [0, 4], rtol=1e-7)
    assert (data["status"] == 0).all()
    assert data["message"].to_numpy().tolist() == [
        "", "finished by libRoadRunner; the native lanes could not", "",
    ]  # fmt: skip
    infused = 10 / 0.2 * (1 - np.exp(-0.1)) * np.exp(-0.2 * 2.5)
    assert data["S"].to_numpy()[1, 1] == pytest.approx(2 * np.exp(-0.8) + infused, rel=1e-6)


def test_a_patient_nobody_can_solve_keeps_the_first_reason(lanes_fail, monkeypatch):
    def helpless(model, ask, progress):
        shape = (len(ask.values), len(ask.times), len(ask.observables))
        return Solved(np.full(shape, np.nan), np.array([Status.OTHER]), ["no"], {})

    for answer in (helpless, _unable):
        monkeypatch.setattr(ensemble, "_by_reference", answer)
        data = simulate(DECAY, pd.DataFrame({"k": [0.1, 0.2, 0.3]}), [], [0, 4])
        assert data["status"].to_numpy().tolist() == [0, Status.ERROR_TEST, 0]
        assert "no step was small enough" in data["message"].to_numpy()[1]
        assert np.isnan(data["S"].to_numpy()[1]).all()


# ── what the result says of itself ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("rtol", [1e-3, 1e-5, 1e-7, 1e-9])
@pytest.mark.parametrize("method", ["rodas5p", "rodas4p2"])
def test_the_error_reported_is_the_error_there_is(rtol, method):
    """Bateman's chain A -> B -> C with known course: the true error of the patients looked at."""
    model = load_model("""model bateman
      A = 10; B = 0; C = 0; ka = 1; kb = 0.3
      A -> B; ka*A
      B -> C; kb*B
    end""")
    draw = np.random.default_rng(4)
    table = pd.DataFrame({"ka": draw.uniform(0.5, 3, 8), "kb": draw.uniform(0.05, 0.4, 8)})
    times = np.array([0, 0.3, 1, 2, 4, 8, 15.0])
    data = simulate(model, table, [], times, ["A", "B", "C"], rtol, method=method)
    a, b = (table[c].to_numpy()[:, None] for c in ("ka", "kb"))
    A, ea, eb = 10 * np.exp(-a * times), np.exp(-a * times), np.exp(-b * times)
    B = 10 * a / (a - b) * (eb - ea)
    truth = {"A": A, "B": B, "C": 10 - A - B}
    error = np.zeros(8)
    for name, exact in truth.items():
        floor = 1e-4 * np.abs(exact).max(axis=1, keepdims=True)
        pointwise = np.abs(data[name].to_numpy() - exact) / np.maximum(np.abs(exact), floor)
        error = np.maximum(error, pointwise.max(axis=1))
    assert data.attrs["achieved_error_patients"] == 8
    assert data.attrs["achieved_error"] == pytest.approx(np.median(error), rel=0.2)
    assert data.attrs["achieved_error_worst"] == pytest.approx(error.max(), rel=0.2)
    assert error.max() < 30 * rtol


def test_a_result_tells_how_it_came_about():
    data = simulate(DECAY, pd.DataFrame({"k": [0.1, 0.2]}), [], [0, 4])
    assert data.attrs["solver"] == "Rodas5P"
    assert data.attrs["rtol"] == 1e-5
    assert data.attrs["steps"] > 4
    assert data.attrs["rejections"] >= 0
    assert data.attrs["lanes"] in (2, 4, 8)
    assert "doi:10.1007/s10543-023-00967-x" in data.attrs["citations"]
    for name in ("compile_seconds", "cpu_seconds", "wall_seconds"):
        assert data.attrs[name] >= 0
    reference = simulate(DECAY, pd.DataFrame({"k": [0.1]}), [], [0, 4], backend="reference")
    assert "libRoadRunner" in reference.attrs["solver"]


def test_every_status_has_a_cause_a_person_can_read():
    for status in Status:
        assert 8 <= len(status.cause) <= 200
    assert len({s.cause for s in Status}) == len(Status)
