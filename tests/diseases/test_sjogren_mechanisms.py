"""One drug of every class: it acts at its node, in the published direction and size."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tolerogen import engine
from tolerogen.diseases import Disease
from tolerogen.errors import SpecError
from tolerogen.therapies import attach, list_therapies, load_therapy

from .conftest import change

ANCHORS = tomllib.loads(
    (Path(__file__).parents[1] / "anchors" / "sjogren_mechanisms.toml").read_text()
)
SHARED = Path(__file__).parents[2] / ".." / "shared" / "sjogren"


def course(
    disease: Disease, given: dict[str, str], days: float, seen: list[str], state: str = "disease"
) -> xr.Dataset:
    """Give studied regimens to the typical patient; daily values."""
    drugs = [load_therapy(name) for name in given]
    model = engine.load_model(attach(disease.model, drugs, disease.targets))
    doses = [
        dose
        for drug, regimen in zip(drugs, given.values(), strict=True)
        for dose in drug.regimen(regimen).doses(drug, weight_kg=70.0)
    ]
    patient = pd.DataFrame([{**disease.state(state), "weight": 70.0}])
    times = np.arange(0.0, days + 0.5)
    return engine.simulate(
        model, patient, doses, times, observables=seen, backend="reference"
    ).isel(patient=0)


# Drug, regimen, day, what must fall by at least 5 %, what must stay within 2 %.
CLASSES = [
    ("tocilizumab", "etap", 168, ["IL6_signal", "Tfh", "PB"], ["T4_naive", "T8_mem"]),
    ("anifrolumab", "monthly_iv", 168, ["IFN1_signal", "BAFF", "epi_stressed"], ["T4_naive"]),
    ("iscalimab", "twinss_600", 168, ["GC", "eGC"], ["T4_naive"]),
    ("ianalumab", "monthly_300", 168, ["B_naive", "B_memory", "B_gland"], ["T4_naive", "T8_mem"]),
    ("telitacicept", "weekly_160", 168, ["BAFF_free", "APRIL_free", "IgG"], ["T4_naive"]),
    ("remibrutinib", "louisse_bid", 168, ["GC", "eGC", "B_gland"], ["B_naive", "T4_em"]),
    ("lanraplenib", "daily_30", 84, ["GC", "IFN1"], ["T4_em"]),
    ("leniolisib", "bid_70", 84, ["Tfh", "GC"], ["T4_em", "IFNg_signal"]),
    ("filgotinib", "daily_200", 84, ["IL6_signal", "IFN1_signal", "IFNg_signal"], ["T8_naive"]),
    ("prezalumab", "phase2a", 84, ["Tfh", "GC", "CXCL13"], ["B_naive", "T4_em"]),
    ("lulizumab", "weekly", 84, ["costimulation", "Tfh", "Treg"], ["T8_mem"]),
    ("baminercept", "weekly", 168, ["CXCL13", "eGC"], ["GC", "Tfh"]),
    ("infliximab", "tripss", 70, ["IFNg_signal", "epi_stressed"], ["GC", "B_naive"]),
    ("ro5459072", "bid_100", 84, ["costimulation", "Tfh"], ["B_naive", "T8_mem"]),
    ("leflunomide", "daily_20", 168, ["GC", "Tfh"], ["B_naive"]),
    ("hydroxychloroquine", "daily_400", 168, ["IFN1", "BAFF"], ["T4_naive", "T8_mem"]),
    ("epratuzumab", "embody", 112, ["GC"], ["T4_em", "IFN1_signal"]),
]


@pytest.mark.parametrize(("name", "regimen", "day", "fall", "stay"), CLASSES)
def test_each_class_acts_at_its_node(
    sjogren: Disease, name: str, regimen: str, day: int, fall: list[str], stay: list[str]
) -> None:
    data = course(sjogren, {name: regimen}, day, [*fall, *stay])
    assert {n: c for n in fall if (c := change(data, n)[day]) > -5.0} == {}
    assert {n: c for n in stay if abs(c := change(data, n)[day]) > 2.0} == {}


def test_efgartigimod_lowers_igg_as_in_volunteers(sjogren: Disease) -> None:
    anchor = ANCHORS["efgartigimod"]
    data = course(sjogren, {"efgartigimod": "four_weekly_iv"}, 60, ["IgG"], "healthy")
    assert -change(data, "IgG").min() == pytest.approx(anchor["igg_fall"], abs=anchor["tolerance"])


def test_anifrolumab_silences_the_signature(sjogren: Disease) -> None:
    data = course(sjogren, {"anifrolumab": "monthly_iv"}, 168, ["IFN1_signal"])
    least = ANCHORS["anifrolumab"]["signature_fall_at_least"]
    assert change(data, "IFN1_signal")[84:].max() < -least


def test_iscalimab_holds_its_receptor_for_a_month(sjogren: Disease) -> None:
    drug = load_therapy("iscalimab")
    model = engine.load_model(attach(sjogren.model, [drug], sjogren.targets))
    patient = pd.DataFrame([{**sjogren.state("healthy"), "weight": 70.0}])
    data = engine.simulate(
        model,
        patient,
        [engine.Dose(0.0, 210.0, "iscalimab_central")],
        np.arange(0.0, 60.5),
        observables=["iscalimab_occupancy"],
        backend="reference",
    )
    held = data["iscalimab_occupancy"].isel(patient=0).to_numpy()[1:] >= 0.9
    anchor = ANCHORS["iscalimab"]
    last = np.flatnonzero(held).max() + 1
    assert last == pytest.approx(anchor["full_until_day"], abs=anchor["tolerance_days"])


def test_complex_of_telitacicept_peaks_after_weeks(sjogren: Disease) -> None:
    drug = load_therapy("telitacicept")
    model = engine.load_model(attach(sjogren.model, [drug], sjogren.targets))
    patient = pd.DataFrame([{**sjogren.state("healthy"), "weight": 60.0}])
    data = engine.simulate(
        model,
        patient,
        [engine.Dose(0.0, 160.0, "telitacicept_depot")],
        np.arange(0.0, 120.5),
        observables=["complex_BAFF"],
        backend="reference",
    )
    peak = int(data["complex_BAFF"].isel(patient=0).to_numpy().argmax())
    assert ANCHORS["telitacicept"]["first_day"] <= peak <= ANCHORS["telitacicept"]["last_day"]


def test_ianalumab_empties_the_blood_and_baff_rises(sjogren: Disease) -> None:
    data = course(sjogren, {"ianalumab": "single_10"}, 84, ["B_blood", "BAFF", "BAFF_signal"])
    least = ANCHORS["ianalumab"]["blood_b_fall_at_least"]
    assert change(data, "B_blood")[7:].max() < -least
    assert change(data, "BAFF")[84] > 20.0  # fewer consumers
    assert change(data, "BAFF_signal")[28] < -50.0  # and yet the B cells that stay see little


def test_low_dose_il2_raises_treg_and_no_other_t_cell(sjogren: Disease) -> None:
    seen = ["Treg", "T4_em", "T8_mem"]
    data = course(sjogren, {"aldesleukin": "three_cycles"}, 84, seen)
    assert change(data, "Treg")[:15].max() > 3.0
    assert change(data, "T4_em").max() < 0.5
    assert change(data, "T8_mem").max() < 0.5


def test_sequential_baff_and_cd20_keeps_what_rituximab_loses(sjogren: Disease) -> None:
    """Belimumab before rituximab takes away the BAFF that follows depletion."""
    seen = ["B_blood", "B_fo", "BAFF_free"]
    alone = course(sjogren, {"rituximab": "after_belimumab"}, 364, seen)
    both = {"belimumab": "weekly_sc", "rituximab": "after_belimumab"}
    together = course(sjogren, both, 364, seen)
    assert change(alone, "BAFF_free")[168] > 20.0
    assert change(together, "BAFF_free")[168] < -80.0
    assert change(together, "B_fo")[168] < change(alone, "B_fo")[168] - 10.0
    assert change(together, "B_blood")[336] < change(alone, "B_blood")[336]


def test_a_drug_that_is_not_lost_with_a_pooled_target_still_acts(sjogren: Disease) -> None:
    data = course(sjogren, {"efgartigimod": "four_weekly_iv"}, 28, ["FcRn_free", "FcRn"])
    assert data["FcRn_free"].to_numpy()[1:].max() < 0.2
    assert abs(change(data, "FcRn")).max() < 1e-6  # no sink: the pool itself rests


def test_drugs_that_turn_one_handle_are_refused_together(sjogren: Disease) -> None:
    drugs = [load_therapy("belimumab"), load_therapy("telitacicept")]
    with pytest.raises(SpecError, match="both turn 'block_BAFF'"):
        attach(sjogren.model, drugs, sjogren.targets)


def test_full_block_of_everything_leaves_a_sound_model(sjogren: Disease) -> None:
    """Every share at one for a year: nothing negative, epithelium adds to one."""
    handles = {n.occupancy for n in sjogren.targets.values() if n.occupancy}
    handles |= {h for n in sjogren.targets.values() for h in n.also}
    model = engine.load_model(sjogren.model)
    patient = pd.DataFrame([{**sjogren.state("disease"), **dict.fromkeys(handles, 1.0)}])
    data = engine.simulate(model, patient, [], np.arange(0.0, 365.0, 7.0), backend="reference")
    for name in model.species.index:
        values = data[name].to_numpy()
        assert np.isfinite(values).all(), name
        assert values.min() > -1e-6 * values.flat[0], name
    total = data["epi_functional"] + data["epi_stressed"] + data["epi_lost"]
    np.testing.assert_allclose(total.to_numpy(), 1.0, atol=1e-6)


@pytest.mark.parametrize("name", [therapy.id for therapy in list_therapies()])
def test_every_drug_of_the_library_joins_the_model_and_holds_its_target(
    sjogren: Disease, name: str
) -> None:
    drug = load_therapy(name)
    regimen = drug.regimens[0].name
    data = course(sjogren, {name: regimen}, 28.0, [f"{name}_occupancy"])
    held = data[f"{name}_occupancy"].to_numpy()
    assert held[0] == 0.0
    assert held.min() > -1e-6
    assert 0.05 < held.max() <= 1.0


# Drugs of the two files for which the model has no node.
MISSING = {
    "RSLV-132",
    "SHJ002",
    "ciclosporin A",
    "iguratimod",
    "mycophenolate sodium",
    "parsaclisib",
}


@pytest.mark.parametrize("file", ["trials_calibration.json", "trials_blind.json"])
def test_drugs_of_the_trials_are_in_the_library(sjogren: Disease, file: str) -> None:
    if not (SHARED / file).exists():
        pytest.skip(f"{file} is not beside the repository")
    trials = json.loads((SHARED / file).read_text(encoding="utf-8"))
    names = {n for t in trials for part in t["drug"].split(" + ") for n in part.split(" / ")}
    unknown = set()
    for name in names:
        try:
            assert load_therapy(name).target in sjogren.targets
        except SpecError:
            unknown.add(name)
    assert unknown <= MISSING
