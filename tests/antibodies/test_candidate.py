"""Formats, predicted clearance and candidates against published sequences and numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tolerogen.antibodies.candidate_reader import read_candidate
from tolerogen.antibodies.formats import constant_regions, fc_changes, heavy_chain, light_chain
from tolerogen.antibodies.human_pk import human_clearance
from tolerogen.errors import SpecError

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "il7r-candidate.toml"


def test_constant_regions_have_their_published_lengths_and_ends():
    # Secreted forms, IMGT: IGHG1 330, IGHG2 326, IGHG4 327, IGKC 107, IGLC2 106 residues.
    sizes = {gene: len(sequence) for gene, sequence in constant_regions().items()}
    assert sizes == {"IGHG1": 330, "IGHG2": 326, "IGHG4": 327, "IGKC": 107, "IGLC2": 106}
    assert constant_regions()["IGHG1"].endswith("SLSPGK")
    assert constant_regions()["IGHG4"].endswith("SLSLGK")


def test_changes_fall_where_the_literature_shows_them():
    assert "CPPCPAPEFLGG" in heavy_chain("", "IgG4", ["S228P"])
    assert "CPPCPAPEAAGGPSVF" in heavy_chain("", "IgG1", ["LALA"])
    assert "KALGAPIEK" in heavy_chain("", "IgG1", ["LALA-PG"])
    assert "YASTYR" in heavy_chain("", "IgG1", ["N297A"])
    assert "TLYITREPEVT" in heavy_chain("", "IgG2", ["YTE"])
    assert "VLHEALHSHYTQ" in heavy_chain("", "IgG4", ["LS"])


@pytest.mark.parametrize("name", fc_changes())
def test_a_change_alters_as_many_residues_as_it_names(name):
    change = fc_changes()[name]
    for gene in change.genes:
        isotype = {"IGHG1": "IgG1", "IGHG2": "IgG2", "IGHG4": "IgG4"}[gene]
        pairs = zip(heavy_chain("", isotype), heavy_chain("", isotype, [name]), strict=True)
        assert sum(a != b for a, b in pairs) == len(change.mutations)


@pytest.mark.parametrize(
    ("isotype", "changes", "told"),
    [
        ("IgG5", [], "isotype"),
        ("IgG1", ["S228P"], "not made for"),
        ("IgG1", ["XYZ"], "not an Fc change"),
        ("IgG1", ["LALA", "LALA-PG"], "overlap"),
    ],
)
def test_what_does_not_fit_is_refused(isotype, changes, told):
    with pytest.raises(SpecError, match=told):
        heavy_chain("", isotype, changes)


def test_clearance_scales_by_the_published_exponents():
    plain = human_clearance(cynomolgus_ml_day_kg=5.0, weight_kg=3.5)
    assert plain.value == pytest.approx(5.0 * 3.5 / 1000 * 20**0.80)
    assert (plain.low, plain.high) == (plain.value / 2, plain.value * 2)
    assert human_clearance(("YTE",), 2.0).value == pytest.approx(0.006 * (70 / 3) ** 0.44)
    assert human_clearance().value == 0.200
    assert human_clearance(("LALA",)).value == 0.200
    assert human_clearance(("YTE", "LALA")).value < 0.1
    with pytest.raises(SpecError):
        human_clearance(cynomolgus_ml_day_kg=-1.0)


def test_the_example_makes_a_whole_antibody():
    candidate = read_candidate(EXAMPLE)
    assert candidate.heavy.endswith("SLSLGK")
    assert candidate.light.endswith("NRGEC")
    assert 140 < candidate.mass_kda < 152
    assert candidate.kd == pytest.approx(6.67e-9, rel=0.02)
    assert light_chain("A", "L").endswith("TECS")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = 1\n[", "TOML"),
        ('nam = "x"\n', "unknown key"),
        ('name = "x"\n', "missing"),
    ],
)
def test_a_bad_candidate_is_refused_in_words(tmp_path, text, told):
    file = tmp_path / "c.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=told):
        read_candidate(file)
    good = EXAMPLE.read_text(encoding="utf-8").replace('"sensorgrams.csv"', '"none.csv"')
    file.write_text(good, encoding="utf-8")
    with pytest.raises(SpecError, match="cannot be read"):
        read_candidate(file)
