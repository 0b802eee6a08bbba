"""Patients that cannot be computed, the ladder that tries again, and stopping half-way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, Status, ensemble, load_model, simulate
from tolerogen.engine.native import batch, solve
from tolerogen.engine.native.accuracy import relative_error
from tolerogen.errors import ModelError

BLOWS_UP = load_model("""model boom
  compartment V = 1; species A in V = 1; k = 0.1; rest = 1
  grow: -> A; V*k*A^2
end""")
DECAY = load_model("model decay; S = 3; k = 0.5; S -> ; k*S; end")
TURNOVER = load_model("model m; S = 1; k = 0.3; c = 1; S -> ; k*S*S; -> S; c*(1 + sin(time)); end")


@pytest.mark.parametrize("threads", [1, 2])
def test_who_blows_up_is_named_and_the_others_kept(threads, capfd):
    """A = 1/(1 - k t) has a pole on day 1/k."""
    k = np.full(20, 0.001)
    k[7] = 1.0
    people = pd.DataFrame({"k": k, "rest": 1.0}, index=[f"p{i}" for i in range(20)])
    data = simulate(BLOWS_UP, people, [], [0, 0.5, 5], threads=threads, rtol=1e-7)
    bad = data["status"].to_numpy() != 0
    assert np.flatnonzero(bad).tolist() == [7]
    assert np.isnan(data["A"][7]).all()
    text = str(data["message"][7].item())
    assert text.startswith(Status(int(data["status"][7])).cause)
    assert "Parameters: k=1, rest=1." in text
    day = float(text.split("near day ")[1].split(")")[0])
    assert day == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(
        data["A"].to_numpy()[~bad], [1 / (1 - 0.001 * np.array([0, 0.5, 5]))] * 19, rtol=1e-6
    )
    assert set(data["message"].to_numpy()[~bad]) == {""}
    assert capfd.readouterr() == ("", "")


def test_no_nan_leaves_silently():
    model = load_model("model n; S = 1; k = 1; S -> ; k*S; part := S/(k - 1); end")
    data = simulate(model, pd.DataFrame({"k": [1.0, 2.0]}), [], [0, 1])
    assert data["status"].to_numpy().tolist() == [Status.NOT_FINITE, Status.OK]
    assert np.isnan(data["S"][0]).all()
    np.testing.assert_allclose(data["part"][1], [1, np.exp(-2)], rtol=1e-4)


def test_a_power_of_an_undefined_number_is_reported():
    """With k = 1 the base is 0/0; a power must not make a number of it."""
    model = load_model("model n; S = 1; k = 1; h = 0.7; S -> ; S*((k - 1)/(k - 1))^h; end")
    data = simulate(model, pd.DataFrame({"k": [1.0, 2.0]}), [], [0, 1])
    assert data["status"][0].item() != Status.OK
    assert np.isnan(data["S"][0]).all()
    np.testing.assert_allclose(data["S"][1], [1, np.exp(-1)], rtol=1e-4)


@pytest.fixture
def fails(monkeypatch):
    """Let chosen patients fail, by their k, in runs of a tolerance not below `until`."""
    whole = batch.run

    def install(until: float, bad: float = 0.7):
        def run(task, values, plans, rtol, threads, progress=None, lock=False, start=None):
            found = whole(task, values, plans, rtol, threads, progress, lock, start)
            if rtol >= until:
                found.stats.status[values[:, 0] == bad] = Status.ERROR_TEST
            return found

        monkeypatch.setattr(batch, "run", run)

    return install


PEOPLE = pd.DataFrame({"k": [0.5, 0.7, 0.9]}, index=["a", "b", "c"])
TRUTH = 3 * np.exp(-np.outer(PEOPLE["k"], [0, 2.0]))


def test_the_second_attempt_is_tighter_and_told(fails):
    fails(until=1e-5)
    data = simulate(DECAY, PEOPLE, [], [0, 2], rtol=1e-5)
    assert data["status"].to_numpy().tolist() == [0, 0, 0]
    assert data["message"].to_numpy().tolist() == [
        "",
        "finished at the second attempt, rtol 1e-06",
        "",
    ]
    np.testing.assert_allclose(data["S"], TRUTH, rtol=1e-4)


def test_the_third_attempt_is_libroadrunner(fails):
    fails(until=0.0)
    data = simulate(DECAY, PEOPLE, [Dose(1, 2, "S")], [0, 2], rtol=1e-5)
    assert data["status"].to_numpy().tolist() == [0, 0, 0]
    assert data["message"].to_numpy().tolist()[1] == (
        "finished by libRoadRunner; the native lanes could not"
    )
    truth = TRUTH + np.c_[np.zeros(3), 2 * np.exp(-PEOPLE["k"])]
    np.testing.assert_allclose(data["S"], truth, rtol=1e-4)


def test_when_libroadrunner_cannot_either_the_first_reason_stands(fails, monkeypatch):
    fails(until=0.0)

    def refuses(*given):
        raise ModelError("no")

    monkeypatch.setattr(ensemble, "_by_reference", refuses)
    data = simulate(DECAY, PEOPLE, [], [0, 2])
    assert data["status"].to_numpy().tolist() == [0, Status.ERROR_TEST, 0]
    assert "no step was small enough" in str(data["message"][1].item())
    assert "k=0.7" in str(data["message"][1].item())
    assert np.isnan(data["S"][1]).all()
    np.testing.assert_allclose(data["S"][[0, 2]], TRUTH[[0, 2]], rtol=1e-4)


def test_a_patient_who_needs_too_many_steps(monkeypatch):
    monkeypatch.setattr(batch, "LONGEST", 30)
    monkeypatch.setattr(ensemble, "_rescue", lambda *given: None)
    model = load_model("model o; x = 1; y = 0; w = 1; x' = w*y; y' = -w*x; end")
    data = simulate(model, pd.DataFrame({"w": [1.0, 500.0]}), [], [0, 3])
    assert data["status"].to_numpy().tolist() == [Status.OK, Status.TOO_MANY_STEPS]
    assert "too many steps" in str(data["message"][1].item())


def test_the_status_explains_itself():
    data = simulate(DECAY, PEOPLE, [], [1])
    for code in Status:
        assert f"{code.value}: {code.cause}" in data["status"].attrs["meaning"]


@pytest.mark.parametrize("rtol", [1e-3, 1e-5, 1e-7])
def test_the_error_it_says_it_reached_is_the_error(rtol):
    """Against k t, c t known exactly: Riccati's equation with forcing, solved far more tightly."""
    people = pd.DataFrame({"k": np.linspace(0.1, 2, 8)})
    days = np.linspace(0.3, 20, 30)
    data = simulate(TURNOVER, people, [], days, ["S"], rtol=rtol)
    exact = simulate(TURNOVER, people, [], days, ["S"], rtol=1e-12)["S"].to_numpy()
    error = (np.abs(data["S"].to_numpy() - exact) / exact).max(axis=1)
    assert data.attrs["achieved_error"] == pytest.approx(np.median(error), rel=0.05)
    assert data.attrs["achieved_error_worst"] == pytest.approx(error.max(), rel=0.05)
    assert data.attrs["achieved_error_patients"] == 8


@pytest.mark.parametrize("rtol", [1e-3, 1e-5])
def test_the_error_it_says_it_reached_holds_against_a_closed_form(rtol):
    data = simulate(DECAY, PEOPLE, [], [0.5, 2, 6], ["S"], rtol=rtol)
    truth = 3 * np.exp(-np.outer(PEOPLE["k"], [0.5, 2, 6]))
    error = (np.abs(data["S"] - truth) / truth).max(axis=1)
    assert data.attrs["achieved_error_worst"] == pytest.approx(float(error.max()), rel=0.05)
    assert data.attrs["achieved_error"] == pytest.approx(float(np.median(error)), rel=0.05)


def test_small_values_count_relative_to_a_ten_thousandth_of_the_largest():
    truth = np.array([1.0, 1e-2, 1e-8, 0.0])[None, :, None]
    given = truth + 1e-6
    found = relative_error(given, truth)[0, :, 0]
    np.testing.assert_allclose(found, [1e-6, 1e-4, 1e-2, 1e-2])
    assert relative_error(np.zeros((1, 2, 1)), np.zeros((1, 2, 1))).tolist() == [[[0], [0]]]


# ── stopping, and telling how far ───────────────────────────────────────────────────────

MANY = 4000
SLOW = load_model("model o; x = 1; y = 0; w = 300; x' = w*y; y' = -w*x; end")


def test_an_interruption_cancels_and_leaves_nothing_running():
    """The whole would take a minute."""
    told = []

    def stop(done, total):
        told.append((done, total))
        raise KeyboardInterrupt

    people = pd.DataFrame({"w": np.full(MANY, 300.0)})
    before = threading.active_count()
    begun = time.process_time()
    with pytest.raises(KeyboardInterrupt):
        simulate(SLOW, people, [], [0, 100], ["x"], progress=stop, threads=2, rtol=1e-6)
    assert len(told) == 1
    assert told[0][1] == MANY
    assert told[0][0] < MANY / 2
    assert threading.active_count() == before
    spent = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - spent < 0.2  # no thread goes on computing
    assert spent - begun < 30  # processor time, and not that of the whole


SCRIPT = """
import numpy as np, pandas as pd
from tolerogen.engine import load_model, simulate
model = load_model("model o; x = 1; y = 0; w = 300; x' = w*y; y' = -w*x; end")
simulate(model, pd.DataFrame({"w": [1.0]}), [], [0, 1], ["x"])
print("ready", flush=True)
people = pd.DataFrame({"w": np.full(20_000, 300.0)})
simulate(model, people, [], [0, 400], ["x"], threads=1, rtol=1e-6)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a process of its own")
def test_ctrl_c_stops_one_thread_without_a_callback():
    """The whole would take half an hour of processor time."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert said.rstrip().endswith("KeyboardInterrupt")


def test_a_failing_callback_does_the_same():
    def wrong(done, total):
        raise ZeroDivisionError

    people = pd.DataFrame({"w": np.full(MANY, 300.0)})
    with pytest.raises(ZeroDivisionError):
        simulate(SLOW, people, [], [0, 100], ["x"], progress=wrong, threads=1)


@pytest.mark.parametrize("threads", [1, 2, None])
@pytest.mark.parametrize("count", [1, 7, 600])
def test_progress_reaches_the_end(threads, count):
    told = []
    people = pd.DataFrame({"k": np.linspace(0.1, 2, count)})
    simulate(DECAY, people, [], [1], threads=threads, progress=lambda *p: told.append(p))
    assert told[-1] == (count, count)
    done = [d for d, _ in told]
    assert done == sorted(set(done))


def test_nobody_to_simulate():
    data = simulate(DECAY, PEOPLE.iloc[:0], [], [0, 1], progress=lambda *p: None)
    assert data["S"].shape == (0, 2)


def test_facts_a_result_tells_of_itself():
    data = simulate(DECAY, PEOPLE, [], [0, 1])
    told = SimpleNamespace(**data.attrs)
    assert told.solver == "Rodas5P"
    assert told.rtol == 1e-5
    assert told.steps > 0
    assert told.rejections >= 0
    assert "doi:10.1007/s10543-023-00967-x" in told.citations
    assert told.cpu_seconds >= 0
    assert told.lanes in (2, 4, 8)
    again = simulate(DECAY, PEOPLE, [], [0, 1])
    assert again.attrs["content"] == told.content
    other = simulate(DECAY, PEOPLE, [], [0, 1], rtol=1e-6)
    assert other.attrs["content"] != told.content
    assert other.attrs["steps"] > told.steps


def test_the_check_can_be_left_out():
    ask = solve.Request(
        DECAY.sbml, (), np.zeros((1, 0)), [()], np.array([1.0]), ("S",), 1e-5, None, 1, check=False
    )
    assert "achieved_error" not in solve.solve(ask).facts
    assert "achieved_error" in solve.solve(replace(ask, check=True)).facts
