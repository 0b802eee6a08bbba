"""Populations in pieces, to the caller and to files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tolerogen.engine import Dose, load_model, save, simulate, stream
from tolerogen.errors import OutputError, SpecError

MODEL = load_model("""model m
  unit substance = 1e-9 mole; unit time_unit = 86400 second; unit volume = litre
  compartment V = 2; species S in V = 0, R in V; R_0 = 3; k = 0.4; R = R_0
  V has litre
  S -> ; V*k*S
  -> R; V*k*R_0
  R -> ; V*k*R*(1 + S)
end""")
COUNT = 23
TIMES = [0, 0.5, 3, 9]
NAMES = ["S", "R"]


def people():
    draw = np.random.default_rng(8).lognormal(0, 0.3, (COUNT, 2))
    table = pd.DataFrame(draw, columns=["k", "R_0"])
    table.index = [f"p{i:02d}" for i in range(COUNT)]
    return table


OWN = [[Dose(0, 1 + i, "S"), Dose(3, i % 4, "S", 0.5)] for i in range(COUNT)]


@pytest.fixture(scope="module")
def whole():
    return simulate(MODEL, people(), OWN, TIMES, NAMES)


def pieces(chunk=7, **options):
    return stream(MODEL, people(), OWN, TIMES, chunk, observables=NAMES, **options)


@pytest.mark.parametrize("chunk", [1, 2, 7, 22, 23, 1000])
def test_the_size_of_pieces_changes_nothing(whole, chunk):
    found = xr.concat(list(pieces(chunk)), "patient", data_vars="minimal", combine_attrs="drop")
    assert found["patient"].to_numpy().tolist() == people().index.tolist()
    for name in (*NAMES, "status"):
        np.testing.assert_array_equal(found[name], whole[name])


def test_frames_from_a_generator_and_doses_from_a_function(whole):
    table = people()

    def doses(frame):
        return [OWN[table.index.get_loc(who)] for who in frame.index]

    frames = (table.iloc[i : i + 10] for i in range(0, COUNT, 10))
    seen = []
    found = list(
        stream(MODEL, frames, doses, TIMES, 4, lambda *p: seen.append(p), observables=NAMES)
    )
    assert [piece.sizes["patient"] for piece in found] == [4, 4, 2, 4, 4, 2, 3]
    np.testing.assert_array_equal(np.concatenate([p["R"] for p in found]), whole["R"])
    assert seen[-1] == (COUNT, 0)


def test_progress_counts_patients():
    seen = []
    list(pieces(10, progress=lambda *p: seen.append(p)))
    assert seen == [(10, COUNT), (20, COUNT), (23, COUNT)]


def test_one_piece_is_held_at_a_time():
    made = pieces(5)
    assert next(made).sizes["patient"] == 5  # nothing runs before it is asked for


@pytest.mark.parametrize(
    ("change", "said"), [({"chunk": 0}, "chunk is 0"), ({"doses": OWN[:3]}, "3 lists for 23")]
)
def test_refused_before_any_work(change, said):
    given = {"doses": OWN, "chunk": 7} | change
    with pytest.raises(SpecError, match=said):
        next(stream(MODEL, people(), given["doses"], TIMES, given["chunk"]))


def test_parquet_holds_a_row_per_patient_and_time(whole, tmp_path):
    path = tmp_path / "out.parquet"
    saved = save(pieces(), path)
    assert (saved.path, saved.patients, saved.failed) == (path, COUNT, 0)
    table = pd.read_parquet(path)
    assert list(table.columns) == ["patient", "time", *NAMES, "status"]
    assert table["patient"].tolist() == np.repeat(people().index, len(TIMES)).tolist()
    assert table["time"].tolist() == TIMES * COUNT
    for name in NAMES:
        assert table[name].to_numpy().tolist() == whole[name].to_numpy().ravel().tolist()
    import pyarrow.parquet as pq

    notes = {k.decode(): v.decode() for k, v in pq.read_schema(path).metadata.items()}
    assert notes["units of S"] == "nM"
    assert notes["solver"] == "Rodas5P"
    assert [p.name for p in tmp_path.iterdir()] == ["out.parquet"]


def test_parquet_tells_who_failed(tmp_path):
    boom = load_model("model b; compartment V = 1; species A in V = 1; k = 1; -> A; V*k*A^2; end")
    table = pd.DataFrame({"k": [0.01, 1.0, 0.02]})
    saved = save(stream(boom, table, [], [0, 5], 2), tmp_path / "b.parquet")
    assert (saved.patients, saved.failed) == (3, 1)
    back = pd.read_parquet(tmp_path / "b.parquet")
    assert back["A"].isna().tolist() == [False, False, True, True, False, False]


def test_zarr_is_the_data_set(whole, tmp_path):
    pytest.importorskip("zarr")
    path = tmp_path / "out.zarr"
    assert save(pieces(), path).patients == COUNT
    with xr.open_zarr(path) as back:
        assert back["patient"].to_numpy().tolist() == people().index.tolist()
        for name in NAMES:
            np.testing.assert_array_equal(back[name], whole[name])
        assert back["S"].attrs["units"] == "nM"
    assert [p.name for p in tmp_path.iterdir()] == ["out.zarr"]


def test_zarr_without_its_package_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "zarr", None)
    with pytest.raises(OutputError, match="pip install zarr"):
        save(pieces(), tmp_path / "out.zarr")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, SpecError("a later frame")])
def test_nothing_is_left_behind_when_it_stops_half_way(tmp_path, error):
    def some():
        yield from list(pieces())[:2]
        raise error

    with pytest.raises(type(error) if isinstance(error, Exception) else error):
        save(some(), tmp_path / "out.parquet")
    assert not list(tmp_path.iterdir())


def test_what_is_there_already_is_kept(tmp_path):
    path = tmp_path / "out.parquet"
    path.write_text("results of last week", encoding="utf-8")
    with pytest.raises(OutputError, match="exists already"):
        save(pieces(), path)
    assert path.read_text(encoding="utf-8") == "results of last week"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("out.csv", r"ends in .parquet or .zarr"),
        ("out", r"ends in .parquet or .zarr"),
        ("missing/out.parquet", "cannot be written"),
    ],
)
def test_where_it_cannot_be_written(tmp_path, name, said):
    def untouched():
        raise AssertionError("the work began")
        yield

    with pytest.raises(OutputError, match=said):
        save(untouched(), tmp_path / name)


def test_no_patients(tmp_path):
    with pytest.raises(OutputError, match="no patients"):
        save(stream(MODEL, people().iloc[:0], [], TIMES), tmp_path / "out.parquet")
    assert not list(tmp_path.iterdir())
