from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tolerogen.diseases import Disease, list_diseases, load_disease
from tolerogen.errors import SpecError


def test_sjogren_is_listed() -> None:
    assert "sjogren" in list_diseases()


def test_unknown_disease_names_the_known_ones() -> None:
    with pytest.raises(SpecError, match="did you mean 'sjogren'"):
        load_disease("sjogrens")


def test_unknown_state_is_refused(sjogren: Disease) -> None:
    with pytest.raises(SpecError, match="healthy"):
        sjogren.state("well")


def test_a_disease_is_added_by_adding_a_folder(sjogren: Disease, tmp_path: Path) -> None:
    copy = tmp_path / "sicca"
    shutil.copytree(sjogren.folder, copy)
    head = (copy / "disease.toml").read_text(encoding="utf-8")
    (copy / "disease.toml").write_text(head.replace("Sjögren's disease", "Sicca"), encoding="utf-8")
    added = load_disease(copy)
    assert (added.id, added.name) == ("sicca", "Sicca")
    assert added.parameters == sjogren.parameters


def test_missing_file_is_named(sjogren: Disease, tmp_path: Path) -> None:
    copy = tmp_path / "broken"
    shutil.copytree(sjogren.folder, copy)
    (copy / "arrows.csv").unlink()
    with pytest.raises(SpecError, match=r"arrows\.csv"):
        load_disease(copy)


def test_bad_row_is_named_with_its_line(sjogren: Disease, tmp_path: Path) -> None:
    copy = tmp_path / "bad"
    shutil.copytree(sjogren.folder, copy)
    table = (copy / "parameters.csv").read_text(encoding="utf-8").replace("lognormal", "logn", 1)
    (copy / "parameters.csv").write_text(table, encoding="utf-8")
    with pytest.raises(SpecError, match=r"parameters\.csv, line 3.*'logn'"):
        load_disease(copy)
