"""The cache of compiled models: where it lies, and that it can be damaged, locked or lost."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import load_model, simulate
from tolerogen.engine.native import machine, solve

MODEL = load_model("model decay; S = 3; k = 0.5; S -> ; k*S; end")
ALONE = pd.DataFrame(index=["p"])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache, and no model remembered in memory."""
    machine.driver(False)  # before the cache moves: it takes half a second to compile
    monkeypatch.setenv("TOLEROGEN_CACHE", str(tmp_path / "cache"))
    solve._recalled.clear()
    yield tmp_path / "cache"
    solve._recalled.clear()


def check():
    """Simulate as if in a new process, but for the driver."""
    solve._recalled.clear()
    data = simulate(MODEL, ALONE, [], [0, 1, 4], ["S"], rtol=1e-8)
    np.testing.assert_allclose(data["S"][0], 3 * np.exp([0, -0.5, -2.0]), rtol=1e-7)


@pytest.fixture
def counted(monkeypatch):
    """Count compilations."""
    seen = []
    build = machine._object

    def count(*given):
        seen.append(given)
        return build(*given)

    monkeypatch.setattr(machine, "_object", count)
    return seen


def test_compiled_once_and_then_read(folder, counted):
    check()
    assert len(counted) == 1
    assert sorted(p.suffix for p in folder.iterdir()) == [".json", ".o"]
    check()
    assert len(counted) == 1


@pytest.mark.parametrize("suffix", [".o", ".json"])
@pytest.mark.parametrize(
    "damage",
    [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b"garbage", lambda b: b[:-9] + b"\0" * 9],
    ids=["empty", "half", "garbage", "end"],
)
def test_a_damaged_file_is_compiled_again_and_replaced(folder, counted, suffix, damage):
    check()
    for path in folder.glob(f"*{suffix}"):
        path.write_bytes(damage(path.read_bytes()))
    check()
    assert len(counted) == 2
    check()
    assert len(counted) == 2


@pytest.mark.parametrize("facts", ["[]", "{}", '{"seal": "x", "facts": {}}', '"text"'])
def test_facts_of_another_kind_are_ignored(folder, counted, facts):
    check()
    for path in folder.glob("*.json"):
        path.write_text(facts, encoding="utf-8")
    check()
    assert len(counted) == 2


def test_a_file_that_is_gone_is_written_anew(folder, counted):
    check()
    for path in folder.glob("*.o"):
        path.unlink()
    check()
    assert len(counted) == 2


def test_the_driver_is_kept_in_the_same_way(folder, counted):
    machine.driver.cache_clear()
    check()
    (path,) = folder.glob("driver-*.o")
    machine.driver.cache_clear()
    check()
    assert len(counted) == 2
    path.write_bytes(path.read_bytes()[:1000])
    machine.driver.cache_clear()
    check()
    assert len(counted) == 3


def test_a_cache_that_cannot_be_written_is_no_failure(folder, counted):
    folder.write_text("a file stands where the folder should be", encoding="utf-8")
    check()
    check()
    assert len(counted) == 2
    assert folder.read_text(encoding="utf-8").startswith("a file")


def test_a_full_disk_leaves_nothing_behind(folder, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    check()
    assert not list(folder.iterdir())


def test_where_it_lies(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("TOLEROGEN_CACHE", str(tmp_path / "own"))
    assert machine.cache_folder() == tmp_path / "own"
    monkeypatch.delenv("TOLEROGEN_CACHE")
    assert machine.cache_folder() == tmp_path / "xdg" / "tolerogen" / "models"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert machine.cache_folder() == tmp_path / ".cache" / "tolerogen" / "models"


def test_names_differ_where_anything_differs(monkeypatch):
    name = machine.key("model", ("k",), 4)
    assert name == machine.key("model", ("k",), 4)
    assert len({name, machine.key("model", ("k",), 8), machine.key("model", ("q",), 4)}) == 3
    monkeypatch.setattr(machine, "FORMAT", "another")
    assert machine.key("model", ("k",), 4) != name


def test_facts_come_back_as_they_were(folder):
    check()
    (code,) = solve._recalled.values()
    path = next(p for p in folder.glob("*.json") if not p.name.startswith("driver"))
    kept = json.loads(path.read_text(encoding="utf-8"))["facts"]
    assert machine._blueprint(kept) == code.blueprint
