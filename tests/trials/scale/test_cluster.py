"""Two worker processes give the numbers of one machine, whatever becomes of one of them."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, replace

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from tolerogen.errors import SimulationError, SpecError
from tolerogen.trials import run_trial
from tolerogen.trials.course import Engine
from tolerogen.trials.scale import crew

MANY = {"replicates": 33, "patients": 30}


@pytest.fixture(scope="module")
def alone(toy_spec):
    return run_trial(toy_spec, threads=1, **MANY)


def same(found, expected) -> None:
    assert found.to_json() == expected.to_json()
    assert_frame_equal(found.patients, expected.patients)
    assert_frame_equal(found.observations, expected.observations)
    assert set(found.trajectories.data_vars) == set(expected.trajectories.data_vars)
    for name in expected.trajectories.data_vars:
        np.testing.assert_array_equal(found.trajectories[name], expected.trajectories[name])


def test_workers_give_the_numbers_of_one_machine(client, toy_spec, alone):
    told = []
    found = run_trial(
        toy_spec, client=client, progress=lambda done, total: told.append((done, total)), **MANY
    )
    same(found, alone)
    assert told[0] == (0, 33 * 30)
    assert told[-1] == (33 * 30, 33 * 30)
    assert len(told) > 8  # several pieces a worker
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_worker_killed_in_the_middle_loses_nothing(cluster, client, toy_spec, alone):
    killed, told = [], []

    def kill_one(done: int, total: int) -> None:
        told.append(done)
        if 0 < done < total and not killed:
            worker = next(w for w in client.processing() if client.processing()[w])
            pid = client.run(os.getpid, workers=[worker])[worker]
            os.kill(pid, signal.SIGKILL)
            killed.append((worker, pid, done))

    found = run_trial(toy_spec, client=client, progress=kill_one, **MANY)
    same(found, alone)
    assert len(killed) == 1
    assert killed[0][2] < 33 * 30
    assert told[-1] == 33 * 30
    assert killed[0][0] not in client.nthreads()  # its successor has another address


def test_an_exception_from_progress_cancels_what_is_out(client, toy_spec):
    class StopError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done:
            raise StopError

    with pytest.raises(StopError):
        run_trial(toy_spec, client=client, progress=stop, **MANY)
    until = time.monotonic() + 10
    while any(client.processing().values()) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(client.processing().values())
    assert not [key for key in client.futures if str(key).startswith("tolerogen-piece")]


@dataclass(frozen=True)
class Deadly:
    """A piece that takes its worker down, as one does that needs too much memory."""

    patients: int = 1

    def do(self, context, engine):
        os._exit(1)


@dataclass(frozen=True)
class Refusing:
    patients: int = 1

    def do(self, context, engine):
        raise SpecError("the design cannot be run: reasons.")


def test_a_piece_that_brings_workers_down_is_given_up(cluster, client, toy_spec, monkeypatch):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    with pytest.raises(SimulationError, match=r"workers that tried it were lost.*memory"):
        list(crew(Engine(), 1, client).each(toy_spec, [_shipped(Deadly())]))


def test_what_a_piece_refuses_reaches_the_user_as_it_is(client, toy_spec):
    with pytest.raises(SpecError, match="the design cannot be run: reasons"):
        list(crew(Engine(), 1, client).each(toy_spec, [_shipped(Refusing())]))


def _shipped(piece):
    """Send this file's classes by value: the workers cannot import tests."""
    import sys

    from distributed.protocol.pickle import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    return piece


def test_an_asynchronous_client_is_refused(toy_spec):
    class Asynchronous:
        asynchronous = True

    with pytest.raises(SpecError, match="asynchronous"):
        run_trial(toy_spec, client=Asynchronous())


@pytest.mark.parametrize("stages", ["", "\n[design.sequential]\nlooks = 2\nfutility = [0.0]\n"])
def test_options_of_a_design_are_rated_alike_on_workers(stages, client, tmp_path):
    from tests.trials.conftest import plant

    from tolerogen.trials import explore, load_options, read_posterior

    path = plant(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write("\n[design]\npatients = [12, 24]\nreplicates = 12\n" + stages)
    draws = tmp_path / "draws.csv"
    draws.write_text("T_0\n1000\n1200\n", encoding="utf-8")
    options = load_options(path).changed(posterior=read_posterior(draws))
    here, there = explore(options), explore(options, client=client)
    assert "assurance" in here.frame()
    assert_frame_equal(here.frame(), there.frame())
    assert here.to_json() == replace(there).to_json()
