"""How a run is cut changes nothing; a packed design is the same design on another machine."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from pandas.testing import assert_frame_equal
from tests.trials.conftest import plant

from tolerogen.errors import SimulationError
from tolerogen.trials import load_trial, pieces, run_trial
from tolerogen.trials.course import Engine
from tolerogen.trials.scale import crew as crews
from tolerogen.trials.scale import parcel


def test_the_cut_changes_no_number(toy_spec, monkeypatch):
    whole = run_trial(toy_spec, threads=1)
    monkeypatch.setattr(pieces, "PART", 7)
    monkeypatch.setattr("tolerogen.trials.scale.crews.TOGETHER", 1)
    cut = run_trial(toy_spec, threads=1)
    assert cut.to_json() == whole.to_json()
    assert_frame_equal(cut.patients, whole.patients)
    assert_frame_equal(cut.observations, whole.observations)
    for name in whole.trajectories.data_vars:
        np.testing.assert_array_equal(cut.trajectories[name], whole.trajectories[name])


def test_beyond_the_first_patients_no_course_is_kept_but_all_are_summarised(toy_spec, monkeypatch):
    whole = run_trial(toy_spec, threads=1, replicates=1)
    monkeypatch.setattr(pieces, "PART", 8)
    monkeypatch.setattr(pieces, "KEPT", 8)
    part = run_trial(toy_spec, threads=1, replicates=1)
    assert part.trajectories.sizes["patient"] == 8
    assert part.to_json() == whole.to_json()
    assert len(part.patients) == 24


def test_replicates_of_a_piece(toy_spec):
    here = crews(Engine(), 100)
    assert here.step(200, 1000) == 100  # 20,000 patients together
    assert here.step(200, 9) == 9
    assert here.step(1_000_000, 3) == 1
    assert here.step(24, 0) == 1
    assert crews(Engine(progress=print), 100).step(200, 1000) == 10  # somebody watches


def test_a_design_opens_where_the_folder_of_its_disease_is_not(tmp_path):
    spec = load_trial(plant(tmp_path))
    expected = run_trial(spec, replicates=1, threads=1)
    packed = parcel.pack(spec, spec.disease.folder)
    shutil.rmtree(spec.disease.folder)
    opened = parcel.unpack(packed)
    assert opened.disease.folder != spec.disease.folder
    assert run_trial(opened, replicates=1, threads=1).to_json() == expected.to_json()


def test_a_folder_of_the_same_name_with_other_files_is_not_used(tmp_path):
    spec = load_trial(plant(tmp_path))
    packed = parcel.pack(spec, spec.disease.folder)
    file = spec.disease.folder / "placebo.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    opened = parcel.unpack(packed)
    assert opened.disease.folder != spec.disease.folder
    assert "# edited" not in (opened.disease.folder / "placebo.toml").read_text(encoding="utf-8")


def test_a_worker_of_another_version_is_refused(toy_spec):
    from dataclasses import replace

    packed = replace(parcel.pack(toy_spec, toy_spec.disease.folder), version="0.0.1")
    with pytest.raises(SimulationError, match=r"this machine 0\.0\.1.*same version"):
        parcel.unpack(packed)
