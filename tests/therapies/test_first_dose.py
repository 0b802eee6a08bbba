"""The first dose in man, against published ones."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tolerogen.errors import SpecError
from tolerogen.therapies import first_dose, load_therapy

ANCHOR = tomllib.loads(
    (Path(__file__).parents[1] / "anchors" / "first_dose.toml").read_text(encoding="utf-8")
)


def test_the_occupancy_of_tgn1412_at_its_first_dose():
    """The dose that the NOAEL gave held nine tenths of the target: found back by our formula."""
    it = ANCHOR["tgn1412"]
    level = first_dose.occupancy_level(it["held_high"], it["kd_nM"])
    dose = level * it["plasma_L"] * it["mass_kDa"] / 1000
    assert dose == pytest.approx(it["dose_mg"], rel=0.02)
    share = (it["dose_mg"] * 1000 / it["mass_kDa"] / it["plasma_L"]) / (
        it["dose_mg"] * 1000 / it["mass_kDa"] / it["plasma_L"] + it["kd_nM"]
    )
    assert share == pytest.approx(it["held_high"], abs=it["tolerance"])


def test_the_level_of_a_published_mabel():
    it = ANCHOR["anti_cd28_domain"]
    level = first_dose.occupancy_level(it["occupancy"], it["kd_nM"], it["target_nM"])
    assert round(level, 1) == it["level_nM"]


@pytest.mark.parametrize("occupancy", [0.05, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("target", [0.0, 0.65, 20.0])
def test_the_level_solves_the_law_of_mass_action(occupancy, target):
    kd = 0.41
    total = first_dose.occupancy_level(occupancy, kd, target)
    free = total - occupancy * target
    assert free / (free + kd) == pytest.approx(occupancy, rel=1e-12)


def test_factors_by_body_surface():
    for species, factor in ANCHOR["surface"].items():
        if species not in ("source", "note"):
            assert first_dose.human_equivalent(1.0, species) == pytest.approx(factor, abs=6e-4)


def test_a_noael_by_surface_and_by_weight():
    by_surface = first_dose.noael(50.0, "cynomolgus")
    assert by_surface.mg == pytest.approx(50 * 12 / 37 / 10 * 60)
    by_weight = first_dose.noael(50.0, "cynomolgus", by_weight=True, safety=20)
    assert by_weight.mg == pytest.approx(50 / 20 * 60)
    least = first_dose.starting_dose([by_surface, by_weight])
    assert least is by_surface


def test_the_mabel_of_a_drug_of_the_library():
    drug = load_therapy("s95011")
    found = first_dose.mabel(drug, target_nM=0.8)
    level = 0.1 * 0.8 + 0.33 / 9
    assert found.mg == pytest.approx(level * drug.pk.value("V1") * drug.mass_kDa / 1000)
    assert 0.01 < found.mg < 1


def test_what_makes_no_sense_is_refused():
    for call, words in (
        (lambda: first_dose.noael(50.0, "unicorn"), "species 'unicorn' is unknown"),
        (lambda: first_dose.noael(-1.0, "rat"), "above 0"),
        (lambda: first_dose.noael(1.0, "rat", safety=0.5), "safety factor"),
        (lambda: first_dose.occupancy_level(1.0, 1.0), "give a share"),
        (lambda: first_dose.read_mg_per_kg("50 mg", "--noael"), "by body weight"),
    ):
        with pytest.raises(SpecError, match=words):
            call()
