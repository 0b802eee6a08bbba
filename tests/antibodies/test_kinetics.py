"""Kinetics against integrated equations, simulations of another program and a real Octet run."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from tolerogen.antibodies.kinetics import (
    Cycle,
    Sensorgram,
    fit_kinetics,
    injected_until,
    read_octet,
    read_sensorgrams,
    remove_drift,
    subtract_blanks,
    subtract_reference,
    without_bulk,
)
from tolerogen.antibodies.kinetics.bivalent import bivalent_response
from tolerogen.antibodies.kinetics.response import unit_response
from tolerogen.antibodies.kinetics.switch import locate_switches
from tolerogen.errors import SpecError

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "antibody" / "kinetics"
KA, KD, SWITCH = 1e5, 5e-3, 150.0
TIME = np.arange(0.0, 600.0, 5.0)


def staircase(level, time=TIME, switch=SWITCH):
    return Cycle(f"{level:g}", time, np.zeros_like(time), (0.0, switch), (level, 0.0))


def record(shape, levels, noise=0.3, seed=3, **more):
    rng = np.random.default_rng(seed)
    cycles = tuple(
        replace(c, response=100 * shape(c) + noise * rng.standard_normal(len(c.time)))
        for c in (staircase(level, **more) for level in levels)
    )
    return Sensorgram("mab", cycles)


def integrated(cycle, m):
    def rates(_, y, level):
        return (KA * level * (1 - y) - KD * y) / (1 + m * (1 - y))

    level = cycle.highest
    tight = {"rtol": 1e-10, "atol": 1e-12}
    on = solve_ivp(rates, (0, SWITCH), [0.0], t_eval=TIME[TIME <= SWITCH], args=(level,), **tight)
    off = solve_ivp(
        rates, (SWITCH, TIME[-1]), on.y[:, -1], t_eval=TIME[TIME > SWITCH], args=(0.0,), **tight
    )
    return np.concatenate([on.y[0], off.y[0]])


LEVELS = [KD / KA * factor for factor in (0.2, 0.6, 2.0, 6.0)]


@pytest.mark.parametrize("m", [0.0, 0.1, 2.0, 50.0])
@pytest.mark.parametrize("level", [1e-9, 5e-8, 1e-5])
def test_the_closed_form_solves_the_equation(m, level):
    cycle = staircase(level)
    ours = unit_response(cycle, KA, KD, m)
    np.testing.assert_allclose(ours, integrated(cycle, m), rtol=1e-6, atol=1e-9)


def test_a_second_arm_that_never_holds_leaves_a_one_to_one():
    cycle = staircase(5e-8)
    ours = bivalent_response(cycle, KA / 2, KD, 1e-12, 1.0)
    np.testing.assert_allclose(ours, unit_response(cycle, KA, KD), rtol=1e-4, atol=1e-6)


def test_one_to_one_constants_lie_in_their_intervals():
    fit = fit_kinetics(record(lambda c: unit_response(c, KA, KD), LEVELS), "1:1")
    assert fit.converged
    assert not any("detected" in warning for warning in fit.warnings)
    for truth, (low, high) in ((KA, fit.kon_interval), (KD, fit.koff_interval)):
        assert low <= truth <= high
        assert high / low < 1.05
    assert fit.kd == pytest.approx(KD / KA, rel=0.015)


def test_limited_records_keep_their_switch_and_their_intervals_hold():
    # A 1:1 fit prefers the switch one row too early in five of these, and constants follow it.
    bench = runpy.run_path(str(ROOT / "benchmarks" / "antibody_kinetics.py"))
    rng, inside = np.random.default_rng(11), []
    for _ in range(12):
        ka, kd, rmax = bench["_drawn"](rng)
        m = 10 ** rng.uniform(0.0, 1.3)
        data = bench["_record"](rng, ka, kd, rmax, m)
        assert locate_switches(data).cycles[0].starts == data.cycles[0].starts
        if m < 3:
            low, high = fit_kinetics(data, "mass-transport").kd_interval
            inside.append(low <= kd / ka <= high)
    assert sum(inside) >= len(inside) - 1


def test_transport_is_found_and_told_even_to_who_asks_for_one_to_one():
    data = record(lambda c: integrated(c, 5.0), LEVELS)
    fit = fit_kinetics(data)
    assert fit.model == "mass-transport"
    assert fit.kd == pytest.approx(KD / KA, rel=0.1)
    plain = fit_kinetics(data, "1:1")
    assert plain.kd > 1.3 * KD / KA
    assert any("mass transport detected" in warning for warning in plain.warnings)


def test_hardly_any_dissociation_gives_a_bound():
    fit = fit_kinetics(record(lambda c: unit_response(c, KA, 2e-5), LEVELS), "1:1")
    assert (fit.koff, fit.kd) == (None, None)
    assert 2e-5 < fit.koff_interval[1] < 2e-4


def test_two_kinds_of_site_are_seen():
    def mixed(cycle):
        return 0.5 * unit_response(cycle, KA, KD) + 0.5 * unit_response(cycle, KA, KD * 20)

    assert any("structured" in w for w in fit_kinetics(record(mixed, LEVELS), "1:1").warnings)
    fit = fit_kinetics(record(mixed, LEVELS), "heterogeneous")
    pairs = sorted([fit.koff / KD, 20.0])
    assert pairs[0] == pytest.approx(1.0, rel=0.2) or pairs == pytest.approx([20, 20], rel=0.2)


def test_two_kinds_of_site_have_intervals_and_the_larger_leads():
    def mixed(cycle):
        return 0.7 * unit_response(cycle, KA, KD) + 0.3 * unit_response(cycle, KA / 10, KD * 10)

    fit = fit_kinetics(record(mixed, [*LEVELS, KD / KA * 40]), "heterogeneous")
    assert fit.koff_interval[0] <= KD <= fit.koff_interval[1]
    assert fit.second.koff_interval[0] <= 10 * KD <= fit.second.koff_interval[1]
    assert fit.rmax - fit.second.rmax == pytest.approx(70, rel=0.05)
    assert fit.record()["second"]["koff"] == fit.second.koff


def armed(cycle, on, off, second_on, second_off):
    def rates(_, y, level):
        free = 1 - y[0] - 2 * y[1]
        first = 2 * on * level * free - off * y[0]
        second = second_on * free * y[0] - 2 * second_off * y[1]
        return [first - second, second]

    tight = {"rtol": 1e-10, "atol": 1e-12, "method": "LSODA"}
    time, level = cycle.time, cycle.highest
    one = solve_ivp(rates, (0, SWITCH), [0, 0], t_eval=time[time <= SWITCH], args=(level,), **tight)
    two = solve_ivp(
        rates, (SWITCH, time[-1]), one.y[:, -1], t_eval=time[time > SWITCH], args=(0,), **tight
    )
    return np.concatenate([one.y.sum(axis=0), two.y.sum(axis=0)])


@pytest.mark.parametrize("second", [(1e-4, 1e-4), (3e-2, 1e-3), (5.0, 0.1)])
@pytest.mark.parametrize("level", [1e-9, 1e-6])
def test_native_steps_solve_the_bivalent_equations(level, second):
    cycle = staircase(level)
    ours = bivalent_response(cycle, KA, KD, *second)
    np.testing.assert_allclose(ours, armed(cycle, KA, KD, *second), atol=2e-7)


def test_both_arms_of_an_antibody_lie_in_their_intervals():
    data = record(lambda c: armed(c, KA, KD, 1e-2, 1e-3), LEVELS, noise=0.2)
    fit = fit_kinetics(data, "bivalent")
    assert fit.converged
    for truth, (low, high) in (
        (KA, fit.kon_interval),
        (KD, fit.koff_interval),
        (KD / KA, fit.kd_interval),
        (1e-2, fit.second.kon_interval),
        (1e-3, fit.second.koff_interval),
    ):
        assert low <= truth <= high
        assert high / low < 1.5


def exported(levels, encoding, unit="nM", scale=1e9):
    data = record(lambda c: unit_response(c, KA, KD), levels)
    names = [f"Cycle: {i}  mab A  Conc: {level * scale:g} {unit}" for i, level in enumerate(levels)]
    lines = ["\t".join(f"{name}_X\t{name}_Y" for name in names)]
    baseline = [[-10.0, 0.1]] * len(levels)
    for i in range(-1, len(TIME)):
        pairs = baseline if i < 0 else [[TIME[i], c.response[i]] for c in data.cycles]
        lines.append("\t".join(f"{t:g}\t{r:.4f}" for t, r in pairs))
    return "\r\n".join(lines).encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "unit"), [("utf-8", "nM"), ("cp1252", "µM"), ("utf-16", "µM")]
)
def test_curves_exported_by_biacore_are_read(tmp_path, encoding, unit):
    file = tmp_path / "curves.txt"
    file.write_bytes(exported(LEVELS, encoding, unit, 1e9 if unit == "nM" else 1e6))
    (data,) = read_sensorgrams(file)
    assert data.analyte == "mab A"
    assert [c.highest for c in data.cycles] == pytest.approx(LEVELS)
    assert data.cycles[0].time[0] == 0
    known = injected_until(data, SWITCH)
    for one in (data, known) if encoding == "utf-8" else ():
        assert fit_kinetics(one, "1:1").kd == pytest.approx(KD / KA, rel=0.03)
    with pytest.raises(SpecError, match="cannot end"):
        injected_until(data, 1e6)


def test_exported_curves_without_concentration_are_refused(tmp_path):
    file = tmp_path / "curves.txt"
    file.write_text("a_X\ta_Y\n0\t1\n", encoding="utf-8")
    with pytest.raises(SpecError, match="names no concentration"):
        read_sensorgrams(file)


def test_steady_state_warns_of_curves_that_still_rise():
    slow = record(lambda c: unit_response(c, KA, KD), LEVELS)
    fit = fit_kinetics(slow, "steady-state")
    assert fit.kd > 1.1 * KD / KA
    assert any("plateau" in warning for warning in fit.warnings)
    fast = record(lambda c: unit_response(c, KA * 20, KD * 20), LEVELS)
    fit = fit_kinetics(fast, "steady-state")
    assert fit.kd == pytest.approx(KD / KA, rel=0.03)
    assert not any("plateau" in warning for warning in fit.warnings)


def test_corrections_take_away_what_was_added():
    clean = record(lambda c: unit_response(c, KA, KD), LEVELS, noise=0.0)
    ghost = record(lambda c: 0.02 * np.sin(c.time / 90), [0.0], noise=0.0).cycles[0]
    spoiled = replace(
        clean,
        cycles=(
            *(replace(c, response=c.response + ghost.response) for c in clean.cycles),
            replace(ghost, concentrations=(0.0, 0.0)),
        ),
    )
    for ours, true in zip(subtract_blanks(spoiled).cycles, clean.cycles, strict=True):
        np.testing.assert_allclose(ours.response, true.response, atol=1e-9)
    assert max(abs(c.response).max() for c in subtract_reference(clean, clean).cycles) == 0
    assert all(
        not ((c.time >= SWITCH) & (c.time < SWITCH + 20)).any()
        for c in without_bulk(clean, 20.0).cycles
    )
    with pytest.raises(SpecError, match="baseline"):
        remove_drift(clean, 30.0)


def test_means_over_blocks_keep_the_answer():
    long = np.arange(0.0, 600.0, 0.5)
    dense = record(lambda c: unit_response(c, KA, KD), LEVELS, time=long)
    assert dense.condensed(1000).points < 1300 < dense.points
    assert fit_kinetics(dense.condensed(1000), "1:1").kd == pytest.approx(KD / KA, rel=0.01)


@pytest.mark.skipif(not SHARED.is_dir(), reason="KinGenie simulations and Octet run not here")
def test_simulations_of_kingenie_give_their_constants():
    (data,) = read_sensorgrams(SHARED / "simulation_Kd-10_koff-0.01.csv.gz")
    fit = fit_kinetics(data.condensed(800), "1:1")
    assert fit.kd == pytest.approx(10e-6, rel=1e-3)
    assert fit.koff == pytest.approx(0.01, rel=1e-3)


@pytest.mark.skipif(not SHARED.is_dir(), reason="KinGenie simulations and Octet run not here")
def test_an_octet_run_is_read_from_its_own_files():
    folder = SHARED / "octet_frd"
    with pytest.raises(SpecError, match="kDa"):
        read_octet(folder)
    grams = read_octet(folder, mass_kda=20.0)
    assert len(grams) == 9
    assert all(len(gram.cycles) == 7 for gram in grams)
    assert grams[0].cycles[0].concentrations == pytest.approx((130e-3 / 20e3, 0.0))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "time_s"),
        ("time_s,response,concentration_nM\n0,x,1\n", "not a number"),
        ("time_s,response,concentration_nM\n0,1,-1\n", "below zero"),
        ("time_s,response,concentration_nM\n0,1,0\n1,1,0\n2,1,0\n3,1,0\n4,1,0\n", "above zero"),
    ],
)
def test_a_bad_table_is_refused_in_words(tmp_path, text, told):
    file = tmp_path / "a.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=told):
        read_sensorgrams(file)
