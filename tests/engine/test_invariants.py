"""What must not matter: when outputs are asked for, and in which order doses are written.

And what a model conserves, the lanes conserve to rounding, however loose the tolerance.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.engine import Dose, load_model, simulate

ALONE = pd.DataFrame(index=["p"])
DAYS = np.array([0.0, 0.2, 1.0, 3.0, 7.0, 7.3, 15.0, 30.0])


def one_dose() -> st.SearchStrategy[Dose]:
    # a grid of an eighth of a day: distinct times are well apart, equal ones meet exactly
    grid = st.integers(0, 28 * 8).map(lambda n: n / 8)
    length = st.one_of(st.just(0.0), st.integers(1, 80).map(lambda n: n / 8))
    return st.builds(Dose, grid, st.floats(0.1, 200), st.sampled_from(["L", "P"]), length)


DOSES = st.lists(one_dose(), max_size=6)

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
    data = simulate(CLOSED, ALONE, doses, DAYS, rtol=rtol)
    ligand = (3 * (data["L"] + data["LR"]) + 2 * data["P"]).to_numpy()[0]
    receptor = 3 * (data["R"] + data["LR"]).to_numpy()[0]
    entered = [
        sum(
            d.amount * (min(1.0, (t - d.time) / d.duration) if d.duration else 1.0)
            for d in doses
            if d.time < t
        )
        for t in DAYS
    ]
    scale = 12 + sum(d.amount for d in doses)
    np.testing.assert_allclose(receptor, 12, rtol=0, atol=1e-9 * scale)
    np.testing.assert_allclose(ligand, entered, rtol=0, atol=1e-9 * scale)


@settings(max_examples=20, deadline=None)
@given(doses=DOSES, seed=st.integers(0, 1000))
def test_the_order_in_which_doses_are_written_is_worth_rounding_only(doses, seed):
    shuffled = [doses[i] for i in np.random.default_rng(seed).permutation(len(doses))]
    names = ["L", "R", "LR", "P"]
    one, two = (simulate(CLOSED, ALONE, given, DAYS, names) for given in (doses, shuffled))
    for name in names:
        scale = float(np.abs(one[name]).max())
        np.testing.assert_allclose(two[name], one[name], rtol=1e-10, atol=1e-12 * scale)


DOSED = [Dose(0, 5, "L"), Dose(2, 7, "L", 0.5), Dose(9, 3, "P")]


@settings(max_examples=10, deadline=None)
@given(extra=st.lists(st.floats(0.05, 29.9), max_size=6, unique=True))
def test_more_outputs_change_no_number_beyond_the_tolerance(extra):
    """Outputs lie between steps; they do not steer the solver."""
    few = simulate(CLOSED, ALONE, DOSED, [3.0, 30.0], ["L"])
    axis = np.unique([3.0, *extra, 30.0])
    many = simulate(CLOSED, ALONE, DOSED, axis, ["L"])
    np.testing.assert_array_equal(many["L"].sel(time=[3.0, 30.0]), few["L"])
