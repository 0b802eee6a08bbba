"""A result folder is written whole or not at all, and never over anything else."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tolerogen.errors import OutputError
from tolerogen.trials import check_writable, write_result


@pytest.fixture
def other(toy_result):
    """The same result under another content hash."""
    return replace(
        toy_result, provenance=replace(toy_result.provenance, content="0123456789abcdef")
    )


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_holds_tables_trajectories_and_figures(toy_result, tmp_path):
    out = write_result(toy_result, tmp_path / "a" / "result")
    assert names(out) == [
        "figures",
        "measures.json",
        "observations.parquet",
        "patients.parquet",
        "result.json",
        "trajectories.nc",
        "trial.toml",
    ]
    assert names(out / "figures") == sorted(
        f"{kind}.{suffix}"
        for kind in ("endpoint", "spaghetti", "occupancy", "exposure", "replicates")
        for suffix in ("svg", "png")
    )
    assert names(tmp_path / "a") == ["result"]


def test_what_is_written_reads_back(toy_result, tmp_path):
    out = write_result(toy_result, tmp_path / "result")
    assert json.loads((out / "result.json").read_text(encoding="utf-8")) == toy_result.to_dict()
    pd.testing.assert_frame_equal(pd.read_parquet(out / "patients.parquet"), toy_result.patients)
    observations = pd.read_parquet(out / "observations.parquet")
    np.testing.assert_array_equal(observations["activity"], toy_result.observations["activity"])
    with xr.open_dataset(out / "trajectories.nc", engine="h5netcdf") as data:
        np.testing.assert_array_equal(data["T"], toy_result.trajectories["T"])
        assert data["arm"].to_numpy().tolist() == toy_result.trajectories["arm"].to_numpy().tolist()
        assert data["T"].attrs["units"] == toy_result.trajectories["T"].attrs["units"] != ""


def test_the_same_result_replaces_itself(toy_result, tmp_path):
    out = write_result(toy_result, tmp_path / "result")
    (out / "stale.txt").write_text("from the run before", encoding="utf-8")
    write_result(toy_result, out)
    assert "stale.txt" not in names(out)
    assert names(tmp_path) == ["result"]


def test_another_result_is_kept_under_its_hash(toy_result, other, tmp_path):
    out = write_result(other, tmp_path / "result")
    write_result(toy_result, out)
    assert names(tmp_path) == ["result", "result.0123456789abcdef"]
    kept = tmp_path / "result.0123456789abcdef" / "result.json"
    assert json.loads(kept.read_text(encoding="utf-8"))["provenance"]["content"] == (
        "0123456789abcdef"
    )
    write_result(other, out)
    write_result(toy_result, out)  # the name is taken by now; both stay
    assert "result.0123456789abcdef.2" in names(tmp_path)


def test_an_empty_folder_is_filled(toy_result, tmp_path):
    (tmp_path / "result").mkdir()
    write_result(toy_result, tmp_path / "result")
    assert (tmp_path / "result" / "result.json").is_file()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("thesis.txt", "years of work"),
        ("result.json", '{"format": "something else"}'),
        ("result.json", "not JSON"),
        (
            "result.json",
            '{"format": "tolerogen-trial-result/1", "provenance": {"content": "../../x"}}',
        ),
    ],
)
def test_a_folder_of_something_else_is_left_alone(toy_result, tmp_path, name, text):
    out = tmp_path / "mine"
    out.mkdir()
    (out / name).write_text(text, encoding="utf-8")
    for act in (check_writable, lambda path: write_result(toy_result, path)):
        with pytest.raises(OutputError, match="mine"):
            act(out)
    assert names(out) == [name]
    assert (out / name).read_text(encoding="utf-8") == text
    assert names(tmp_path) == ["mine"]


def test_a_file_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="a file of that name"):
        check_writable(tmp_path / "mine")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        check_writable(tmp_path / "mine" / "below")


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="no /proc, where nobody may make a folder")
def test_a_place_where_nothing_can_be_made_is_refused():
    with pytest.raises(OutputError, match="nothing was written"):
        check_writable("/proc/result")


def test_checking_creates_nothing(tmp_path):
    assert check_writable(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert names(tmp_path) == []


def test_a_failure_half_way_leaves_what_was_there(toy_result, other, tmp_path, monkeypatch):
    out = write_result(other, tmp_path / "result")
    before = (out / "result.json").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tolerogen.result_folder._place", full)
    with pytest.raises(OutputError, match="No space left"):
        write_result(toy_result, out)
    assert (out / "result.json").read_bytes() == before
    assert names(tmp_path) == ["result"]
