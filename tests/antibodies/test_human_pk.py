"""Clearance and occupancy against what was measured in people, and against closed forms."""

from __future__ import annotations

import runpy
import tomllib
from pathlib import Path

import numpy as np
import pytest

from tolerogen.antibodies.candidate_reader import read_candidate
from tolerogen.antibodies.exposure import V1, V2, Course, Q, ReceptorLoad, exposure
from tolerogen.antibodies.human_pk import PI_CENTRE, PI_SLOPE, PI_SLOPE_SE, human_clearance
from tolerogen.errors import SpecError

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "antibody"


def anchor(name):
    return tomllib.loads((ROOT / "tests" / "anchors" / f"{name}.toml").read_text("utf-8"))


def test_the_prior_is_within_twofold_of_nine_in_ten_published_clearances():
    truth = anchor("antibody_clearance")
    published = {name: row["value"] for name, row in truth["single"].items()}
    for name, span in truth["review"].items():
        if isinstance(span, list):
            published[name] = sum(span) / 2
    prior = human_clearance()
    assert prior.high / prior.value == truth["fold"]
    inside = [prior.low <= value <= prior.high for value in published.values()]
    assert len(inside) >= 25
    assert sum(inside) / len(inside) >= truth["share"]


def test_clearance_of_tg32_mice_scales_by_the_published_exponent():
    # 0.4 mL/h/kg in a 20 g mouse
    found = human_clearance(cynomolgus_ml_day_kg=5.0, tg32_ml_day_kg=9.6)
    assert found.value == pytest.approx(9.6 * 0.02 / 1000 * 3500**0.93)
    assert "Tg32" in found.method
    with pytest.raises(SpecError):
        human_clearance(tg32_ml_day_kg=0.0)


def test_a_basic_fv_is_cleared_faster_and_the_ends_are_held():
    found = [human_clearance(fv_pi=pi).value for pi in (3.0, 5.3, PI_CENTRE, 8.71, 9.2, 12.0)]
    assert found == sorted(found)
    assert found[0] == found[1]
    assert found[4] == found[5]
    assert found[2] == pytest.approx(0.200)
    assert found[3] / found[2] == pytest.approx(np.exp(PI_SLOPE))
    scaled = human_clearance(cynomolgus_ml_day_kg=5.0, fv_pi=9.0)
    assert scaled.value == human_clearance(cynomolgus_ml_day_kg=5.0).value


@pytest.mark.skipif(not SHARED.is_dir(), reason="sequences of published antibodies not here")
def test_charge_foretells_clearances_that_were_left_out_better_than_none():
    bench = runpy.run_path(str(ROOT / "benchmarks" / "antibody_clearance.py"))
    clearances, known = bench["read_clearances"](), bench["read_sequences"](SHARED)
    used = [name for name in clearances if name in known]
    assert len(used) == 24
    log = np.log([clearances[name] for name in used])
    pi = np.array([bench["counts"](*known[name])[3] for name in used])
    slope, error = bench["regression"](log, pi)
    assert (slope, error) == pytest.approx((PI_SLOPE, PI_SLOPE_SE), abs=5e-4)
    assert pi.mean() == pytest.approx(PI_CENTRE, abs=0.005)
    without, moved = log - np.log(0.200), bench["moved"](log, pi)
    assert np.mean(moved**2) < np.mean(without**2)
    assert sum(abs(moved) <= np.log(2)) >= sum(abs(without) <= np.log(2))


def test_without_receptor_the_course_is_the_linear_two_compartment_one():
    nothing = ReceptorLoad(cells=1.0, per_cell=1.0, turnover=1.0)
    found = exposure(1e-9, nothing, Course(100.0))
    k10, k12, k21 = 0.2 / V1, Q / V1, Q / V2
    fast, slow = (
        (k10 + k12 + k21 + sign * np.sqrt((k10 + k12 + k21) ** 2 - 4 * k10 * k21)) / 2
        for sign in (1, -1)
    )
    share = (fast - k21) / (fast - slow)
    truth = share * np.exp(-fast * found.time) + (1 - share) * np.exp(-slow * found.time)
    assert found.concentration == pytest.approx(100 / V1 * truth, rel=1e-4)
    free = found.concentration / 0.146
    assert found.occupancy == pytest.approx(free / (1 + free))


def test_far_above_the_receptor_the_sink_takes_its_flux():
    # Bound receptor turns over: antibody is lost at turnover x receptor beside the linear loss.
    load = ReceptorLoad(cells=7e11, per_cell=2000.0, turnover=8.0)
    with_sink, without = (
        exposure(1e-12, one, Course(3000.0), days=2.0)
        for one in (load, ReceptorLoad(1.0, 1.0, 8.0))
    )
    taken = (without.concentration[-1] - with_sink.concentration[-1]) / 0.146
    flux = 2.0 * load.nmol * load.turnover + load.nmol
    assert 0.5 * flux / V1 < taken < flux / V1  # some of the loss is made up from the tissue


def test_il7r_class_half_life_and_occupancy_are_within_the_stated_bounds():
    truth = anchor("il7r_occupancy")
    row = truth["load"]
    load = ReceptorLoad(row["cells"], row["per_cell"], row["turnover"])
    for dose in truth["dose"]:
        found = exposure(row["kd_M"], load, Course(70 * dose["mg_per_kg"]))
        assert found.held_until == pytest.approx(dose["until_day"], rel=row["occupancy_share"])
    fold = found.half_life / truth["half_life_days"]
    assert 1 / row["half_life_fold"] < fold < row["half_life_fold"]
    other = truth["second"]
    course = Course(70 * other["mg_per_kg"], other["days"], other["count"], subcutaneous=True)
    assert other["occupancy_low"] <= exposure(row["kd_M"], load, course).trough
    assert exposure(row["kd_M"], load, course).trough <= other["occupancy_high"]


def test_tighter_binding_holds_the_receptor_longer_and_slow_binding_less():
    load = ReceptorLoad(7e11, 2000.0, 8.0)
    held = [exposure(kd, load, Course(140.0)).held_until for kd in (1e-9, 3e-10, 1e-10)]
    assert held == sorted(held)
    assert exposure(3e-10, load, Course(140.0), kon=1e5).kss == pytest.approx(0.3 + 8 / 8.64)


def test_bad_numbers_and_missing_loads_are_refused(tmp_path):
    load = ReceptorLoad(7e11, 2000.0, 8.0)
    for kd, course in ((0.0, Course(1.0)), (1e-9, Course(-1.0)), (1e-9, Course(1.0, count=0))):
        with pytest.raises(SpecError, match="above zero"):
            exposure(kd, load, course)
    text = (ROOT / "examples" / "il7r-candidate.toml").read_text("utf-8")
    text = text.replace('sensorgrams = "sensorgrams.csv"', "kd = 1e-9").replace('model = "1:1"', "")
    file = tmp_path / "a.toml"
    file.write_text(text.split("[load]")[0], encoding="utf-8")
    with pytest.raises(SpecError, match="load"):
        read_candidate(file).exposure(Course(1.0))
    file.write_text(text.replace("turnover = 8.6", "turnover = -1"), encoding="utf-8")
    with pytest.raises(SpecError, match="turnover"):
        read_candidate(file)
