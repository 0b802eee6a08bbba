"""A patient's numbers are the same bits whoever stands beside them, and whatever the width."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.behaviour import sjogren
from tests.engine.test_reproducible import DOSES, MODEL, TIMES, N, people

from tolerogen.engine import Dose, load_model, simulate, without_timings
from tolerogen.engine.native import batch
from tolerogen.engine.native.request import Request
from tolerogen.engine.native.solve import compiled, make_plans

NAMES = ("D", "T", "X", "E", "drive")


def run(patients, doses=DOSES, **options):
    return simulate(MODEL, patients, doses, TIMES, **options)


@pytest.fixture(scope="module")
def alone():
    """Every patient simulated in a run of their own."""
    return {i: run(people().loc[[i]]) for i in range(N)}


def same(data, alone):
    for name in (*NAMES, "status", "message"):
        expected = np.concatenate([alone[i][name].to_numpy() for i in data["patient"].to_numpy()])
        np.testing.assert_array_equal(data[name].to_numpy(), expected)


def test_one_patient_fails_and_the_rest_do_not(alone):
    assert [i for i in range(N) if alone[i]["status"].item()] == [5]


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(N)), size=st.integers(1, N))
def test_order_and_batch_do_not_matter(alone, order, size):
    same(run(people().loc[order[:size]], threads=1), alone)


@pytest.mark.parametrize("threads", [1, 2, 3, None])
def test_threads_do_not_matter(alone, threads):
    same(run(people(), threads=threads), alone)


def test_own_doses_or_shared_ones(alone):
    same(run(people(), [list(reversed(DOSES))] * N), alone)


def test_neighbours_with_other_doses_do_not_matter(alone):
    other = [Dose(0.01 * i, 3.0 * i, "D", 0.5) for i in range(1, 30)]
    data = run(people(), [DOSES if i % 3 else other for i in range(N)])
    same(data.isel(patient=[i for i in range(N) if i % 3]), alone)


def test_the_second_time_is_the_same_data_set():
    import xarray as xr

    first, second = (without_timings(run(people())) for _ in range(2))
    xr.testing.assert_identical(first, second)


def test_many_patients_on_several_threads_are_the_same_bits():
    count = 549
    table = (
        people()
        .loc[[i for i in range(N) if i != 5]]
        .sample(count, replace=True, random_state=1, ignore_index=True)
    )
    one, two = (run(table, threads=threads) for threads in (1, 2))
    backwards = run(table.iloc[::-1], threads=2).sel(patient=one["patient"])
    for name in NAMES:
        np.testing.assert_array_equal(one[name], two[name])
        np.testing.assert_array_equal(one[name], backwards[name])


@pytest.mark.parametrize("method", ["rodas5p", "rodas4p2"])
def test_a_method_gives_the_same_bits_alone_and_in_company(method):
    whole = run(people(), method=method)
    part = run(people().iloc[[3, 17]], method=method)
    np.testing.assert_array_equal(whole["X"].sel(patient=[3, 17]), part["X"])


@pytest.fixture(scope="module")
def widths():
    """Run 30 patients of the whole Sjögren's model on 2, 4 and 8 lanes."""
    model, table = sjogren.treated(), sjogren.population(30)
    ask = Request(
        sbml=model.sbml,
        columns=tuple(table.columns),
        values=table.to_numpy(float),
        doses=[tuple(sjogren.doses(i)) for i in range(30)],
        times=np.arange(0, 57.0, 7),
        observables=model.varying,
        rtol=1e-6,
        atol=None,
        threads=1,
    )
    found = {}
    for width in (2, 4, 8):
        code = compiled(replace(ask, width=width))
        assert code.blueprint.width == width
        task = batch.Task(code, ask.method.order, ask.times)
        found[width] = batch.run(task, ask.values, make_plans(ask, code), ask.rtol, 1)
    return found


def test_every_width_takes_the_same_steps(widths):
    for width in (2, 4):
        np.testing.assert_array_equal(widths[width].stats.steps, widths[8].stats.steps)
        np.testing.assert_array_equal(widths[width].stats.rejections, widths[8].stats.rejections)
    assert (widths[8].stats.status == 0).all()
    assert widths[8].stats.steps.min() > 30


def test_every_width_gives_the_same_bits(widths):
    for width in (2, 4):
        np.testing.assert_array_equal(widths[width].courses, widths[8].courses)
        np.testing.assert_array_equal(widths[width].final, widths[8].final)


def test_what_jumps_at_a_moment_is_shown_after_the_jump():
    """An output's time is the one asked for, to the last bit, however the steps fell."""
    model = load_model("model m; S = 1; k = 0.3; S -> ; k*S; n := floor(time/2); end")
    times = 2.0 * np.arange(400)
    table = pd.DataFrame({"k": np.linspace(0.01, 30, 24)})
    found = simulate(model, table, [], times, ["n"])["n"].to_numpy()
    np.testing.assert_array_equal(found, np.tile(np.arange(400.0), (24, 1)))
