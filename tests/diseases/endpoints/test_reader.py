"""An endpoint file that contradicts itself is refused, and the refusal says where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tolerogen import diseases
from tolerogen.diseases.endpoints import read_endpoints
from tolerogen.errors import SpecError

TEXT = (Path(diseases.__file__).parent / "sjogren" / "endpoints.toml").read_text(encoding="utf-8")


def read(folder: Path, old: str, new: str) -> None:
    assert old in TEXT
    (folder / "endpoints.toml").write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    read_endpoints(folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("maximum = 123", "maximum = 124", "add to 123"),
        ("essdai = 3, clinessdai = 4", "essdai = 2, clinessdai = 4", "'essdai' add to 121"),
        ("prevalence = 0.18", "prevalense = 0.18", r"key domain\.0\.prevalense"),
        ("prevalence = 0.18\n", "", "either a prevalence or rules"),
        (
            "harm_IL6 = 0.35, harm_IFN1 = 0.30",
            "harm_IL6 = 0.75, harm_IFN1 = 0.30",
            "add to more than 1",
        ),
        ('measure = "essdai", fall = 3', 'measure = "esdai", fall = 3', "did you mean 'essdai'"),
        ('"essdai", fall = 3', '"essdai", fall = 3, rise = 1', "exactly one of"),
        ('flag = "cryoglobulins"', 'flag = "cryo"', "no flag 'cryo'"),
        ('items = ["dryness"', 'items = ["dry"', "no scale 'dry'"),
        ("weights = { essdai = 1 }", "weights = { esdai = 1 }", "did you mean 'essdai'"),
        ("levels = [0, 2, 3]", "levels = [0, 3, 2]", "must rise from 0"),
        ('status = "fitted"', 'status = "guessed"', r"key activity\.status"),
        ("[activity]", "[activity", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read(tmp_path, old, new)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"lacks endpoints\.toml"):
        read_endpoints(tmp_path)


def test_every_number_says_where_it_is_from() -> None:
    endpoints = read_endpoints(Path(diseases.__file__).parent / "sjogren")
    for group in (endpoints.domain, endpoints.scale, endpoints.test):
        for entry in group:
            assert entry.source
            assert bool(entry.drivers) == bool(entry.drivers_reason)


def test_every_driver_is_in_the_model() -> None:
    folder = Path(diseases.__file__).parent / "sjogren"
    words = set(re.findall(r"[A-Za-z_]\w*", (folder / "model.ant").read_text(encoding="utf-8")))
    assert set(read_endpoints(folder).observables) <= words
