"""Tree scan: TreeMineR's ratios, and p-values that keep their promise."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tolerogen.errors import SpecError
from tolerogen.safety.methods import make_tree, read_tree, scan_counts, scan_exposed

TREE = make_tree([f"all/{branch}/{branch}{leaf}" for branch in "abcd" for leaf in range(5)])
LEAVES = [name for name in TREE.nodes if len(name) == 2]


def test_ratios_are_those_of_treeminer(shared):
    rows = pd.read_csv(shared("treescan/treeminer_diagnoses.csv"))
    golden = pd.read_csv(
        shared("treescan/treeminer_golden_bernoulli_p1over11.csv"), dtype={"cut": str}
    ).set_index("cut")
    # TreeMineR sorts by term and then keeps the events of an exposure together
    rows = rows.sort_values("leaf", kind="stable")
    rows = rows.iloc[
        rows.groupby(["id", "exposed"], sort=False).ngroup().argsort(kind="stable").to_numpy()
    ]
    tree = read_tree(shared("treescan/treeminer_icd10se_paths.csv.gz"))
    found = scan_exposed(
        tree,
        rows["leaf"].to_numpy(),
        rows["exposed"].to_numpy(),
        1 / 11,
        persons=rows["id"].to_numpy(),
        replicates=99,
    )
    ours = found.frame().set_index("node").loc[golden.index]
    assert (ours["n"] == golden["n1"]).all()
    np.testing.assert_allclose(ours["llr"], golden["llr"], atol=1e-9)
    assert found.unknown == 0
    assert ours.loc["12", "p"] == 0.01  # the strongest cut of theirs, 0.001 of 999


def test_p_is_uniform_or_larger_when_nothing_is_wrong():
    rng = np.random.default_rng(4)
    smallest = [
        scan_exposed(
            TREE,
            rng.choice(LEAVES, 120),
            rng.random(120) < 0.3,
            0.3,
            persons=rng.integers(0, 60, 120) * 0 + np.arange(120) // 2,
            replicates=99,
            seed=seed,
        ).p.min()
        for seed in range(150)
    ]
    assert stats.binomtest(int((np.array(smallest) <= 0.05).sum()), 150, 0.05).pvalue > 0.001


def test_a_planted_branch_is_found_whole():
    expected = np.full(len(LEAVES), 4.0)
    rng = np.random.default_rng(1)
    n = rng.poisson(expected * np.where([name[0] == "b" for name in LEAVES], 2.5, 1.0))
    for conditional in (True, False):
        best = scan_counts(TREE, LEAVES, n, expected, conditional=conditional).frame().iloc[0]
        assert best["node"] == "b"
        assert best["p"] <= 0.01


def test_ratio_of_a_branch_by_hand():
    n = np.zeros(len(LEAVES))
    n[:5] = 4  # 20 of 20 in branch a, where a quarter was expected
    found = scan_counts(TREE, LEAVES, n, np.ones(len(LEAVES))).frame().set_index("node")
    assert found.loc["a", "llr"] == pytest.approx(20 * np.log(4))
    assert found.loc["all", "llr"] == 0


def test_wrong_input_is_refused(tmp_path, run, refused):
    with pytest.raises(SpecError, match="0 or 1"):
        scan_exposed(TREE, ["a0"], [2], 0.5)
    with pytest.raises(SpecError, match="differ in length"):
        scan_exposed(TREE, ["a0"], [1, 0], 0.5)
    with pytest.raises(SpecError, match="above zero"):
        scan_counts(TREE, ["a0"], [1], [0])
    tree, events = tmp_path / "tree.txt", tmp_path / "events.csv"
    tree.write_text("\n".join(f"all/{name[0]}/{name}" for name in LEAVES))
    events.write_text("id,term,exposed\n" + "".join(f"{k},a{k % 5},1\n" for k in range(40)))
    verb = ("safety", "tree-scan", events, "--tree", tree)
    assert "--probability" in refused(*verb)
    document = json.loads(run(*verb, "--probability", 0.5, "--json").stdout)
    # the whole of it lies in branch a, so the root has the same ratio
    assert {row["node"] for row in document["rows"][:2]} == {"all", "a"}
    assert document["rows"][0]["llr"] == pytest.approx(40 * np.log(2))
    events.write_text("what,exposed\n")
    assert "line 1" in refused(*verb)
