"""Order, numbers, what is told apart, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.dossier.conftest import validation

from tolerogen import dossier
from tolerogen.diseases import load_disease
from tolerogen.errors import SpecError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("results") / "val.json"
    path.write_text(json.dumps(validation()), encoding="utf-8")
    return dossier.build_dossier([dossier.read_source(path)])


def test_the_sections_are_in_the_order_of_the_outline(made):
    keys = [section.key for section in made.sections]
    assert keys == [
        "question", "model", "parameters", "fit", "blind", "placebo", "population",
        "identifiability", "response", "ada", "operating", "size", "credibility", "limits",
        "sources",
    ]  # fmt: skip


def test_a_section_without_a_result_says_which_command_gives_it(made):
    section = next(s for s in made.sections if s.key == "operating")
    assert section.pieces == ()
    assert "tolerogen trial design" in section.missing


def test_a_trial_of_the_calibration_never_stands_among_the_predictions(made):
    by_key = {table.key: table for table in made.tables}
    assert [row[0] for row in by_key["validation-val-fit"].rows] == ["NIPO_DAHLIAS"]
    assert [row[0] for row in by_key["validation-val-blind"].rows] == ["NEVER_FITTED"]


def test_every_arrow_and_parameter_of_the_disease_is_there_with_its_source(made):
    disease = load_disease("sjogren")
    by_key = {table.key: table for table in made.tables}
    arrows, parameters = by_key["arrows"], by_key["parameters"]
    assert [row[0] for row in arrows.rows] == [arrow.id for arrow in disease.arrows]
    assert [row[1] for row in parameters.rows] == [p.value for p in disease.parameters]
    assert all(row[-1] for row in (*arrows.rows, *parameters.rows))


def test_sources_are_listed_with_the_results_that_used_them(made):
    rows = next(t for t in made.tables if t.key == "sources").rows
    assert ("doi:10.1000/validation", "val") in rows
    assert {cited for cited, _ in rows} >= set(load_disease("sjogren").sources)


def test_the_reproduction_has_hash_seed_and_command(made):
    (item,) = made.reproduction
    assert item.content == "00aa11bb22cc33dd"
    assert item.seed == "7"
    assert "trial validate --disease sjogren" in item.command
    assert "--replicates 20 --seed 7" in item.command


def test_results_of_the_same_name_keep_their_tables_apart(folder, tmp_path):
    first = dossier.read_source(folder("val", validation()))
    made = dossier.build_dossier([first, first])
    keys = [table.key for table in made.tables]
    assert len(keys) == len(set(keys))


def test_an_antibody_candidate_is_reported_with_its_predicted_clearance():
    source = dossier.read_source(ROOT / "examples" / "il7r-candidate.toml")
    made = dossier.build_dossier([source])
    rows = {r[0]: r[1] for r in next(t for t in made.tables if t.key.startswith("antibody")).rows}
    assert rows["target"] == "IL7R"
    assert rows["clearance, low"] < rows["clearance, predicted"] < rows["clearance, high"]
    assert rows["heavy chain"].startswith("QVQLVESGGG")


def test_several_diseases_are_refused(folder):
    other = {**validation(), "disease": "lupus"}
    sources = [dossier.read_source(folder(n, d)) for n, d in (("a", validation()), ("b", other))]
    with pytest.raises(SpecError, match="several diseases"):
        dossier.build_dossier(sources)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not a JSON"),
        ("[]", "nothing that a dossier"),
        ('{"format": "tolerogen-endotypes/1"}', "tolerogen-endotypes/1"),
        ('{"format": "tolerogen-trial-result/1"}', "no provenance"),
        ("[" * 100_000, "not a JSON"),
    ],
)
def test_what_is_no_result_is_refused_by_name(tmp_path, text, message):
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=message):
        dossier.read_source(path)


def test_a_result_with_keys_missing_is_refused_with_its_name(folder):
    data = validation()
    del data["arms"][0]["pi90"]
    source = dossier.read_source(folder("mangled", data))
    with pytest.raises(SpecError, match=r"mangled.*pi90"):
        dossier.build_dossier([source])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SpecError, match=r"nowhere.*cannot be read"):
        dossier.read_source(tmp_path / "nowhere")


def test_json_with_a_format_of_ours_is_read_from_the_file_too(folder):
    place = folder("val", validation())
    assert json.loads((place / "result.json").read_text())["format"]
    assert dossier.read_source(place / "result.json").name == "val"
