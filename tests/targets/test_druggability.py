"""Modality fit, reach of oligos, the direction gate, hazards."""

from __future__ import annotations

import pytest

from tolerogen.diseases import load_disease
from tolerogen.targets.bundled import bundled_evidence
from tolerogen.targets.druggability import (
    best_fit,
    fits,
    gate,
    hazards,
    hazards_of,
    knocked_down,
    node_fits,
    node_genes,
    safety_score,
)
from tolerogen.targets.evidence import Evidence
from tolerogen.targets.genes import genes

DISEASE = load_disease("sjogren")


def factor(symbol: str, modality: str) -> float:
    return next(f.factor for f in fits(genes()[symbol]) if f.modality == modality)


@pytest.mark.parametrize("symbol", ["IL7R", "CD40", "TNFSF13B", "FCGRT", "CXCL13"])
def test_what_lies_outside_is_an_antibodys(symbol):
    assert best_fit(genes()[symbol]).modality == "antibody"


@pytest.mark.parametrize("symbol", ["IRF5", "STAT4", "BTK", "TYK2", "TRIM21", "CTSS"])
def test_what_lies_inside_is_not(symbol):
    assert factor(symbol, "antibody") == 0.0
    assert factor(symbol, "fc_fusion") == 0.0


def test_kinases_are_small_molecules_and_transcription_factors_hardly_anybodys():
    assert best_fit(genes()["BTK"]).modality == "small_molecule"
    assert best_fit(genes()["STAT4"]).score < 0.2


def test_an_oligo_reaches_liver_and_hardly_lymphocytes():
    # the therapies room: 71 % in the liver and 2 % in lymphocytes at the same dose
    assert knocked_down("hepatocyte") == pytest.approx(0.71, abs=0.005)
    assert knocked_down("lymphocyte") == pytest.approx(0.024, abs=0.005)
    assert knocked_down("hepatocyte", dose=10) > knocked_down("hepatocyte")


def test_a_decoy_takes_two_ligands_and_an_antibody_with_trouble():
    both = {f.modality: f.factor for f in node_fits(["TNFSF13B", "TNFSF13"])}
    assert both["fc_fusion"] > both["antibody"] > 0
    assert node_fits(["NOT_A_GENE"]) == ()


@pytest.mark.parametrize("symbol", ["TNFAIP3", "TNIP1", "NCF1"])
@pytest.mark.parametrize("action", ["block", "neutralise", "deplete", "knock_down"])
def test_a_brake_is_never_inhibited(symbol, action):
    closed = gate([symbol], action)
    assert not closed.open
    assert symbol in closed.reason
    assert "never inhibit" in closed.reason
    assert gate([symbol], "activate").open


def test_a_brake_among_several_genes_closes_the_gate():
    assert not gate(["IL7R", "TNFAIP3"], "block").open


def test_directed_evidence_closes_the_gate_when_most_of_it_objects():
    def fact(direction):
        return Evidence("IL7R", "x", "genetics", "eva", 0.5, "doi:1", direction=direction)

    assert not gate(["IL7R"], "block", [fact("activate")]).open
    assert gate(["IL7R"], "block", [fact("activate"), fact("inhibit")]).open
    assert gate(["IL7R"], "block", [fact("unknown")]).open
    assert not gate(["IL7R"], "activate", [fact("inhibit")]).open


def test_every_node_of_the_disease_has_its_genes():
    assert set(node_genes(DISEASE.folder)) == set(DISEASE.targets)
    for symbols in node_genes(DISEASE.folder).values():
        assert all(symbol in genes() for symbol in symbols)


def test_bundled_evidence_opens_the_gate_for_what_drugs_of_the_library_do():
    records = bundled_evidence(DISEASE.folder)
    symbols = node_genes(DISEASE.folder)
    for name, node in DISEASE.targets.items():
        for action in node.actions:
            assert gate(symbols[name], action, records).open, name


def test_hazards_are_of_known_genes_sourced_and_between_0_and_1():
    for hazard in hazards():
        assert hazard.gene in genes()
        assert 0 < hazard.severity < 1
        assert hazard.source
    assert "severe combined immunodeficiency" in hazards_of(["IL7R"])[0].text


def test_each_hazard_takes_its_share_of_what_is_left():
    assert safety_score(()) == 1.0
    two = hazards_of(["CD40LG"])
    assert len(two) == 2
    assert safety_score(two) == pytest.approx(0.75 * 0.75)
