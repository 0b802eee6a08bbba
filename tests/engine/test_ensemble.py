"""The contract of `simulate`: shape, labels, refusals, failures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, Status, load_model, simulate, steady_state_drift
from tolerogen.errors import ModelError, SimulationError, SpecError

REST = load_model("""model rest
  unit substance = 1e-9 mole; unit volume = litre; unit time_unit = 86400 second
  compartment V = 3; species R in V, D in V = 0
  R_0 = 5; kout = 0.3; kin = kout*R_0; R = R_0; shown := R/R_0
  V has litre
  make: -> R; V*kin
  lose: R -> ; V*kout*R
end""")

BLOWS_UP = load_model("""model boom
  compartment V = 1; species A in V = 1; k = 0.1; rest = 1
  grow: -> A; V*k*A^2
end""")

TWO = pd.DataFrame({"R_0": [4.0, 8.0]}, index=["ann", "bob"])


def run(model=REST, patients=TWO, doses=(), times=(0, 10), **options):
    return simulate(model, patients, doses, times, backend="reference", **options)


def test_initial_assignments_follow_the_patient():
    data = run(observables=["R", "kin", "shown", "R_0"])
    np.testing.assert_allclose(data["R"], [[4, 4], [8, 8]], rtol=1e-9)
    np.testing.assert_allclose(data["kin"][:, 0], [1.2, 2.4])
    np.testing.assert_allclose(data["shown"], 1, rtol=1e-9)
    np.testing.assert_allclose(data["R_0"][:, 1], [4, 8])


def test_labels():
    data = run()
    assert data["R"].dims == ("patient", "time")
    assert data["patient"].to_numpy().tolist() == ["ann", "bob"]
    assert data["R"].attrs["units"] == "nM"
    assert data["time"].attrs["units"] == "day"
    assert set(data.data_vars) == {"R", "D", "shown", "status", "message"}
    assert data["R"].dtype == np.float64


def test_result_survives_a_file(tmp_path):
    data = run()
    data.to_netcdf(tmp_path / "t.nc", engine="h5netcdf")
    import xarray as xr

    with xr.open_dataset(tmp_path / "t.nc", engine="h5netcdf") as again:
        np.testing.assert_array_equal(again["R"], data["R"])


def test_a_volume_can_differ_between_patients():
    data = run(patients=pd.DataFrame({"V": [2.0, 4.0]}), doses=[Dose(0, 8, "D")], times=[1])
    np.testing.assert_allclose(data["D"][:, 0], [4, 2])


def test_each_patient_can_have_their_own_doses():
    data = run(doses=[[Dose(0, 3, "D")], []], times=[1])
    np.testing.assert_allclose(data["D"][:, 0], [1, 0])


def test_no_patients_no_rows():
    assert run(patients=TWO.iloc[:0])["R"].shape == (0, 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"patients": pd.DataFrame({"R0": [1.0]})}, "did you mean 'R_0'"),
        ({"patients": pd.DataFrame({"kin": [1.0]})}, "is computed"),
        ({"patients": pd.DataFrame({"R": [1.0]})}, "is a species"),
        ({"patients": pd.DataFrame({"R_0": [1.0, np.nan]})}, "'R_0' of patient '1' is nan"),
        ({"patients": pd.DataFrame({"R_0": ["x"]})}, "not a number"),
        ({"patients": pd.DataFrame(index=[1, 1])}, "stands twice"),
        ({"doses": [Dose(0, 1, "Q")]}, "'Q' is not a species"),
        ({"doses": [[]]}, "1 lists for 2 patients"),
        ({"doses": [Dose(0, 1, "D"), [Dose(0, 1, "D")]]}, "not both"),
        ({"doses": [["D"], []]}, "give a Dose"),
        ({"times": [0, 5, 3]}, "day 3 follows day 5"),
        ({"times": [-1, 5]}, "0 or later"),
        ({"times": []}, "at least one"),
        ({"times": ["soon"]}, "not numbers"),
        ({"observables": ["Rr"]}, "no 'Rr'"),
        ({"observables": []}, "none were asked"),
        ({"rtol": 0}, "rtol is 0"),
        ({"atol": -1}, "atol is -1"),
        ({"threads": 0}, "threads is 0"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(change, said):
    with pytest.raises(SpecError, match=said):
        run(**change)


def test_unknown_backend():
    with pytest.raises(SpecError, match="did you mean 'reference'"):
        simulate(REST, TWO, [], [1], backend="referense")


def test_infusion_into_a_rate_rule_is_refused():
    model = load_model("model r; compartment V = 2; species C in V = 1; C' = -0.5*C; end")
    with pytest.raises(SpecError, match="rate rule"):
        run(model, pd.DataFrame(index=[0]), [Dose(0, 1, "C", 1.0)])


def test_a_model_that_does_not_compile_says_why():
    model = load_model("model v; species S = 1; S -> ; k*S; end")
    with pytest.raises(ModelError, match="'k' is missing a value"):
        run(model, pd.DataFrame(index=[0]))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_failed_patient_is_named_and_the_others_kept(threads, capfd):
    k = np.full(20, 0.001)
    k[7] = 1.0  # A = 1/(1 - t) has a pole on day 1
    people = pd.DataFrame({"k": k, "rest": 1.0})
    data = run(BLOWS_UP, people, times=[0, 0.5, 5], threads=threads)
    bad = data["status"].to_numpy() != 0
    assert np.flatnonzero(bad).tolist() == [7]
    assert data["status"][7] in (Status.NO_CONVERGENCE, Status.TOO_MANY_STEPS, Status.ERROR_TEST)
    assert np.isnan(data["A"][7]).all()
    assert "k=1, rest=1" in str(data["message"][7].item())
    assert "near day 0.99" in str(data["message"][7].item()) or "near day 1" in str(
        data["message"][7].item()
    )
    expected = 1 / (1 - 0.001 * np.array([0, 0.5, 5]))
    np.testing.assert_allclose(data["A"].to_numpy()[~bad], [expected] * 19, rtol=1e-5)
    assert capfd.readouterr() == ("", "")


def test_an_undefined_value_is_a_failure():
    model = load_model("model n; species S = 1; k = 1; S -> ; k*S; part := S/(k - 1); end")
    data = run(model, pd.DataFrame({"k": [1.0, 2.0]}))
    assert data["status"].to_numpy().tolist() == [Status.NOT_FINITE, Status.OK]
    assert "part" in str(data["message"][0].item())


def test_progress_reaches_the_end():
    for threads in (1, 2):
        seen = []
        run(
            patients=pd.DataFrame({"R_0": np.ones(40)}),
            threads=threads,
            progress=lambda done, total: seen.append((done, total)),  # noqa: B023
        )
        assert seen[-1] == (40, 40)
        assert [d for d, _ in seen] == sorted({d for d, _ in seen})


def test_drift():
    drift = steady_state_drift(REST, TWO, 365)
    assert drift.shape == (2, 2)
    assert drift.abs().to_numpy().max() < 1e-9
    moving = load_model("model m; species S = 2, Z = 0; S -> Z; 0.1*S; end")
    drift = steady_state_drift(moving, pd.DataFrame(index=["p"]), 10)
    lost = 1 - np.exp(-1)
    np.testing.assert_allclose(drift.loc["p", ["S", "Z"]], [-lost, 2 * lost], rtol=1e-6)
    with pytest.raises(SimulationError, match="k=1"):
        steady_state_drift(BLOWS_UP, pd.DataFrame({"k": [1.0]}), 5)
