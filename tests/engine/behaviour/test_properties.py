"""What must hold for any patient and any dosing: superposition, conservation, the closed form."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from tolerogen.engine import Dose, load_model, simulate

RTOL = 1e-9
LINEAR = load_model("""model linear
  compartment V = 3; compartment W = 2; species C in V = 0, P in W = 0
  substanceOnly species depot in V = 0
  CL = 0.3; Q = 0.5; ka = 0.4
  absorb: depot -> C; ka*depot
  clear: C -> ; CL*C
  out: C -> P; Q*C
  back: P -> C; Q*P
end""")
VOLUMES = np.array([1.0, 3.0, 2.0])
INTO = ("depot", "C", "P")
TIMES = [0, 0.5, 3, 7, 11.2, 20, 40]

CLOSED = load_model("""model closed
  compartment V = 3; compartment W = 2
  species L in V = 4, R in V = 1, LR in V = 0, P in W = 0.5
  kon = 100; koff = 2; Q = 0.5; turn = 0.3
  bind: L + R -> LR; V*(kon*L*R - koff*LR)
  out: L -> P; Q*L
  back: P -> L; Q*P
  lose: LR -> L + R; V*turn*LR
end""")

days = st.floats(0, 35).map(lambda x: round(x, 2))
dose = st.builds(
    Dose,
    days,
    st.floats(0.1, 1000).map(lambda x: float(f"{x:.3g}")),
    st.sampled_from(INTO),
    st.just(0.0) | st.floats(0.01, 30).map(lambda x: round(x, 2)),
)
dosing = st.lists(dose, max_size=6)
rates = st.fixed_dictionaries(
    {name: st.floats(-2.5, 1.5).map(lambda x: float(10**x)) for name in ("CL", "Q", "ka")}
)


def course(doses, patient, times=TIMES) -> np.ndarray:
    """Return amounts, time x (depot, C, P)."""
    data = simulate(LINEAR, pd.DataFrame([patient]), doses, times, INTO, rtol=RTOL)
    assert data["status"].item() == 0
    return np.stack([data[name].to_numpy()[0] for name in INTO], axis=1) * VOLUMES


def exact(doses, patient, times=TIMES) -> np.ndarray:
    """Solve the same equations by matrix exponentials from one cut to the next."""
    k10, k12 = patient["CL"] / 3, patient["Q"] / 3
    k21, ka = patient["Q"] / 2, patient["ka"]
    rate = np.array([[-ka, 0, 0], [ka, -k10 - k12, k21], [0, k12, -k21]])
    cuts = {0.0, *map(float, times)}
    cuts |= {c for d in doses for c in (d.time, d.time + d.duration) if c <= times[-1]}
    y, shown = np.zeros(3), {0.0: np.zeros(3)}
    for start, stop in pairwise(sorted(cuts)):
        inflow, y = np.zeros(3), y.copy()
        for d in doses:
            if d.duration and d.time <= start < d.time + d.duration - 1e-12:
                inflow[INTO.index(d.into)] += d.amount / d.duration
            elif not d.duration and d.time == start:
                y[INTO.index(d.into)] += d.amount
        whole = np.zeros((4, 4))
        whole[:3, :3], whole[:3, 3] = rate, inflow
        y = (expm(whole * (stop - start)) @ [*y, 1.0])[:3]
        shown[stop] = y
    return np.array([shown[float(t)] for t in times])


def near(got, expected, doses, relative=1e-7):
    """Compare; what is left of a dose below the solver's absolute tolerance is not resolved."""
    unresolved = 1e-3 * RTOL * sum(d.amount for d in doses)
    atol = relative * np.abs(expected).max() + unresolved
    np.testing.assert_allclose(got, expected, rtol=relative, atol=atol)


@settings(max_examples=40, deadline=None)
@given(dosing, rates)
def test_random_dosing_follows_the_closed_form(doses, patient):
    near(course(doses, patient), exact(doses, patient), doses)


@settings(max_examples=30, deadline=None)
@given(dosing, dosing, rates, st.floats(0.1, 20))
def test_superposition(first, second, patient, factor):
    """The course of all doses is the sum of their courses, and grows with them."""
    scaled = [Dose(d.time, factor * d.amount, d.into, d.duration) for d in second]
    together = course([*first, *scaled], patient)
    parts = course(first, patient) + factor * course(second, patient)
    near(together, parts, [*first, *second, *scaled])


@settings(max_examples=20, deadline=None)
@given(dosing, rates, st.floats(0.5, 10).map(lambda x: round(x, 2)))
def test_a_later_start_only_shifts(doses, patient, delay):
    moved = [Dose(d.time + delay, d.amount, d.into, d.duration) for d in doses]
    later = [t + delay for t in TIMES]
    near(course(moved, patient, [0, *later])[1:], course(doses, patient), doses)


@settings(max_examples=40, deadline=None)
@given(
    dosing.map(lambda ds: [Dose(d.time, d.amount, "L" if d.into == "C" else "P", d.duration)
                           for d in ds]),
    st.fixed_dictionaries(
        {
            name: st.floats(low, high).map(lambda x: float(10**x))
            for name, low, high in (("kon", -1, 4), ("koff", -2, 2), ("Q", -2, 2), ("turn", -2, 1))
        }
    ),
)  # fmt: skip
def test_mass_is_conserved(doses, patient):
    """Ligand changes place and partner only, so all of it is there: 14 nmol, and what was given.

    A Rosenbrock method keeps such sums by itself, whatever its tolerance; so they hold to
    rounding even where the solution is coarse.
    """
    names = ["L", "R", "LR", "P"]
    data = simulate(CLOSED, pd.DataFrame([patient]), doses, TIMES, names, rtol=1e-4)
    assert data["status"].item() == 0
    L, R, LR, P = (data[name].to_numpy()[0] for name in names)
    entered = np.array([_entered(doses, t) for t in TIMES])
    np.testing.assert_allclose(3 * (L + LR) + 2 * P, 3 * 4 + 2 * 0.5 + entered, rtol=1e-9)
    np.testing.assert_allclose(R + LR, 1, rtol=1e-9)


def _entered(doses, time: float) -> float:
    """Return what has been given before a time; a value at a dose is that before it."""
    total = 0.0
    for d in doses:
        if d.time < time - 1e-9:
            share = min(1.0, (time - d.time) / d.duration) if d.duration else 1.0
            total += d.amount * share
    return total


TMDD = load_model("""model tmdd
  compartment V = 3; species L in V = 0, R in V, LR in V = 0
  R_0 = 1; R = R_0; kon = 50; koff = 5; kdeg = 4; kint = 3; CL = 0.3; Vmax = 2; Km = 0.7
  clear: L -> ; CL*L + Vmax*L/(Km + L)
  bind: L + R -> LR; V*(kon*L*R - koff*LR)
  make: -> R; V*kdeg*R_0
  lose: R -> ; V*kdeg*R
  internalise: LR -> ; V*kint*LR
end""")


def _doses(draw) -> list[Dose]:
    times, amounts = draw.uniform(0, 35, 6), draw.lognormal(2, 1, 6)
    lengths = np.where(draw.random(6) < 0.5, draw.uniform(0.01, 9, 6), 0.0)
    rows = zip(times.tolist(), amounts.tolist(), lengths.tolist(), strict=True)
    return [Dose(time, amount, "L", length) for time, amount, length in rows]


@pytest.mark.parametrize("seed", range(3))
def test_random_dosing_of_a_target_mediated_drug(seed):
    """Against libRoadRunner, twelve patients with random values and doses of their own."""
    draw = np.random.default_rng(seed)
    names = ["R_0", "kon", "koff", "CL", "Km"]
    table = pd.DataFrame(draw.lognormal(0, 0.7, (12, 5)) * [1, 50, 5, 0.3, 0.7], columns=names)
    doses = [_doses(draw) for _ in range(12)]
    given = (TMDD, table, doses, np.arange(0, 40.0, 1.7))
    native = simulate(*given, rtol=1e-9)
    reference = simulate(*given, rtol=1e-10, backend="reference")
    assert (native["status"] == 0).all()
    for name in ("L", "R", "LR"):
        got, expected = native[name].to_numpy(), reference[name].to_numpy()
        floor = 1e-6 * np.abs(expected).max(axis=1, keepdims=True)
        error = np.abs(got - expected) / np.maximum(np.abs(expected), np.maximum(floor, 1e-300))
        assert error.max() < 1e-6, name
