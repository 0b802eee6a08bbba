"""Columns, composite, stability, outcomes: by hand where a hand suffices."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from tolerogen.diseases import load_disease
from tolerogen.errors import AnalysisError, SpecError
from tolerogen.targets import (
    WEIGHTS,
    Evidence,
    Setup,
    auc,
    compare_with_outcomes,
    draw_ranking,
    rank_targets,
    read_outcomes,
    read_precedence,
)
from tolerogen.targets.precedence import precedence_score
from tolerogen.targets.ranking import COLUMNS, chosen_weights, column_score, discrimination
from tolerogen.targets.ranking.stability import stability

DISEASE = load_disease("sjogren")
SETUP = Setup(patients=30)


@pytest.fixture(scope="module")
def ranking():
    return rank_targets(DISEASE, draws=3, setup=SETUP)


def fact(score, kind="genetics", source="bundled", target="IL7R", **more):
    return Evidence(target, "sjogren", kind, source, score, "doi:1", **more)


# ── columns ──────────────────────────────────────────────────────────────────────────────────


def test_a_column_is_one_harmonic_sum():
    facts = [fact(0.5), fact(1.0), fact(0.9, kind="expression")]
    assert column_score(facts, "genetics") == pytest.approx((1.0 + 0.5 / 4) / 1.6439345666815615)
    assert column_score([], "genetics") == 0.0


def test_open_targets_sources_count_with_their_weight():
    one = column_score([fact(1.0, source="expression_atlas")], "genetics")
    assert one == pytest.approx(0.2 / 1.6439345666815615)


def test_precedence_by_hand():
    trials = read_precedence(DISEASE.folder)
    mine = [t for t in trials if t.node == "CD20"]
    assert precedence_score(mine) == pytest.approx((0.367 * 60 + 30) / (60 + 122 + 30))
    together = [t for t in trials if t.trial == "REPURPSS1"]
    assert {t.node for t in together} == {"DHODH", "TLR7_9"}
    assert all(t.share == 0.5 for t in together)


def test_every_precedent_has_a_source_and_a_node_of_the_model():
    for trial in read_precedence(DISEASE.folder):
        assert trial.source
        assert trial.node in DISEASE.targets


def test_blind_trials_are_not_among_the_precedents():
    """Targets whose trials are set aside stand at the prior."""
    nodes = {t.node for t in read_precedence(DISEASE.folder)}
    assert not nodes & {"IL7R", "BTK", "ICOSL", "IL6R", "JAK1", "IL2R", "IFNAR1"}


# ── the ranking ──────────────────────────────────────────────────────────────────────────────


def test_every_node_is_ranked_and_the_order_is_that_of_the_composite(ranking):
    assert set(DISEASE.targets) <= {t.target for t in ranking.targets}
    composites = [t.composite for t in ranking.targets]
    assert composites == sorted(composites, reverse=True)
    assert [t.rank for t in ranking.targets] == list(range(1, len(composites) + 1))


def test_composite_by_hand(ranking):
    target = ranking["FcRn"]
    by_hand = sum(WEIGHTS[c] * (target.columns[c] or 0.0) for c in COLUMNS) / sum(WEIGHTS.values())
    assert target.composite == pytest.approx(by_hand)
    rest = {c: w for c, w in WEIGHTS.items() if c != "precedence"}
    by_hand = sum(w * (target.columns[c] or 0.0) for c, w in rest.items()) / sum(rest.values())
    assert target.composite_without_precedence == pytest.approx(by_hand)


def test_all_columns_lie_between_0_and_1(ranking):
    for target in ranking.targets:
        assert set(target.columns) == set(COLUMNS)
        for name, score in target.columns.items():
            assert score is None or 0 <= score <= 1, (target.target, name)


def test_genes_outside_the_model_have_no_mechanism_and_brakes_no_way(ranking):
    brake = ranking["A20"]
    assert brake.target == "TNFAIP3"
    assert not brake.in_model
    assert brake.columns["mechanism"] is None
    assert brake.fit is None
    assert not brake.gate.open
    assert "never inhibit" in brake.flags[0]
    unknown = ranking["XKR6"]
    assert unknown.columns["modality_fit"] is None
    assert unknown.columns["safety"] is None


def test_a_target_is_found_by_any_name_of_its_gene(ranking):
    assert ranking["CD127"].target == "IL7R"
    assert ranking["fcrn"].target == "FcRn"
    with pytest.raises(SpecError, match="IL7R"):
        ranking["IL77R"]


def test_flags_say_what_a_class_rule_is_and_what_is_pushed_down(ranking):
    assert any("IgG below 3" in flag for flag in ranking["FcRn"].flags)
    assert any("severe combined" in flag for flag in ranking["IL7R"].flags)
    assert any("rule of its class" in flag for flag in ranking["IL1R"].flags)


def test_genetic_support_is_worth_what_it_is_in_immunology(ranking):
    assert ranking["IL7R"].relative_success == 1.0
    assert ranking["STAT4"].relative_success == 1.759


def test_effects_by_endotype_come_best_first_and_add_up(ranking):
    mechanism = ranking["FcRn"].mechanism
    falls = [group.essdai.mean for group in mechanism.endotypes]
    assert falls == sorted(falls)
    assert mechanism.best_endotype is mechanism.endotypes[0]
    assert sum(group.patients for group in mechanism.endotypes) <= 30


def test_a_patient_has_the_class_that_the_room_of_patients_gives(ranking):
    from tolerogen.patients import screen
    from tolerogen.patients.endotypes import read_centres

    table = ranking.effects.patients
    centres = read_centres(DISEASE.folder / "endotype_centres.csv")
    people = screen(DISEASE, 30, seed=ranking.effects.seed, criteria=list(SETUP.criteria))
    assert list(people.frame()["screening_igg"]) == list(table["screening_igg"])
    # by two of the biomarkers, one patient after the other, the classes agree far beyond chance
    alike = [
        max(told, key=told.__getitem__) == row["endotype"]
        for _, row in table.iterrows()
        for told in [centres.probabilities({"rf": row["RF_0"] / 1000, "igg": row["IgG_0"] / 1000})]
    ]
    shares = table["endotype"].value_counts(normalize=True)
    assert sum(alike) / len(alike) > (shares**2).sum() + 0.2


def test_as_of_leaves_out_later_trials_and_facts_and_says_what_it_cannot(ranking):
    early = rank_targets(
        DISEASE, until_day=date(2015, 1, 1), draws=1, setup=SETUP, nodes=["FcRn", "IL7R"]
    )
    assert early["FcRn"].precedents == ()
    assert early["FcRn"].columns["precedence"] < ranking["FcRn"].columns["precedence"]
    assert len(early["IL7R"].evidence) < len(ranking["IL7R"].evidence)
    assert any("know what came later" in note for note in early.notes)


def test_a_users_evidence_moves_a_column_and_strange_symbols_are_listed():
    mine = [fact(1.0), fact(0.9, target="IL7RR")]
    found = rank_targets(DISEASE, mine, draws=1, setup=SETUP, nodes=["IL7R"])
    assert found["IL7R"].columns["genetics"] == pytest.approx(1 / 1.6439345666815615)
    assert [u.symbol for u in found.unknown] == ["IL7RR"]
    assert "IL7R" in found.unknown[0].suggestions


def test_json_is_one_document_with_everything_a_machine_needs(ranking):
    found = json.loads(ranking.to_json())
    assert {"disease", "weights", "as_of", "draws", "targets", "refused", "notes"} <= set(found)
    assert len(found["ways"]) == ranking.effects.shape[1]
    assert {"essdai", "essdai_low", "esspri", "flow", "igg_low"} <= set(found["ways"][0])
    first = found["targets"][0]
    assert {
        "rank", "target", "genes", "columns", "composite", "composite_without_precedence",
        "p_top3", "p_top5", "mechanism", "fit", "hazards", "evidence", "precedents", "flags",
    } <= set(first)  # fmt: skip
    assert set(first["columns"]) == set(COLUMNS)
    assert {"mean", "low", "high", "patient_sd"} <= set(first["mechanism"]["essdai"])
    assert first["mechanism"]["best"]["id"].startswith(first["target"])


def test_the_same_seed_gives_the_same_document(ranking):
    again = rank_targets(DISEASE, draws=3, setup=Setup(patients=30, threads=1))
    assert again.to_json() == ranking.to_json()


def test_the_table_has_a_row_a_target(ranking):
    table = ranking.frame()
    assert len(table) == len(ranking.targets)
    assert list(COLUMNS) == [c for c in table.columns if c in COLUMNS]
    assert ranking.citation().count("\n") > 10


def test_a_single_parameter_set_says_so(ranking):
    alone = rank_targets(DISEASE, draws=1, setup=SETUP, nodes=["IL7R"])
    assert alone["IL7R"].mechanism.essdai.low is None
    assert ranking["IL7R"].mechanism.essdai.low is not None


def test_the_figure_is_written_the_same_twice_and_without_colour_alone(ranking, tmp_path):
    svg, png = draw_ranking(ranking, tmp_path / "a", top=10)
    again, _ = draw_ranking(ranking, tmp_path / "b", top=10)
    assert svg.read_bytes() == again.read_bytes()
    assert png.stat().st_size > 10_000
    text = svg.read_text(encoding="utf-8")
    assert "FcRn" in text
    assert "pattern" in text  # hatches beside colours


# ── weights ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("weight", [-0.1, 1.5])
def test_weights_below_0_or_above_1_are_refused(weight):
    with pytest.raises(SpecError, match="between 0 and 1"):
        chosen_weights({"genetics": weight})


def test_unknown_columns_and_nothing_but_zeros_are_refused():
    with pytest.raises(SpecError, match="did you mean 'genetics'"):
        chosen_weights({"genetic": 0.5})
    with pytest.raises(SpecError, match="all weights are 0"):
        chosen_weights(dict.fromkeys(WEIGHTS, 0.0))


# ── stability ────────────────────────────────────────────────────────────────────────────────


def test_a_target_best_in_every_column_is_always_first():
    columns = {"a": np.array([0.9, 0.5, 0.4, 0.1]), "b": np.array([0.8, 0.3, 0.7, 0.2])}
    found = stability(columns, {}, {"a": 0.5, "b": 0.5}, seed=3)
    assert (found.rank_low[0], found.rank_high[0]) == (1, 1)
    assert found.p_top3.tolist() == [1.0, 1.0, 1.0, 0.0]


def test_parameter_sets_shake_the_places_that_hang_on_them():
    columns = {"m": np.array([0.5, 0.5, 0.0, 0.0, 0.0])}
    by_draw = {"m": np.array([[0.9, 0.1, 0.5, 0.4, 0.3], [0.1, 0.9, 0.5, 0.4, 0.3]])}
    found = stability(columns, by_draw, {"m": 1.0}, seed=3)
    assert found.p_top3[:2] == pytest.approx([0.5, 0.5], abs=0.05)
    assert (found.rank_low[0], found.rank_high[0]) == (1, 5)


def test_the_places_add_up():
    rng = np.random.default_rng(1)
    columns = {name: rng.random(12) for name in "abc"}
    found = stability(columns, {}, dict.fromkeys("abc", 0.3), seed=1)
    assert found.p_top3.sum() == pytest.approx(3)
    assert found.p_top5.sum() == pytest.approx(5)


# ── outcomes ─────────────────────────────────────────────────────────────────────────────────


def test_the_area_is_that_of_mann_and_whitney():
    rng = np.random.default_rng(7)
    scores, won = rng.normal(size=40).round(1), rng.random(40) < 0.4
    u = mannwhitneyu(scores[won], scores[~won]).statistic
    assert auc(scores, won) == pytest.approx(u / (won.sum() * (~won).sum()))


def test_the_interval_holds_the_area_and_narrows_with_targets():
    rng = np.random.default_rng(2)
    few, many = (
        discrimination(
            "x", np.r_[rng.normal(1, 1, n), rng.normal(0, 1, n)], [True] * n + [False] * n
        )
        for n in (8, 32)
    )
    assert few.low <= few.auc <= few.high
    assert many.high - many.low < few.high - few.low


def test_outcomes_are_compared_by_every_score(ranking):
    areas = {
        a.score: a
        for a in compare_with_outcomes(ranking, {"FcRn": True, "CD127": True, "TNF": False})
    }
    assert areas["mechanism"].auc == 1.0
    assert {"composite", "composite without precedence", "genetics"} <= set(areas)
    with pytest.raises(AnalysisError, match="positive and negative"):
        compare_with_outcomes(ranking, {"FcRn": True})


def test_outcomes_are_read_in_usual_words(tmp_path):
    path = tmp_path / "o.csv"
    path.write_text("target,outcome\nFcRn,positive\nTNF,0\n", encoding="utf-8")
    assert read_outcomes(path) == {"FcRn": True, "TNF": False}
    path.write_text("target,outcome\nFcRn,perhaps\n", encoding="utf-8")
    with pytest.raises(SpecError, match="line 2: 'perhaps'"):
        read_outcomes(path)
