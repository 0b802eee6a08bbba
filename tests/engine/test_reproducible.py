"""The same patient is the same bits, whoever stands beside them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.engine import Dose, load_model, simulate

MODEL = load_model("""model stiff
  compartment V = 3; species D in V = 0, T in V, X in V = 0, E in V
  T_0 = 1; kon = 300; koff = 3; kdeg = 5; kint = 4; CL = 0.3; hill = 1.4; ke = 0.05; kill = 1
  T = T_0; E = T_0*2; drive' = 0.1*(X - drive); drive = 0
  clear: D -> ; CL*D
  bind: D + T -> X; V*(kon*D*T - koff*X)
  make: -> T; V*kdeg*T_0
  lose: T -> ; V*kdeg*T
  eat: X -> ; V*kint*X
  grow: -> E; V*ke*2*T_0*(T/T_0)^hill
  die: E -> ; V*ke*E
  runaway: -> E; V*(kill - 1)*E^2
end""")
DOSES = [Dose(0, 30, "D"), Dose(7, 20, "D", 1.5), Dose(7.1, 5, "D"), Dose(20, 60, "D")]
TIMES = [0, 0.5, 3, 7, 8, 20, 33]
N = 24


def people() -> pd.DataFrame:
    draw = np.random.default_rng(3).lognormal(0, 0.4, (N, 3))
    table = pd.DataFrame(draw * [1, 300, 1.4], columns=["T_0", "kon", "hill"])
    table["kill"] = 1.0
    table.loc[5, "kill"] = 3.0  # runs away to infinity: the patients after must not notice
    return table


def run(patients, doses=DOSES, **options):
    return simulate(MODEL, patients, doses, TIMES, backend="reference", **options)


@pytest.fixture(scope="module")
def alone():
    """Every patient simulated in a run of their own."""
    return pd.Series({i: run(people().loc[[i]]) for i in range(N)})


def same(data, alone):
    for name in ("D", "T", "X", "E", "drive", "status"):
        expected = np.concatenate([alone[i][name].to_numpy() for i in data["patient"].to_numpy()])
        np.testing.assert_array_equal(data[name].to_numpy(), expected)


def test_one_patient_fails_and_the_rest_do_not(alone):
    assert [i for i in range(N) if alone[i]["status"].item()] == [5]


@settings(max_examples=8, deadline=None)
@given(order=st.permutations(range(N)), size=st.integers(1, N))
def test_order_and_batch_do_not_matter(alone, order, size):
    same(run(people().loc[order[:size]], threads=1), alone)


@pytest.mark.parametrize("threads", [1, 2, 3, None])
def test_threads_do_not_matter(alone, threads):
    same(run(people(), threads=threads), alone)


def test_another_ensemble_in_between_leaves_no_trace(alone):
    run(pd.DataFrame({"CL": [9.0], "V": [8.0], "ke": [1.0]}), rtol=1e-3, atol=1e-2)
    same(run(people(), threads=1), alone)


def test_own_doses_or_shared_ones(alone):
    same(run(people(), [list(reversed(DOSES))] * N, threads=2), alone)


SCRIPT = """
import pandas as pd
from tolerogen.engine import Dose, load_model, simulate
model = load_model("model m; S = 0; k = 0.1; S -> ; k*S; end")
people = pd.DataFrame({"k": [0.1 + 0.01*i for i in range(40)]})
data = simulate(model, people, [Dose(0, 8, "S")], [10], backend="reference", threads=2)
print(int((data.status == 0).sum()))
"""


def test_a_plain_script_without_a_main_guard(tmp_path):
    script = tmp_path / "plain.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("40\n", "", 0)
