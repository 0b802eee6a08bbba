"""Without treatment the model rests: in health, in disease, and in patients who differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import roadrunner

from tolerogen import engine
from tolerogen.diseases import Disease
from tolerogen.patients import sample_population

from .conftest import change, treat

YEAR = 365.0


@pytest.mark.parametrize("state", ["disease", "healthy"])
def test_typical_patient_drifts_below_one_per_cent_a_year(sjogren: Disease, state: str) -> None:
    model = engine.load_model(sjogren.model)
    drift = engine.steady_state_drift(model, pd.DataFrame([dict(sjogren.state(state))]), YEAR)
    assert drift.shape == (1, 41)
    assert np.abs(drift.to_numpy()).max() < 0.01


def test_patients_who_differ_drift_below_one_per_cent_a_year(sjogren: Disease) -> None:
    population = sample_population(sjogren, 60, seed=7)
    model = engine.load_model(sjogren.model)
    drift = engine.steady_state_drift(model, population.parameters, YEAR).abs()
    worst = drift.max().sort_values()
    assert worst.iloc[-1] < 0.01, worst.tail(3)


def test_rest_is_stable_and_no_production_is_negative(sjogren: Disease) -> None:
    """Every eigenvalue but that of irreversible loss lies left of zero, in each of 20 patients."""
    runner = roadrunner.RoadRunner(sjogren.to_sbml())
    population = sample_population(sjogren, 20, seed=11)
    derived = ["J_naive_exit", "J_B_fo_division", "J_tmem_exit", "J_tmem_division", "k_IgG_0"]
    for _, patient in population.parameters.iterrows():
        for name, value in patient.items():
            runner.model[f"init({name})"] = float(value)
        runner.resetAll()
        assert min(runner[name] for name in derived) > 0
        eigenvalues = np.sort(np.linalg.eigvals(_jacobian(runner)).real)
        assert eigenvalues[-1] < 1e-9  # the lost epithelium: nothing leaves it
        assert eigenvalues[-2] < -1e-7


def _jacobian(runner: roadrunner.RoadRunner) -> np.ndarray:
    amounts = np.array(runner.model.getFloatingSpeciesAmounts())
    columns = []
    for j, amount in enumerate(amounts):
        rates = []
        for step in (1e-5 * amount, -1e-5 * amount):
            moved = amounts.copy()
            moved[j] += step
            runner.model.setFloatingSpeciesAmounts(range(len(amounts)), moved)
            rates.append(np.array(runner.getRatesOfChange()))
        columns.append((rates[0] - rates[1]) / (2e-5 * amount))
    runner.model.setFloatingSpeciesAmounts(range(len(amounts)), amounts)
    return np.column_stack(columns)


def test_epithelium_is_conserved_under_treatment(sjogren: Disease) -> None:
    doses = [engine.Dose(t, 750.0, "s95011_central") for t in (0, 14, 28, 49, 70)]
    parts = ["epi_functional", "epi_stressed", "epi_lost"]
    data = treat(sjogren, "s95011", doses, 180, parts)
    total = sum(data[p].to_numpy() for p in parts)
    np.testing.assert_allclose(total, 1.0, atol=1e-6)
    assert np.all(np.diff(data["epi_lost"].to_numpy()) >= 0)  # loss is for good


def test_healthy_igg_half_life(sjogren: Disease) -> None:
    """A tracer that is catabolised as IgG lives 18-23 d (labelled IgG 18 d; textbook 21 d).

    Anti-Ro IgG is the tracer: a trace of it leaves the IgG pool, and so the salvage, alone.
    """
    model = engine.load_model(sjogren.model)
    patient = pd.DataFrame([dict(sjogren.state("healthy"))])
    data = engine.simulate(
        model,
        patient,
        [engine.Dose(0.0, 1e-4, "antiRo")],
        np.array([0.0, 1.0, 21.0]),
        observables=["antiRo", "IgG_half_life"],
        rtol=1e-10,
        backend="reference",
    ).isel(patient=0)
    excess = data["antiRo"].to_numpy() - data["antiRo"].to_numpy()[0]
    simulated = 20.0 * np.log(2) / np.log(excess[1] / excess[2])
    assert 18.0 < simulated < 23.0
    assert simulated == pytest.approx(float(data["IgG_half_life"][0]), rel=0.01)


def test_change_is_relative_to_the_start(sjogren: Disease) -> None:
    data = treat(sjogren, "s95011", [], 30, ["IL7"])
    np.testing.assert_allclose(change(data, "IL7"), 0.0, atol=0.1)
