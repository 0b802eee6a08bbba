"""The model of Sjögren's disease with two drugs, 200 patients: the native lanes and libRoadRunner.

Every patient has doses of their own, of every kind: boluses, infusions (some overlapping), a depot
under the skin, a loading dose, doses that are missed, doses that are weeks late.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tolerogen.diseases import load_disease
from tolerogen.engine import Dose, load_model, simulate, without_timings
from tolerogen.engine.ensemble import _by_reference
from tolerogen.engine.native.batch import cores
from tolerogen.engine.native.request import Request
from tolerogen.engine.native.solve import solve
from tolerogen.patients import sample_population
from tolerogen.therapies import attach, load_therapy

COUNT = 200
DAYS = np.array([0.5, 7.0, 14.0, 14.1, 28.0, 42.0])
LEAST = 1e-9
"""Values below this part of the largest of a patient's course are noise to either solver."""


@pytest.fixture(scope="module")
def asked():
    disease = load_disease("sjogren")
    drugs = [load_therapy("s95011"), load_therapy("belimumab")]
    model = load_model(attach(disease.model, drugs, disease.targets))
    extra = [p for drug in drugs for p in drug.parameters]
    table = sample_population(disease, COUNT, 1, extra=extra).parameters
    return model, table, [regimen(i) for i in range(COUNT)]


def regimen(patient: int) -> tuple[Dose, ...]:
    draw = np.random.default_rng([20, patient])
    iv, skin = "s95011_central", "belimumab_depot"
    given = []
    for week in (0, 1, 2, 4, 5):
        day = 7.0 * week + (float(draw.uniform(0, 3)) if week else 0.0)
        amount = 750.0 if week else 1500.0  # the first one loads
        kind = draw.choice(["missed", "bolus", "infusion", "slow"], p=[0.2, 0.3, 0.3, 0.2])
        if kind != "missed":
            hours = {"bolus": 0, "infusion": 1, "slow": 9 * 24}[str(kind)]
            given.append(Dose(day, amount, iv, hours / 24))
        if draw.uniform() < 0.8:
            given.append(Dose(day, 200.0, skin))
    return tuple(given)


@pytest.fixture(scope="module")
def request_of(asked):
    model, table, doses = asked
    return Request(
        sbml=model.sbml,
        columns=tuple(table.columns),
        values=table.to_numpy(float),
        doses=doses,
        times=DAYS,
        observables=model.varying,
        rtol=1e-9,
        atol=None,
        threads=cores(),
        check=False,
    )


def test_agreement_with_libroadrunner_to_1e_6(asked, request_of):
    model, _, doses = asked
    kinds = [(d.duration > 0, d.into) for group in doses for d in group]
    assert len(set(kinds)) == 3  # boluses, infusions, depots
    tight = replace(request_of, rtol=1e-10)
    native, reference = solve(request_of), _by_reference(model, tight, None)
    assert not native.status.any()
    assert not reference.status.any()
    size = np.abs(reference.courses)
    scale = np.maximum(size, LEAST * size.max(axis=1, keepdims=True))
    error = np.abs(native.courses - reference.courses) / np.where(scale > 0, scale, 1)
    worst = error.max(axis=(0, 1))
    bad = {model.varying[i]: worst[i] for i in np.flatnonzero(worst > 1e-6)}
    assert not bad


@pytest.mark.parametrize("width", [2, 4, 8])
def test_steps_and_values_do_not_depend_on_the_width_of_the_machine(request_of, width):
    """On one machine even the bits are the same: products and sums are fused alike."""
    values, doses = request_of.values[:21], request_of.doses[:21]  # noqa: PD011
    some = replace(request_of, values=values, doses=doses, rtol=1e-5)
    usual, other = solve(some), solve(replace(some, width=width))
    for fact in ("steps", "rejections"):
        assert other.facts[fact] == usual.facts[fact]
    np.testing.assert_array_equal(other.courses, usual.courses)


def test_order_batch_and_threads_change_no_bit(asked):
    model, table, doses = asked
    names = ["B_blood", "IgG", "s95011_central", "belimumab_depot"]
    names = [n for n in names if n in model.observables]
    few = table.iloc[:40]
    usual = without_timings(simulate(model, few, doses[:40], DAYS, names, threads=1))
    order = np.random.default_rng(4).permutation(40)
    for who, threads in ((order, 2), (order[:13], 1), (order[:1], None)):
        given = [doses[i] for i in who]
        found = simulate(model, few.iloc[who], given, DAYS, names, threads=threads)
        for name in names:
            np.testing.assert_array_equal(found[name], usual[name][who])


def test_many_pieces_of_work_and_threads_change_no_bit(asked):
    """More patients than a thread takes at a time, so that pieces are cut."""
    model, table, doses = asked
    many = pd.concat([table, table], ignore_index=True)
    given = [*doses, *doses]
    first = simulate(model, many, given, [14.0], ["IgG", "IL7R"], threads=1)
    second = simulate(model, many, given, [14.0], ["IgG", "IL7R"], threads=3)
    for name in ("IgG", "IL7R", "status"):
        np.testing.assert_array_equal(first[name], second[name])
        np.testing.assert_array_equal(first[name][:COUNT], first[name][COUNT:])
