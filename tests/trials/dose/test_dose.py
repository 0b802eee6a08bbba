"""Doses in the toy disease: closed forms, and what must hold whatever the numbers."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from tests.trials.datasets.test_datasets import LINEAR

from tolerogen.cli import cli
from tolerogen.errors import SpecError
from tolerogen.therapies import Regimen, dose_rule, load_therapy
from tolerogen.trials import dose as dosing

END = 84.0


@pytest.fixture(scope="module")
def drug(tmp_path_factory):
    path = tmp_path_factory.mktemp("drug") / "plain.toml"
    path.write_text(LINEAR, encoding="utf-8")
    return load_therapy(path)


def monthly(amount: str) -> Regimen:
    return Regimen(amount, (dose_rule(amount, route="iv", every="2 weeks", count=6),))


@pytest.fixture(scope="module")
def found(drug, toy_spec):
    asked = dosing.question(
        drug, toy_spec.disease, [monthly("1 mg"), monthly("10 mg"), monthly("100 mg")], END,
        "activity", patients=40, occupancy=0.8, antidrug=dosing.AntiDrug(0.5, fold=3.0, onset=14.0),
    )  # fmt: skip
    return dosing.explore_doses(asked)


def test_linear_exposure_is_in_proportion_to_the_dose(found):
    wide = found.table.pivot(index="patient", columns="regimen", values="auc")
    np.testing.assert_allclose(wide["100 mg"] / wide["10 mg"], 10, rtol=1e-3)
    np.testing.assert_allclose(wide["10 mg"] / wide["1 mg"], 10, rtol=1e-3)


def test_exposure_of_a_patient_without_antibodies_is_the_closed_form(found, drug):
    """Six doses into one compartment: the sum of what is left of each."""
    from tolerogen.patients import sample_population

    people = sample_population(found.asked.disease, 40, 1, extra=drug.parameters).parameters
    rows = found.table[(found.table["regimen"] == "100 mg") & ~found.table["antibodies"]]
    assert len(rows) > 5
    for row in rows.itertuples():
        volume = people.loc[row.patient, "plain_V1"]
        rate = people.loc[row.patient, "plain_CL"] / volume
        peak = sum(100 / volume * np.exp(-rate * 14 * k) for k in range(6))
        assert row.trough == pytest.approx(peak * np.exp(-rate * 14), rel=2e-3, abs=1e-4)
        assert row.peak == pytest.approx(peak, rel=1e-3)
        assert row.auc == pytest.approx(peak * (1 - np.exp(-rate * 14)) / rate, rel=2e-3)


def test_antibodies_lower_exposure_in_those_who_form_them_and_in_nobody_else(found):
    asked = found.asked
    without = dosing.explore_doses(replace(asked, antidrug=None)).table
    both = found.table.merge(without, on=["regimen", "patient"], suffixes=("", "_without"))
    formed = both["antibodies"]
    assert 8 < formed.sum() / 3 < 32  # half of forty, four binomial standard deviations
    np.testing.assert_allclose(
        both.loc[~formed, "auc"], both.loc[~formed, "auc_without"], rtol=1e-3
    )
    ratio = both.loc[formed, "auc"] / both.loc[formed, "auc_without"]
    assert (ratio < 0.75).all()
    assert (ratio > 1 / 3.2).all()  # at most three times the clearance
    assert (found.antibodies().query("quantity == 'auc'")["ratio"] < 1).all()


def test_occupancy_attainment_and_effect_rise_with_the_dose(found):
    shares = found.attainment().query("antibodies == 'all'")["share"].to_numpy()
    assert (np.diff(shares) >= 0).all()
    assert shares[-1] > shares[0]
    mean = found.frame().query("quantity == 'endpoint'")["mean"].to_numpy()
    assert mean[-1] < mean[0] <= 0.01
    held = found.table["held_least"]
    assert ((held >= 0) & (held <= 1)).all()
    nm = found.table["trough"] * 1000 / 150
    lowest = np.minimum(nm / (1 + nm), 1)
    np.testing.assert_allclose(held, lowest, rtol=1e-3, atol=1e-6)


def test_a_loading_dose_brings_the_first_trough_to_the_steady_state(drug):
    regimen = monthly("10 mg")
    loaded = dosing.with_loading(regimen, drug)
    rate = 0.5 / 4.0
    assert dosing.accumulation(drug, 14.0) == pytest.approx(1 / (1 - np.exp(-rate * 14)))
    first = loaded.rules[0].amount / 4.0 * np.exp(-rate * 14)
    steady = 10 / 4.0 * np.exp(-rate * 14) / (1 - np.exp(-rate * 14))
    assert first == pytest.approx(steady, rel=1e-9)
    assert loaded.days == regimen.days


def test_the_same_seed_gives_the_same_document_and_a_folder(found, tmp_path):
    again = dosing.explore_doses(found.asked)
    assert again.to_json() == found.to_json()
    folder = found.write(tmp_path / "dose")
    assert json.loads((folder / "result.json").read_text(encoding="utf-8"))["patients"] == 40
    assert {p.name for p in folder.iterdir()} == {
        "result.json", "patients.csv", "dose.svg", "dose.png",
    }  # fmt: skip


def test_a_question_that_makes_no_sense_is_refused(drug, toy_spec):
    for regimens, more, words in (
        ([], {}, "at least one dose"),
        ([monthly("1 mg")] * 2, {}, "each dose and schedule once"),
        ([monthly("1 mg")], {"occupancy": 1.5}, "occupancy"),
        ([monthly("1 mg")], {"patients": 1}, "at least 2"),
        ([monthly("1 mg")], {"measure": "actvity"}, "did you mean 'activity'"),
    ):
        with pytest.raises(SpecError, match=words):
            dosing.question(drug, toy_spec.disease, regimens, END, **more)
    with pytest.raises(SpecError, match="incidence"):
        dosing.AntiDrug(1.2)
    with pytest.raises(SpecError, match="on or after the end"):
        dosing.question(drug, toy_spec.disease, [monthly("1 mg")], 70.0)


def test_the_command_line_answers_and_refuses(tmp_path):
    words = ["therapy", "dose", "s95011", "--dose", "10 mg", "--dose", "750 mg", "--every",
             "2 weeks", "--count", "3", "--end", "8 weeks", "--patients", "6", "--first",
             "--noael", "50 mg/kg", "--loading"]  # fmt: skip
    done = CliRunner().invoke(cli, [*words, "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["format"] == "tolerogen-therapy-dose/1"
    assert document["first_dose"]["chosen"]["method"] == "MABEL"
    assert len({row["regimen"] for row in document["regimens"]}) == 4
    for wrong in (["--dose", "ten"], ["--noael", "50 mg"], ["--species", "unicorn"],
                  ["--route", "sc"], ["--endpoint", "essday"]):  # fmt: skip
        refused = CliRunner().invoke(cli, [*words, *wrong, "--out", str(tmp_path / "x")])
        assert refused.exit_code == 2, wrong
        assert refused.stderr.startswith("Error:")
        assert "Traceback" not in refused.output
        assert not (tmp_path / "x").exists()
