"""The Open Targets score: worked numbers, closed forms, properties."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.targets.scoring import (
    datasource_scores,
    datatype_scores,
    explain_score,
    harmonic_sum,
    open_targets_scheme,
    overall_scores,
    with_weights,
)
from tolerogen.targets.support import success, supported_odds

ANCHOR = Path(__file__).parents[1] / "anchors" / "open_targets_score.toml"
TRUTH = tomllib.loads(ANCHOR.read_text(encoding="utf-8"))
SCHEME = open_targets_scheme()


def evidence(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["target", "datasource", "score"])


@pytest.mark.parametrize("case", TRUTH["harmonic_sum"], ids=lambda c: c["source"][:9])
def test_harmonic_sum_agrees_with_the_worked_numbers(case):
    assert harmonic_sum(case["scores"]) == pytest.approx(case["value"], abs=1e-6)


def test_the_largest_sum_is_that_of_a_thousand_ones():
    assert TRUTH["largest"]["value"] == pytest.approx(SCHEME.largest, abs=1e-12)
    assert harmonic_sum(np.ones(1000)) == pytest.approx(SCHEME.largest, abs=1e-12)


def test_a_target_by_hand():
    table = evidence(("A", "eva", 1.0), ("A", "eva", 0.5), ("A", "europepmc", 0.8))
    eva, papers = (1 + 0.5 / 4) / SCHEME.largest, 0.8 / SCHEME.largest
    by_source = datasource_scores(table).set_index("datasource")["score"]
    assert by_source["eva"] == pytest.approx(eva, abs=1e-12)
    assert by_source["europepmc"] == pytest.approx(papers, abs=1e-12)
    overall = overall_scores(datasource_scores(table))["score"][0]
    assert overall == pytest.approx((eva + 0.2 * papers / 4) / SCHEME.largest, abs=1e-12)
    by_type = datatype_scores(datasource_scores(table)).set_index("datatype")["score"]
    assert by_type["genetic_association"] == pytest.approx(eva, abs=1e-12)
    assert by_type["literature"] == pytest.approx(papers, abs=1e-12)  # no weight here


def test_a_type_is_divided_by_the_sum_of_as_many_ones():
    table = evidence(("A", "eva", 1.0), ("A", "gene_burden", 1.0))
    one = 1 / SCHEME.largest
    score = datatype_scores(datasource_scores(table))["score"][0]
    assert score == pytest.approx(one * (1 + 1 / 4) / (1 + 1 / 4), abs=1e-12)


def test_only_the_fifty_strongest_records_of_a_source_count():
    table = evidence(*[("A", "eva", 1.0)] * 50, *[("A", "eva", 0.9)] * 50)
    expected = harmonic_sum(np.ones(50)) / SCHEME.largest
    assert datasource_scores(table)["score"][0] == pytest.approx(expected, abs=1e-12)


def test_sources_outside_the_scheme_do_not_count():
    table = evidence(("A", "eva", 0.5), ("A", "made_up", 1.0))
    assert list(datasource_scores(table)["datasource"]) == ["eva"]
    assert overall_scores(datasource_scores(evidence(("A", "made_up", 1.0)))).empty


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B"]), st.sampled_from(sorted(SCHEME.weights)), st.floats(0, 1)
        ),
        min_size=1,
        max_size=120,
    )
)
def test_scores_lie_between_0_and_1_and_are_the_sum_of_their_parts(rows):
    table = evidence(*rows)
    overall = overall_scores(datasource_scores(table)).set_index("target")["score"]
    assert ((overall >= 0) & (overall <= 1)).all()
    for target, score in overall.items():
        parts = explain_score(table, str(target))
        assert sum(part.share for part in parts) == pytest.approx(score, abs=1e-12)


def test_the_order_of_records_does_not_matter():
    rows = [("A", "eva", 0.3), ("B", "eva", 0.7), ("A", "impc", 0.9), ("A", "eva", 0.8)]
    one = overall_scores(datasource_scores(evidence(*rows)))
    other = overall_scores(datasource_scores(evidence(*rows[::-1])))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_weights_outside_0_to_1_are_refused(weight):
    with pytest.raises(SpecError, match=r"'eva' is .*between 0 and 1"):
        with_weights(SCHEME, {"eva": weight})


def test_an_unknown_source_is_refused_with_the_near_one():
    with pytest.raises(SpecError, match="did you mean 'europepmc'"):
        with_weights(SCHEME, {"europmc": 0.5})


def test_scores_outside_0_to_1_are_refused():
    with pytest.raises(SpecError, match="between 0 and 1"):
        datasource_scores(evidence(("A", "eva", 1.2)))


def test_support_is_worth_what_it_is_in_immunology():
    for field in ("all", "immune", "musculoskeletal"):
        assert success().relative[field] == TRUTH["relative_success"][field]
    assert supported_odds(0.1) == pytest.approx(0.1759)
    assert supported_odds(0.9) == 1.0
    with pytest.raises(SpecError, match="immune"):
        supported_odds(0.1, "imune")
