"""Fronts and ranks by their definitions, with errors, gaps and hostile tables."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.antibodies.selection import Goal, pareto_fronts, rank_panel, read_panel
from tolerogen.cli import cli
from tolerogen.errors import SpecError

PANEL = str(Path(__file__).resolve().parents[2] / "examples" / "panel.csv")
rows = st.lists(st.tuples(*[st.integers(0, 5)] * 3), min_size=1, max_size=12)


@given(rows)
@settings(max_examples=50, deadline=None)
def test_a_front_holds_who_is_beaten_only_from_fronts_before(values):
    table = np.array(values, dtype=float)
    fronts = pareto_fronts(table)
    for i, own in enumerate(table):
        beaten_by = [fronts[j] for j, o in enumerate(table) if (o >= own).all() and (o > own).any()]
        assert fronts[i] == (max(beaten_by) + 1 if beaten_by else 1)


def test_who_is_best_in_everything_is_first_for_any_weights():
    for weight in (0.1, 1.0, 10.0):
        goals = (Goal("kd_nM", "min", weight, log=True), Goal("flags", "min"))
        best = rank_panel(read_panel(PANEL, goals), draws=50)[0]
        assert (best.front, best.rank) == (1, 1)


def test_errors_widen_ranks_and_none_leaves_them_sharp(tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("id,a,a_sd\nx,1,0\ny,1.1,0\nz,5,0\n", encoding="utf-8")
    sharp = rank_panel(read_panel(file, [Goal("a", "max")]), draws=100)
    assert [one.id for one in sharp] == ["z", "y", "x"]
    assert all(one.rank_low == one.rank_high == one.rank for one in sharp)
    file.write_text("id,a,a_sd\nx,1,1\ny,1.1,1\nz,50,1\n", encoding="utf-8")
    blurred = rank_panel(read_panel(file, [Goal("a", "max")]), draws=200)
    assert (blurred[0].rank_low, blurred[0].rank_high) == (1, 1)
    assert (blurred[1].rank_low, blurred[1].rank_high) == (2, 3)


def test_a_gap_is_drawn_and_told():
    ranked = rank_panel(read_panel(PANEL, [Goal("cyno_ratio", "min")]), draws=200)
    (gap,) = (one for one in ranked if one.missing)
    assert (gap.id, gap.missing) == ("clone-4", ("cyno_ratio",))
    assert gap.rank_high - gap.rank_low >= 3
    assert ranked == rank_panel(read_panel(PANEL, [Goal("cyno_ratio", "min")]), draws=200)


def test_intervals_of_affinity_become_errors_of_the_logarithm():
    panel = read_panel(PANEL, [Goal("kd_nM", "min", log=True), Goal("ic50_nM", "min", log=True)])
    assert panel.errors[0, 0] == pytest.approx(np.log(0.9 / 0.7) / 3.92, rel=1e-4)
    assert panel.errors[0, 1] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("text", "goal", "told"),
    [
        ("id,a\nx,1\ny,2\n", Goal("b", "min"), "no column"),
        ("id,a\nx,1\n", Goal("a", "min"), "two antibodies"),
        ("id,a\nx,1\nx,2\n", Goal("a", "min"), "more than once"),
        ("id,a\nx,one\ny,2\n", Goal("a", "min"), "not a number"),
        ("id,a\nx,0\ny,2\n", Goal("a", "min", log=True), "above zero"),
        ("id,a\nx,1\ny,2\n", Goal("a", "min", weight=-1), "weight"),
    ],
)
def test_a_bad_panel_is_refused_in_words(tmp_path, text, goal, told):
    file = tmp_path / "p.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=told):
        read_panel(file, [goal])


def test_the_command_states_weights_and_ranks():
    words = ["antibody", "select", PANEL, "--min", "kd_nM=2", "--log", "kd_nM", "--json"]
    told = json.loads(CliRunner().invoke(cli, words).stdout)
    assert told["goals"] == [{"column": "kd_nM", "direction": "min", "weight": 2.0, "log": True}]
    assert told["ranking"][0]["id"] == "clone-2"
