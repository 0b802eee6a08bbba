"""One target taken apart, and its place in the network."""

from __future__ import annotations

import json

import pytest

from tolerogen.diseases import load_disease
from tolerogen.errors import SpecError
from tolerogen.targets import (
    Setup,
    chosen_ways,
    draw_neighbourhood,
    explain_target,
    find_node,
    neighbourhood,
)

DISEASE = load_disease("sjogren")


@pytest.fixture(scope="module")
def il7r():
    return explain_target(DISEASE, "CD127", draws=2, setup=Setup(patients=20))


def test_every_number_has_a_source(il7r):
    assert len(il7r.lines) > 25
    assert all(line.source and line.value for line in il7r.lines)


def test_what_was_read_in_the_gland_is_there(il7r):
    said = {line.what: line for line in il7r.lines}
    found = next(line for what, line in said.items() if "244.3 against 12.3" in what)
    assert "Bikker 2011" in found.source
    assert any("PMC4001072" in line.source for line in il7r.lines)


def test_the_document_gives_no_rank_of_one_target_alone(il7r):
    found = il7r.document()
    assert found["target"]["target"] == "IL7R"
    assert "rank" not in found["target"]
    assert {"numbers", "neighbourhood", "weights", "draws"} <= set(found)
    assert found["neighbourhood"]["handles"] == ["block_IL7R", "silence_IL7R", "shift_IL7R"]
    json.dumps(found, allow_nan=False)


def test_a_gene_outside_the_model_is_explained_without_a_mechanism():
    found = explain_target(DISEASE, "STAT4", draws=1, setup=Setup(patients=10))
    assert found.neighbourhood is None
    assert found.target.mechanism is None
    assert any("2e-17" in line.value for line in found.lines)
    assert any("1.759" in line.value for line in found.lines)


def test_a_name_nobody_knows_is_refused():
    with pytest.raises(SpecError, match="not among the targets"):
        explain_target(DISEASE, "XYZ", draws=1, setup=Setup(patients=5))


@pytest.mark.parametrize(
    ("name", "node"),
    [("IL7R", "IL7R"), ("cd127", "IL7R"), ("FCGRT", "FcRn"), ("APRIL", "BAFF_APRIL"),
     ("BAFF", "BAFF"), ("CD80", "CD80_86"), ("STAT4", None)],
)  # fmt: skip
def test_nodes_are_found_by_gene(name, node):
    assert find_node(DISEASE, name) == node


def test_the_neighbourhood_is_what_the_equations_say():
    found = neighbourhood(DISEASE, "IL7R")
    assert [name for name, _ in found.signals] == ["IL7_signal", "IL7_gland"]
    by_id = {r.id: r for r in found.reactions}
    assert by_id["T4_em_renewal"].by == ("IL7_signal",)
    assert by_id["T4_gland_source"].by == ("IL7_gland",)
    assert by_id["IL7_consumption"].by == ("block_IL7R",)
    assert by_id["IL7_consumption"].to == ()


def test_signals_of_signals_are_followed():
    found = neighbourhood(DISEASE, "FcRn")
    assert {r.id for r in found.reactions} == {"IgG_catabolism", "antiRo_catabolism"}
    assert "IgG_half_life" not in dict(found.signals)  # a read-out drives nothing


def test_every_node_drives_something():
    for node in DISEASE.targets:
        assert neighbourhood(DISEASE, node).reactions, node


def test_every_arrow_is_said_with_its_source():
    for node in DISEASE.targets:
        for reaction in neighbourhood(DISEASE, node).reactions:
            assert reaction.source, reaction.id
            assert reaction.what != reaction.id


def test_the_picture_names_what_is_driven(tmp_path):
    path = draw_neighbourhood(neighbourhood(DISEASE, "IL7R"), tmp_path / "il7r.svg")
    text = path.read_text(encoding="utf-8")
    assert text.lstrip().startswith("<?xml")
    assert "IL7_gland" in text
    assert "Effector memory CD4 is replaced" in text


def test_an_unknown_node_is_refused():
    with pytest.raises(SpecError, match="IL7R"):
        neighbourhood(DISEASE, "IL77R")


def test_ways_are_chosen_by_node_gene_or_in_full():
    best, full = chosen_ways(DISEASE, ["CD127", "FcRn/block/antibody"])
    assert best.id == "IL7R/block/antibody"
    assert full.id == "FcRn/block/antibody"
    with pytest.raises(SpecError, match="no way to hit 'STAT4'"):
        chosen_ways(DISEASE, ["STAT4"])
