"""Records, the bundled facts, gene names."""

from __future__ import annotations

from datetime import date

import pytest

from tolerogen.diseases import load_disease
from tolerogen.errors import SpecError
from tolerogen.targets.bundled import bundled_evidence, fold_score, p_score
from tolerogen.targets.evidence import Evidence, as_of, frame, read_date
from tolerogen.targets.genes import genes, resolve, suggest, unknown_symbols

FACTS = bundled_evidence(load_disease("sjogren").folder)


def of(gene: str, kind: str = "genetics") -> list[Evidence]:
    return [fact for fact in FACTS if fact.target == gene and fact.kind == kind]


def test_every_fact_has_a_source_and_was_read():
    assert len(FACTS) > 40
    assert all(fact.source and fact.status == "retrieved" for fact in FACTS)
    assert all(fact.licence == "fact" for fact in FACTS)


def test_strength_follows_p():
    # page of the review: 2e-17 for STAT4, 9.33e-9 for CD247
    assert max(f.score for f in of("STAT4")) == 1.0
    assert of("CD247")[0].score == pytest.approx(0.803, abs=1e-3)


def test_a_locus_is_shared_out_among_its_genes():
    mine, neighbour = of("CXCR5")[0], of("DDX6")[0]
    assert mine.score == neighbour.score == pytest.approx(p_score(1.1e-8) / 2)
    assert "shared" in mine.note


def test_the_hla_region_counts_a_tenth_and_says_why():
    assert of("TNF")[0].score == pytest.approx(0.096, abs=1e-3)
    assert "HLA" in of("TNF")[0].note


def test_numbers_that_were_only_remembered_are_left_out():
    odds = {fact.odds_ratio for fact in FACTS if fact.target == "IRF5"}
    assert 1.44 not in odds  # the remembered one; 1.31 was read
    assert all(fact.odds_ratio is None for fact in of("GTF2I"))


def test_il7r_is_no_locus_and_that_is_recorded():
    assert of("IL7R") == []
    assert of("IL7R", "absence")[0].score == 0.0
    assert max(f.score for f in of("IL7R", "expression")) == 1.0


@pytest.mark.parametrize(
    ("p", "score"), [(1.0, 0.0), (6e-8, 0.0), (1e-8, 0.8), (1e-20, 1.0), (0.0, 1.0)]
)
def test_p_to_strength(p, score):
    assert p_score(p) == pytest.approx(score)


def test_fold_up_and_down_count_the_same():
    assert fold_score(2.0) == fold_score(0.5) == pytest.approx(0.5)
    assert fold_score(100.0) == 1.0


def test_as_of_leaves_out_what_came_later_and_what_has_no_date():
    early = as_of(FACTS, date(2013, 12, 31))
    assert {fact.date.year for fact in early if fact.date} <= set(range(2000, 2014))
    assert "TYK2" not in {fact.target for fact in early}  # its locus is of 2022
    assert all(fact.date is not None for fact in early)
    assert as_of(FACTS, None) == FACTS


def test_a_year_counts_as_its_last_day():
    assert read_date("2013", "x") == date(2013, 12, 31)
    assert not as_of([f for f in FACTS if f.date == date(2013, 12, 31)], date(2013, 6, 1))
    with pytest.raises(SpecError, match=r"'soon' is not of the form"):
        read_date("soon", "x")


@pytest.mark.parametrize(
    "change", [{"score": 1.5}, {"kind": "rumour"}, {"effect": "bad"}, {"direction": "push"}]
)
def test_records_refuse_what_is_not_allowed(change):
    fields = {"target": "A", "disease": "x", "kind": "genetics", "datasource": "s", "score": 0.5}
    with pytest.raises(SpecError):
        Evidence(**fields | {"source": "doi"} | change)


def test_every_gene_of_the_facts_is_in_the_bundled_set():
    assert unknown_symbols(fact.target for fact in FACTS) == ()


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("CD127", "IL7R"),
        ("il-7ra", "IL7R"),
        ("FcRn", "FCGRT"),
        ("A20", "TNFAIP3"),
        ("CD20", "MS4A1"),
        ("BR3", "TNFRSF13C"),
        ("Ro52", "TRIM21"),
        ("p110delta", "PIK3CD"),
    ],
)
def test_names_in_use_lead_to_the_symbol(name, symbol):
    assert resolve(name) == symbol


def test_no_alias_leads_to_two_genes():
    seen: dict[str, str] = {}
    for gene in genes().values():
        for alias in gene.aliases:
            assert seen.setdefault(alias, gene.symbol) == gene.symbol


def test_unknown_names_come_with_suggestions():
    found = unknown_symbols(["IL7R", "STAT44", "QQQ"])
    assert [u.symbol for u in found] == ["STAT44", "QQQ"]
    assert found[0].suggestions == ("STAT4",)
    assert found[1].suggestions == ()
    assert suggest("TNFRSF13") != ()


def test_records_make_a_table():
    table = frame(FACTS)
    assert len(table) == len(FACTS)
    assert {"target", "kind", "score", "source", "date"} <= set(table.columns)
