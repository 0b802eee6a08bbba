"""A surveillance from look to look."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.cli import cli
from tolerogen.errors import SpecError
from tolerogen.safety.methods import binomial_llr, monitor, poisson_limit, poisson_llr

LOOKS = pd.DataFrame({"when": ["a", "b", "c"], "events": [1, 4, 6], "expected": [1.0, 1.5, 2.0]})


def test_counts_add_up_and_the_alarm_is_the_first_above_the_limit():
    found = monitor(LOOKS, until=10)
    assert found.limit == poisson_limit(10)
    assert list(found.looks["events"]) == [1, 5, 11]
    assert list(found.looks["llr"]) == [
        poisson_llr(1, 1),
        poisson_llr(5, 2.5),
        poisson_llr(11, 4.5),
    ]
    assert found.alarm == next(
        (w for w, v in zip("abc", found.looks["llr"], strict=True) if v >= found.limit), None
    )


def test_cases_and_controls_are_held_to_the_binomial_limit():
    table = pd.DataFrame({"cases": [3, 9], "controls": [1, 0]})
    found = monitor(table, until=20, fewest=1)
    assert found.kind == "binomial"
    assert found.limit == pytest.approx(3.09884, abs=1e-5)  # R Sequential, CV.Binomial(N = 20)
    assert found.looks["llr"].iloc[1] == binomial_llr(12, 13, 0.5)
    assert found.alarm == "2"


def test_what_comes_after_the_end_gives_no_alarm():
    found = monitor(LOOKS, until=3)
    assert list(found.looks["within"]) == [True, True, False]
    assert not found.looks["alarm"].iloc[2]


def test_under_the_null_alarms_are_as_rare_as_asked():
    # looks after every tenth of an expected event, 20 expected in all, alpha 0.05
    random = np.random.default_rng(1)
    limit, alarms, runs = poisson_limit(5.0), 0, 4000
    expected = np.arange(1, 51) * 0.1
    for _ in range(runs):
        seen = random.poisson(0.1, 50).cumsum()
        alarms += any(poisson_llr(n, m) >= limit for n, m in zip(seen, expected, strict=True))
    assert 0.02 < alarms / runs < 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0.05, 2)), min_size=1, max_size=12))
def test_looks_together_or_apart_end_at_the_same_place(rows):
    table = pd.DataFrame(rows, columns=["events", "expected"])
    whole = table.sum().to_frame().T
    apart, together = monitor(table, until=30), monitor(whole, until=30)
    assert apart.looks["llr"].iloc[-1] == pytest.approx(together.looks["llr"].iloc[0], abs=1e-9)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"events": [1]}, "'events' and 'expected', or 'cases' and 'controls'"),
        ({"events": [], "expected": []}, "no look"),
        ({"events": [1, -2], "expected": [1, 1]}, "look 2: 'events' is -2"),
        ({"events": [1.5], "expected": [1]}, "whole number"),
        ({"events": ["x"], "expected": [1]}, "look 1: 'events' is x"),
    ],
)
def test_what_cannot_be_used_is_named(table, words):
    with pytest.raises(SpecError, match=words):
        monitor(pd.DataFrame(table), until=5)


def test_a_limit_that_does_not_exist_is_refused():
    with pytest.raises(SpecError, match="watch longer"):  # CV.Poisson gives NA for this row
        monitor(LOOKS, until=1, fewest=4)


def test_the_verb_prints_a_table_or_one_document_and_draws(tmp_path):
    path = tmp_path / "looks.csv"
    LOOKS.to_csv(path, index=False)
    run = CliRunner().invoke(
        cli,
        [
            "safety",
            "monitor",
            str(path),
            "--until",
            "10",
            "--json",
            "--figure",
            str(tmp_path / "f"),
        ],
    )
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert told["method"] == "maxsprt, poisson"
    assert [row["when"] for row in told["rows"]] == ["a", "b", "c"]
    assert (tmp_path / "f.svg").exists()
    wrong = CliRunner().invoke(cli, ["safety", "monitor", str(tmp_path / "no.csv"), "--until", "1"])
    assert wrong.exit_code == 2
    assert wrong.stdout == ""
