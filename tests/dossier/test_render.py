"""The page: self-contained, deaf to what names contain, numbered, comparable."""

from __future__ import annotations

import base64
import csv
import io
import json
import re

import pytest
from tests.dossier.conftest import validation

from tolerogen import dossier
from tolerogen.dossier.page import Table
from tolerogen.dossier.render import to_csv
from tolerogen.errors import OutputError, SpecError

NASTY = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>"


def page_of(place):
    return dossier.to_html(dossier.build_dossier([dossier.read_source(place)]))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("results") / "val.json"
    path.write_text(json.dumps(validation()), encoding="utf-8")
    return page_of(path)


def test_the_page_loads_nothing_and_runs_nothing(page):
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "<link" not in page
    assert "<img" not in page
    links = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert links
    assert all(link.startswith(("#", "data:text/csv;base64,")) for link in links)
    assert not re.search(r"url\((?!#)", page)
    assert "@media print" in page


def test_a_script_in_a_name_stays_text(folder):
    page = page_of(folder("val", validation(arm=NASTY)))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_tables_and_figures_are_numbered_in_the_order_of_reading(page):
    for word, place in (("Table", "<caption>"), ("Figure", "<figcaption>")):
        found = [int(n) for n in re.findall(rf"{place}{word} (\d+)\.", page)]
        assert found
        assert found == list(range(1, len(found) + 1))


def test_no_id_is_there_twice(page):
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_csv_of_a_table_has_the_full_precision(page):
    links = re.findall(r'href="data:text/csv;base64,([^"]+)"', page)
    texts = [base64.b64decode(link).decode() for link in links]
    (text,) = [t for t in texts if "NEVER_FITTED" in t]
    (row,) = csv.DictReader(io.StringIO(text))
    assert float(row["Predicted"]) == -1.125
    assert row["Arm"] == "drug 5 mg"


def test_a_formula_in_a_name_does_not_run_in_a_spreadsheet():
    text = to_csv(Table("t", "c", ("name", "value"), (("=HYPERLINK(1)", -2.5),)))
    assert text == "name,value\n'=HYPERLINK(1),-2.5\n"


def test_the_same_results_give_the_same_bytes(folder):
    place = folder("val", validation())
    assert page_of(place) == page_of(place)


def written(place, out):
    return dossier.write_dossier(dossier.build_dossier([dossier.read_source(place)]), out)


def test_two_dossiers_differ_in_what_was_changed_and_nothing_else(folder, tmp_path):
    changed = validation()
    changed["arms"][1]["predicted"] = -1.1250001
    first = written(folder("val", validation()), tmp_path / "a.html")
    (tmp_path / "other").mkdir()
    place = folder("other/val", changed)
    second = written(place, tmp_path / "b.html")
    assert dossier.compare_dossiers(first, first) == ()
    (found,) = dossier.compare_dossiers(first, second)
    assert (found.what, found.column) == ("changed", "Predicted")
    assert found.row.startswith("NEVER_FITTED")
    assert (found.before, found.after) == (-1.125, -1.1250001)


def test_nasty_names_survive_the_way_through_the_page(folder, tmp_path):
    nasty = written(folder("val", validation(arm=NASTY)), tmp_path / "a.html")
    (tmp_path / "other").mkdir()
    plain = written(folder("other/val", validation()), tmp_path / "b.html")
    rows = {c.row for c in dossier.compare_dossiers(plain, nasty) if c.what == "added"}
    assert any(NASTY in row for row in rows)


def test_something_else_is_not_written_over(folder, tmp_path):
    other = tmp_path / "thesis.html"
    other.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="no dossier"):
        written(folder("val", validation()), other)
    assert other.read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("text", ["", "<html></html>", "{}"])
def test_only_dossiers_are_compared(tmp_path, text):
    path = tmp_path / "x.html"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match="no dossier"):
        dossier.compare_dossiers(path, path)
