"""The package as a whole: quick to import, complete when installed, layered as promised."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import tolerogen

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Rooms of the house by floor, the top one first; a room that is built must stand in the contract.
FLOORS = [
    *("cli", "targets", "trials", "patients", "diseases", "engine"),
    *("parameters", "provenance", "errors"),
]


def seconds(code: str) -> float:
    """Processor time of a fresh interpreter, less that of an empty one; the best of three.

    Processor time, because the clock on the wall also times whoever else uses the machine.
    """

    def once(text: str) -> float:
        before = os.times()
        subprocess.run([sys.executable, "-c", text], check=True)
        after = os.times()
        user = after.children_user - before.children_user
        return user + after.children_system - before.children_system

    return min(once(code) for _ in range(3)) - min(once("") for _ in range(3))


def test_import_takes_less_than_half_a_second():
    assert seconds("import tolerogen") < 0.5


def test_asking_for_the_version_takes_less_than_half_a_second():
    ask = "from tolerogen.cli import cli; cli(['--version'], standalone_mode=False)"
    assert seconds(ask) < 0.5


def test_import_loads_nothing_heavy():
    code = "import sys, tolerogen; print(*sorted(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in out.stdout.split()}
    assert "tolerogen" in loaded
    assert not loaded & {"numpy", "pandas", "xarray", "matplotlib", "roadrunner", "pint", "scipy"}


@pytest.mark.parametrize(
    "room",
    [
        *("antibodies", "diseases", "engine", "oligos", "patients", "safety", "targets"),
        *("therapies", "trials"),
    ],
)
def test_rooms_open_on_first_use_and_name_what_is_public(room):
    package = getattr(tolerogen, room)
    assert package.__doc__
    assert package.__all__
    assert all(hasattr(package, name) for name in package.__all__)


def test_a_room_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="cellar"):
        _ = tolerogen.cellar


def test_every_room_stands_in_the_import_contract_in_order():
    (contract,) = PROJECT["tool"]["importlinter"]["contracts"]
    floors = [re.findall(r"tolerogen\.(\w+)", layer) for layer in contract["layers"]]
    order = [next(i for i, names in enumerate(floors) if room in names) for room in FLOORS]
    assert order == sorted(order)
    built = {p.name for p in (ROOT / "src" / "tolerogen").iterdir() if (p / "__init__.py").exists()}
    assert built <= {name for names in floors for name in names}


def test_the_wheel_holds_every_file_of_the_package(tmp_path):
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    source = ROOT / "src"
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "tolerogen").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wanted <= names
    assert {"tolerogen/py.typed", "tolerogen/diseases/sjogren/model.ant"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_pin_every_dependency_with_public_hashes(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9.-]+)==\S+", text, flags=re.MULTILINE))
    wanted = list(PROJECT["project"]["dependencies"])
    if "dev" in name:
        wanted += [d for d in PROJECT["dependency-groups"]["dev"] if isinstance(d, str)]
    names = {re.match(r"[\w.-]+", text).group().lower() for text in wanted}
    assert names | {"hatchling"} <= pinned
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"file:|https?:|-index|@ ", text)


def test_the_two_locks_agree():
    pins = [
        dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / n).read_text("utf-8"), re.MULTILINE))
        for n in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0].items() <= pins[1].items()


def test_versions_agree():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {tolerogen.__version__}\n" in citation
    assert tolerogen.__version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
