"""What must hold for any doses, patients and order, on the native lanes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from tolerogen.engine import Dose, load_model, simulate

LINEAR = load_model("""model linear
  compartment V1 = 3; compartment V2 = 2; compartment V3 = 5
  species D in V1 = 0, C in V1 = 0, P in V2 = 0, E in V3 = 0
  ka = 1.2; CL = 0.5; Q = 0.8; ke = 0.3
  absorb: D -> C; ka*D*V1
  clear: C -> ; CL*C
  out: C -> P; Q*C
  back: P -> C; Q*P
  effect: P -> E; ke*P*V2
  lost: E -> ; ke*E*V3
end""")
SPECIES = ["D", "C", "P", "E"]
VOLUMES = np.array([3.0, 3.0, 2.0, 5.0])
ALONE = pd.DataFrame(index=["p"])
DAYS = np.array([0.0, 0.2, 1.0, 3.0, 7.0, 7.3, 15.0, 30.0])


def matrix(ka: float = 1.2, cl: float = 0.5, q: float = 0.8, ke: float = 0.3) -> np.ndarray:
    """Amounts move by this matrix."""
    c, p = q / 3, q / 2
    return np.array(
        [
            [-ka, 0, 0, 0],
            [ka, -cl / 3 - c, p, 0],
            [0, c, -p - ke, 0],
            [0, 0, ke, -ke],
        ]
    )


def analytic(doses: Sequence[Dose], a: np.ndarray) -> np.ndarray:
    """Solve segment by segment with the matrix exponential; the value before a dose is shown."""
    cuts = sorted({*DAYS, *(d.time for d in doses), *(d.time + d.duration for d in doses)})
    amounts, shown = np.zeros(4), {}
    for k, start in enumerate(cuts):
        shown[start] = amounts.copy()
        stop = cuts[k + 1] if k + 1 < len(cuts) else start
        flow = np.zeros(4)
        for dose in doses:
            place = SPECIES.index(dose.into)
            if dose.duration and dose.time <= start < dose.time + dose.duration:
                flow[place] += dose.amount / dose.duration
            elif not dose.duration and dose.time == start:
                amounts[place] += dose.amount
        larger = np.zeros((5, 5))
        larger[:4, :4], larger[:4, 4] = a, flow
        amounts = (expm(larger * (stop - start)) @ [*amounts, 1])[:4]
    return np.array([shown[t] for t in DAYS]) / VOLUMES


def one_dose() -> st.SearchStrategy[Dose]:
    # a grid of an eighth of a day: distinct times are well apart, equal ones meet exactly
    grid = st.integers(0, 28 * 8).map(lambda n: n / 8)
    length = st.one_of(st.just(0.0), st.integers(1, 80).map(lambda n: n / 8))
    return st.builds(Dose, grid, st.floats(0.1, 200), st.sampled_from(["D", "C"]), length)


DOSES = st.lists(one_dose(), max_size=6)


def course(doses: object, patients: pd.DataFrame = ALONE, **options: object) -> np.ndarray:
    data = simulate(LINEAR, patients, doses, DAYS, SPECIES, **{"rtol": 1e-9} | options)
    assert not data["status"].any()
    return np.stack([data[s].to_numpy() for s in SPECIES], axis=-1)


def near(got: np.ndarray, expected: np.ndarray, rtol: float = 1e-6) -> None:
    floor = rtol * np.abs(expected).max() if expected.size else 0.0
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=1e-3 * floor + 1e-12)


@settings(max_examples=40, deadline=None)
@given(doses=DOSES)
def test_random_doses_against_the_matrix_exponential(doses):
    near(course(doses)[0], analytic(doses, matrix()))


@settings(max_examples=15, deadline=None)
@given(
    doses=st.lists(DOSES, min_size=5, max_size=5),
    seed=st.integers(0, 1000),
    method=st.sampled_from(["rodas5p", "rodas4p2"]),
)
def test_every_patient_with_own_doses_and_parameters(doses, seed, method):
    draw = np.random.default_rng(seed).lognormal(0, 0.5, (5, 4)) * [1.2, 0.5, 0.8, 0.3]
    people = pd.DataFrame(draw, columns=["ka", "CL", "Q", "ke"])
    got = course(doses, people, method=method, rtol=1e-8)
    for i in range(5):
        near(got[i], analytic(doses[i], matrix(*draw[i])), 3e-6)


@settings(max_examples=20, deadline=None)
@given(first=DOSES, second=DOSES, factor=st.floats(0.1, 10))
def test_superposition(first, second, factor):
    """Doses together are the sum of doses apart; doses times a factor are the course times it."""
    both = course([first, second, [*second, *first], scaled(first, factor)], ALONE_4)
    near(both[2], both[0] + both[1])
    near(both[3], factor * both[0])


ALONE_4 = pd.DataFrame(index=range(4))


def scaled(doses: Sequence[Dose], factor: float) -> list[Dose]:
    return [Dose(d.time, d.amount * factor, d.into, d.duration) for d in doses]


@settings(max_examples=20, deadline=None)
@given(doses=DOSES, seed=st.integers(0, 1000))
def test_the_order_in_which_doses_are_written_changes_little_more_than_rounding(doses, seed):
    shuffled = [doses[i] for i in np.random.default_rng(seed).permutation(len(doses))]
    near(course(shuffled), course(doses), 1e-12)


CLOSED = load_model("""model closed
  compartment V1 = 3; compartment V2 = 2
  species L in V1 = 0, R in V1 = 4, LR in V1 = 0, P in V2 = 0; kon = 30; koff = 3; Q = 0.8; k = 0.6
  bind: L + R -> LR; V1*(kon*L*R - koff*LR)
  out: L -> P; Q*L
  back: P -> L; Q*P
  turn: LR -> L + R; V1*k*LR
end""")


@settings(max_examples=20, deadline=None)
@given(doses=DOSES, rtol=st.sampled_from([1e-3, 1e-5, 1e-8]))
def test_mass_is_conserved_where_the_model_conserves_it(doses, rtol):
    """Linear invariants are kept to rounding by any Rosenbrock step, however loose."""
    given_ = [Dose(d.time, d.amount, "L" if d.into == "C" else "P", d.duration) for d in doses]
    data = simulate(CLOSED, ALONE, given_, DAYS, rtol=rtol)
    ligand = (3 * (data["L"] + data["LR"]) + 2 * data["P"]).to_numpy()[0]
    receptor = 3 * (data["R"] + data["LR"]).to_numpy()[0]
    entered = [
        sum(
            d.amount * (min(1.0, (t - d.time) / d.duration) if d.duration else 1.0)
            for d in given_
            if d.time < t
        )
        for t in DAYS
    ]
    scale = 12 + sum(d.amount for d in given_)
    np.testing.assert_allclose(receptor, 12, rtol=0, atol=1e-9 * scale)
    np.testing.assert_allclose(ligand, entered, rtol=0, atol=1e-9 * scale)


COUNT = 19
PEOPLE = pd.DataFrame(
    np.random.default_rng(3).lognormal(0, 0.4, (COUNT, 2)) * [30, 3], columns=["kon", "koff"]
)
REGIMENS = [
    [Dose(float(i % 3), 5.0 + i, "L", 0.5 * (i % 2)), Dose(9, 3, "P")] for i in range(COUNT)
]


def closed(order: Sequence[int], **options: object) -> dict[str, np.ndarray]:
    chosen, doses = PEOPLE.iloc[list(order)], [REGIMENS[i] for i in order]
    data = simulate(CLOSED, chosen, doses, DAYS, **options)
    return {name: data[name].to_numpy() for name in ("L", "R", "LR", "P", "status")}


ALL = closed(range(COUNT), threads=1)


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(COUNT)), size=st.integers(1, COUNT), threads=st.integers(1, 3))
def test_order_batch_size_and_threads_change_no_bit(order, size, threads):
    got = closed(order[:size], threads=threads)
    for name, values in ALL.items():
        np.testing.assert_array_equal(got[name], values[order[:size]])


@settings(max_examples=10, deadline=None)
@given(extra=st.lists(st.floats(0.05, 29.9), max_size=6, unique=True))
def test_more_outputs_change_no_number_beyond_the_tolerance(extra):
    """Outputs lie between steps; they do not steer the solver."""
    few = simulate(CLOSED, ALONE, REGIMENS[0], [3.0, 30.0], ["L"])
    axis = np.unique([3.0, *extra, 30.0])
    many = simulate(CLOSED, ALONE, REGIMENS[0], axis, ["L"])
    np.testing.assert_array_equal(many["L"].sel(time=[3.0, 30.0]), few["L"])
