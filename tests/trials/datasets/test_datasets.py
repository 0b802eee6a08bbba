"""A simulated trial as datasets, held against its own result and against a closed form."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner
from tests.trials.conftest import plant

from tolerogen.cli import cli
from tolerogen.errors import SpecError
from tolerogen.trials import datasets as sets
from tolerogen.trials import load_trial, run_trial, write_result

LINEAR = """
id = "plain"
name = "Plain antibody"
target = "IL7R"
action = "block"
modality = "antibody"
mass = "150 kDa"
[pk]
template = "one_compartment"
elimination = "linear"
reference_weight = "70 kg"
exponents = { CL = 0.0, V1 = 0.0 }
exponents_source = "toy"
[pk.parameters]
CL = { value = 0.5, unit = "L/day", cv = 0.4, status = "assumed", source = "toy" }
V1 = { value = 4.0, unit = "L", cv = 0.2, status = "assumed", source = "toy" }
Kss = { value = 1.0, unit = "nM", status = "assumed", source = "toy" }
"""


@pytest.fixture(scope="module")
def study(toy_result):
    return sets.study_of(toy_result)


@pytest.fixture(scope="module")
def exported(toy_result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    write_result(toy_result, folder / "result")
    read = sets.read_study(folder / "result")
    return sets.export_study(read, folder / "adam"), folder


def test_every_patient_has_one_row_and_the_arm_of_the_trial(study, toy_result):
    adsl = sets.subjects(study).frame
    assert adsl["SUBJID"].tolist() == [str(p) for p in toy_result.patients.index]
    assert adsl["ARM"].tolist() == toy_result.patients["arm"].tolist()
    assert set(zip(adsl["ARM"], adsl["TRT01PN"], strict=True)) == {("drug", 1), ("placebo", 2)}
    left = np.isfinite(toy_result.patients["dropout_day"].to_numpy())
    assert (adsl["EOSSTT"] == "DISCONTINUED").to_numpy().tolist() == left.tolist()
    drug = adsl["ARM"] == "drug"
    assert (adsl.loc[drug, "TRTSDY"] == 1).all()
    assert adsl.loc[~drug, "TRTSDY"].isna().all()
    stayed = drug & (adsl["EOSSTT"] == "COMPLETED")
    assert (adsl.loc[stayed, "TRTEDY"] == 29).all()  # week 4 is day 29: there is no day 0


def test_changes_of_the_scores_give_the_means_of_the_result(study, toy_result):
    adqs = sets.scores(study).frame
    at_end = adqs[(adqs["PARAMCD"] == "ACTIVITY") & (adqs["AVISITN"] == 8)]
    arms = toy_result.frame("arms").query("measure == 'activity'").set_index("arm")
    for arm, rows in at_end.groupby("TRTP"):
        assert rows["CHG"].mean() == pytest.approx(arms.loc[arm, "change_mean"], rel=1e-12)
        assert len(rows) == arms.loc[arm, "n"]
    assert (adqs["CHG"] - (adqs["AVAL"] - adqs["BASE"])).abs().max() < 1e-12
    assert (adqs.loc[adqs["ABLFL"] == "Y", "ADY"] == 1).all()
    assert not adqs.duplicated(["USUBJID", "PARAMCD", "AVISITN"]).any()


def test_names_and_labels_fit_the_transport_format(study):
    for item in (sets.subjects(study), sets.scores(study), sets.concentrations(study),
                 sets.adverse_events(study)):  # fmt: skip
        for variable in item.variables:
            assert len(variable.name) <= 8
            assert variable.name.isalnum()
            assert len(variable.label) <= 40
        assert len({v.name for v in item.variables}) == len(item.variables)
        assert not item.frame.duplicated(list(item.keys)).any()


def test_the_three_formats_hold_the_same_and_sas_reads_version_5(exported):
    folder, _ = exported
    for name in ("adsl", "adqs", "adpc", "adae"):
        kept = pd.read_parquet(folder / f"{name}.parquet")
        sas, meta = pyreadstat.read_xport(folder / f"{name}.xpt")
        head = (folder / f"{name}.xpt").read_bytes()[:80]
        assert head.startswith(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!")
        assert meta.table_name == name.upper()
        text = pd.read_csv(folder / f"{name}.csv", keep_default_na=False, dtype=str)
        assert list(sas) == list(kept) == list(text)
        assert len(sas) == len(kept) == len(text)
        defined = pd.read_csv(folder / "define.csv").query("dataset == @name.upper()")
        assert defined["variable"].tolist() == list(kept)
        assert dict(zip(defined["variable"], defined["label"], strict=True)) == (
            meta.column_names_to_labels
        )
        for column in kept:
            if not pd.api.types.is_numeric_dtype(kept[column]):
                assert sas[column].tolist() == kept[column].tolist()
            else:  # a base of sixteen: 14 hexadecimal digits hold what a double has
                np.testing.assert_allclose(
                    sas[column].astype(float), kept[column].astype(float), rtol=1e-15
                )


def test_a_folder_read_back_gives_the_same_datasets(exported, study):
    folder, _ = exported
    for item in (sets.subjects(study), sets.scores(study), sets.concentrations(study)):
        kept = pd.read_parquet(folder / f"{item.name.lower()}.parquet")
        pd.testing.assert_frame_equal(kept, item.frame)


def test_the_trial_file_is_there_and_loads(exported, toy_result):
    folder, place = exported
    text = (folder / "trial.toml").read_text(encoding="utf-8")
    assert "run with patients = 24, seed = 3, replicates = 3" in text
    assert text.endswith(toy_result.spec.text)
    assert (place / "result" / "trial.toml").read_text(encoding="utf-8") == toy_result.spec.text
    manifest = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert manifest["datasets"]["ADSL"]["rows"] == 24
    assert "nonmem_s95011.csv" in manifest["files"]


def test_the_event_table_alone_gives_the_concentrations_back(tmp_path):
    """One compartment, linear: every sample is the sum over doses of a closed form."""
    path = plant(tmp_path, 'therapy = "s95011"', 'therapy = "plain.toml"')
    (tmp_path / "plain.toml").write_text(LINEAR, encoding="utf-8")
    spec = load_trial(path)
    result = run_trial(spec, patients=12, replicates=1, threads=1)
    records = sets.pk_records(sets.study_of(result))["plain"]
    assert (records["CMT"] == 1).all()  # only given into the vein
    for _, rows in records.groupby("ID"):
        me = result.patients.loc[rows["PATIENT"].iloc[0]]
        rate = me["plain_CL"] / me["plain_V1"]
        doses, seen = rows[rows["EVID"] == 1], rows[rows["EVID"] == 0]
        assert len(seen) >= len(doses)
        expected = np.zeros(len(seen))
        for dose in doses.itertuples():
            length = dose.AMT / dose.RATE
            since = seen["TIME"].to_numpy() - dose.TIME
            during = np.clip(since, 0, length)
            level = dose.RATE / me["plain_CL"] * (1 - np.exp(-rate * during))
            expected += level * np.exp(-rate * np.clip(since - length, 0, None))
        np.testing.assert_allclose(seen["DV"], expected, rtol=1e-4, atol=1e-5)
        assert rows["TIME"].is_monotonic_increasing


def test_no_dose_after_the_patient_left(study, toy_result):
    doses = sets.dosing_records(study)
    left = toy_result.patients["dropout_day"].loc[doses["patient"]].to_numpy()
    assert (doses["day"].to_numpy() < left).all()
    drug = toy_result.patients["arm"] == "drug"
    assert set(doses["patient"]) <= set(toy_result.patients.index[drug])
    assert (doses["amount"] == 750).all()


def test_adverse_events_are_those_that_were_brought(study, toy_result):
    assert len(sets.adverse_events(study).frame) == 0
    one = toy_result.patients.index[3]
    events = pd.DataFrame(
        {"patient": [one, one], "day": [9.0, 2.5], "term": ["Headache", "Cough"],
         "serious": [True, False], "end_day": [12.0, np.nan]}
    )  # fmt: skip
    adae = sets.adverse_events(study, events).frame
    assert adae["AEDECOD"].tolist() == ["Cough", "Headache"]
    assert adae["ASTDY"].tolist() == [3, 10]
    assert adae["AESER"].tolist() == ["N", "Y"]
    assert adae["AESEQ"].tolist() == [1, 2]
    assert pd.isna(adae["AENDY"][0])
    with pytest.raises(SpecError, match="patient -1 is not of this trial"):
        sets.adverse_events(study, events.assign(patient=-1))
    with pytest.raises(SpecError, match="did you mean 'serious'"):
        sets.adverse_events(study, events.rename(columns={"serious": "seriuos"}))


def test_the_command_line_exports_and_refuses(exported, tmp_path):
    _, place = exported
    out = tmp_path / "adam"
    done = CliRunner().invoke(
        cli, ["trial", "export", str(place / "result"), "--out", str(out), "--format", "csv"]
    )
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in out.glob("ad*")) == ["adae.csv", "adpc.csv", "adqs.csv",
                                                       "adsl.csv"]  # fmt: skip
    assert "Subject-Level" in done.stdout
    for words in (
        ["trial", "export", str(tmp_path), "--out", str(tmp_path / "x")],
        ["trial", "export", str(place / "result"), "--out", str(tmp_path / "x"), "--format", "sas"],
    ):
        refused = CliRunner().invoke(cli, words)
        assert refused.exit_code == 2
        assert refused.stderr.startswith("Error:")
        assert not (tmp_path / "x").exists()
