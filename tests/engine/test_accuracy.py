"""Target-mediated disposition against an independent solver, and patients against recompiling."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

from tolerogen.engine import Dose, load_model, simulate

VALUES = {"CL": 0.2, "Q": 0.5, "kon": 100.0, "koff": 10.0, "R_0": 0.8, "kdeg": 8.0, "kint": 6.0}
TMDD = load_model(
    """model tmdd
  compartment V = 3; compartment V2 = 2.5
  species L in V = 0, P in V2 = 0, R in V, LR in V = 0, Y in V
  R = R_0; Y = Y_0; Y_0 = 2*R_0; ky = 0.05
  clear: L -> ; CL*L
  out: L -> P; Q*L
  back: P -> L; Q*P
  bind: L + R -> LR; V*(kon*L*R - koff*LR)
  make: -> R; V*kdeg*R_0
  lose: R -> ; V*kdeg*R
  internalise: LR -> ; V*kint*LR
  grow: -> Y; V*ky*Y_0*(R/R_0)^1.3
  die: Y -> ; V*ky*Y
"""
    + "\n".join(f"  {name} = {value}" for name, value in VALUES.items())
    + "\nend"
)
ALONE = pd.DataFrame(index=["p"])


def independent(doses, times):
    """Solve the same equations with scipy's implicit Runge-Kutta (Radau), segment by segment."""
    p = VALUES

    def rates(_, y, inflow):
        free, deep, target, held, pool = y
        bind = p["kon"] * free * target - p["koff"] * held
        swap = p["Q"] * (free - deep)
        return [
            (inflow - p["CL"] * free - swap) / 3 - bind,
            swap / 2.5,
            p["kdeg"] * (p["R_0"] - target) - bind,
            bind - p["kint"] * held,
            0.05 * (1.6 * max(target / p["R_0"], 0) ** 1.3 - pool),
        ]

    cuts = sorted({0.0, times[-1], *(d.time for d in doses), *(d.time + d.duration for d in doses)})
    y, shown = np.array([0, 0, 0.8, 0, 1.6]), {}
    for start, stop in pairwise(cuts):
        y = y.copy()
        y[0] += sum(d.amount for d in doses if d.time == start and not d.duration) / 3
        flow = sum(d.amount / d.duration for d in doses if d.time <= start < d.time + d.duration)
        inside = [t for t in times if start < t <= stop]
        course = solve_ivp(
            rates,
            (start, stop),
            y,
            "Radau",
            sorted({*inside, stop}),
            args=(flow,),
            rtol=1e-9,
            atol=1e-12,
        )
        shown |= dict(zip(course.t, course.y.T, strict=True))
        y = course.y[:, -1]
    return np.array([shown[t] for t in times])


@pytest.mark.parametrize(("rtol", "near"), [(1e-5, 1e-3), (1e-8, 2e-6)])
def test_target_mediated_disposition(rtol, near):
    doses = [Dose(0, 300, "L"), Dose(14, 200, "L", 0.25), Dose(28, 400, "L")]
    times = [0.01, 0.1, 1, 7, 14, 14.1, 20, 28, 60, 100]
    names = ["L", "P", "R", "LR", "Y"]
    data = simulate(TMDD, ALONE, doses, times, names, rtol=rtol, backend="reference")
    expected = independent(doses, times)
    for index, name in enumerate(names):
        floor = 1e-4 * near * np.abs(expected[:, index]).max()
        got = data[name].to_numpy()[0]
        np.testing.assert_allclose(got, expected[:, index], rtol=near, atol=floor, err_msg=name)


def test_a_patient_equals_a_model_written_with_their_values():
    """Chains of initial assignments move with the patient as if the text had been edited."""
    text = """model chain
      compartment V = 2; species S in V, T in V
      a = {a}; b = 2*a; c = b + V; S = c; T = S*a + shown; shown := b*3
      go: S -> T; V*0.1*S*b
    end"""
    edited = simulate(load_model(text.format(a=0.7)), ALONE, [], [0, 3], backend="reference")
    patient = pd.DataFrame({"a": [0.7]}, index=["p"])
    set_ = simulate(load_model(text.format(a=5)), patient, [], [0, 3], backend="reference")
    for name in ("S", "T", "shown"):
        np.testing.assert_array_equal(set_[name], edited[name])


def test_events_of_the_model_happen_beside_doses():
    model = load_model("""model e
      species S = 0; k = 0.1; gone = 0
      S -> ; k*S
      at time > 5: S = S + 10, gone = 1
    end""")
    data = simulate(model, ALONE, [Dose(2, 4, "S")], [5, 6, 8], backend="reference")
    late = 4 * np.exp(-0.1 * np.array([3, 4, 6])) + [0, *(10 * np.exp([-0.1, -0.3]))]
    np.testing.assert_allclose(data["S"][0], late, rtol=1e-4)
    assert data["gone"].to_numpy()[0].tolist() == [0, 1, 1]


def test_infusions_fit_models_without_parameters_or_reactions():
    model = load_model("model bare; compartment V = 4; species S in V = 1; end")
    for text in (
        model,
        load_model(
            model.sbml.replace("version2/core", "version1/core").replace(
                'version="2"', 'version="1"'
            )
        ),
    ):
        data = simulate(text, ALONE, [Dose(1, 8, "S", 2)], [1, 2, 9], backend="reference")
        np.testing.assert_allclose(data["S"][0], [1, 2, 3], rtol=1e-6)
