"""Progress is told to the end, and a run that is called off stops and leaves nothing running."""

from __future__ import annotations

import _thread
import signal
import threading
import time

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import load_model, simulate
from tolerogen.engine.native import batch

SPIN = load_model("model s; x' = -w*y; y' = w*x; x = 1; y = 0; w = 1; end")
COUNT = 768


def slow(count: int = COUNT) -> pd.DataFrame:
    return pd.DataFrame({"w": np.full(count, 1e4)})


def workers() -> int:
    return sum(t.name.startswith("ThreadPoolExecutor") for t in threading.enumerate())


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_reaches_the_end_and_never_goes_back(threads):
    told = []
    table = pd.DataFrame({"w": np.linspace(0.1, 20, COUNT)})
    simulate(SPIN, table, [], [10], threads=threads, progress=lambda *x: told.append(x))
    assert told[-1] == (COUNT, COUNT)
    assert {total for _, total in told} == {COUNT}
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize("count", [0, 1])
def test_progress_of_few_patients(count):
    told = []
    table = pd.DataFrame({"w": np.ones(count)})
    data = simulate(SPIN, table, [], [1], progress=lambda *x: told.append(x))
    assert data["x"].shape == (count, 1)
    assert told[-1] == (count, count)


@pytest.mark.parametrize("threads", [1, 2])
def test_an_interrupt_stops_the_lanes(threads, monkeypatch):
    """A full run takes minutes: the driver sees the signal at its next step."""
    ended, real = [], batch._drive

    def watched(*given):
        found = real(*given)
        ended.append(given[-1][0].copy())
        return found

    monkeypatch.setattr(batch, "_drive", watched)

    def interrupt(done, total):
        raise KeyboardInterrupt

    before = workers()
    begun = time.process_time()
    with pytest.raises(KeyboardInterrupt):
        simulate(SPIN, slow(), [], [1e4], threads=threads, progress=interrupt)
    assert workers() == before
    assert time.process_time() - begun < 20  # it would be hours; this is no measure of speed
    assert 1 <= len(ended) <= threads  # parts that had not begun never do
    assert all(signal[0] == 1 for signal in ended)


@pytest.fixture
def listening():
    """Hear Ctrl-C even where the shell that started the tests in the background has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.usefixtures("listening")
def test_ctrl_c_is_heard_without_a_progress_bar(threads, monkeypatch):
    """One patient who would never end, on one core: the main thread is not the one at work."""
    monkeypatch.setattr(batch, "LONGEST", 10**15)
    simulate(SPIN, slow(1), [], [1e-3], threads=threads)  # compiled before the clock runs
    timer = threading.Timer(0.4, _thread.interrupt_main)
    timer.start()
    begun = time.process_time()
    with pytest.raises(KeyboardInterrupt):
        simulate(SPIN, slow(1), [], [1e9], threads=threads)
    timer.join()
    assert time.process_time() - begun < 20
    assert workers() == 0


def test_an_error_of_the_caller_comes_through_as_it_is():
    def broken(done, total):
        raise RuntimeError("the bar is broken")

    with pytest.raises(RuntimeError, match="the bar is broken"):
        simulate(SPIN, slow(64), [], [1e4], progress=broken)
    assert workers() == 0


def test_the_next_run_is_none_the_worse():
    data = simulate(SPIN, pd.DataFrame({"w": [1.0, 2.0]}), [], [1.0], rtol=1e-9)
    np.testing.assert_allclose(data["x"][:, 0], np.cos([1, 2]), rtol=1e-7)
