"""Surrogate, proposals and libraries against closed forms, definitions and a real library."""

from __future__ import annotations

import json
import math
import runpy
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.antibodies import number
from tolerogen.antibodies.records import AMINO_ACIDS
from tolerogen.antibodies.selection import (
    Threshold,
    best_codon,
    design_library,
    fit_surrogate,
    propose_batch,
    propose_hits,
    read_candidates,
    read_threshold,
    read_variants,
    scan_library,
    single_variants,
)
from tolerogen.antibodies.selection.library import encoded_by
from tolerogen.antibodies.selection.surrogate import differences, laid_out
from tolerogen.cli import cli
from tolerogen.errors import SpecError

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "antibody" / "affinity_maturation" / "emi_binding.csv"
EXAMPLE = str(ROOT / "examples" / "il7r-antibodies.fasta")
VH = (
    "EVQLVESGGGLVQPGGSLRLSCAASGFTFSSYAMSWVRQAPGKGLEWVSAISGSGGSTYYADSVKGRFTISRDNSKNT"
    "LYLQMNSLRAEDTAVYYCAKDLYFDYWGQGTLVTVSS"
)
(DOMAIN,) = number(VH)


def toy(count=60, seed=0):
    # Four places, two letters each; the value has an interaction that single mutations hide.
    rng = np.random.default_rng(seed)
    every = ["".join(letters) for letters in product("AS", repeat=6)]
    chosen = [every[i] for i in rng.permutation(len(every))[:count]]

    def value(s):
        return (s[0] == "S") + (s[1] == "S") + 3 * (s[2] == s[3]) + 0.5 * (s[4] == "S")

    return every, chosen, value


@given(st.lists(st.text("ACD", min_size=5, max_size=5), min_size=2, max_size=6))
@settings(max_examples=30, deadline=None)
def test_differences_are_counted_place_by_place(sequences):
    letters, _ = laid_out(sequences)
    found = differences(letters, letters[:2])
    for i, own in enumerate(sequences):
        for j, other in enumerate(sequences[:2]):
            assert found[i, j] == sum(a != b for a, b in zip(own, other, strict=True))


def test_an_interaction_is_learnt_that_no_single_mutation_shows():
    every, chosen, value = toy(48)
    made = fit_surrogate(chosen, [value(s) for s in chosen])
    rest = [s for s in every if s not in set(chosen)]
    truth = np.array([value(s) for s in rest])
    assert np.corrcoef(made.mean(rest), truth)[0, 1] > 0.9


def test_a_measured_variant_is_predicted_near_its_value_with_little_doubt():
    every, chosen, value = toy(40)
    made = fit_surrogate(chosen, [value(s) for s in chosen])
    mean, spread = made.predict([chosen[0], *(s for s in every if s not in set(chosen))])
    assert mean[0] == pytest.approx(value(chosen[0]), abs=3 * made.noise + 0.2)
    assert spread[0, 0] < np.diag(spread)[1:].min()


def test_a_batch_is_of_different_variants_and_finds_the_best():
    every, chosen, value = toy(24, seed=3)
    chosen = sorted(chosen, key=value)[:20]  # the best ones were never measured
    made = fit_surrogate(chosen, [value(s) for s in chosen])
    rest = [s for s in every if s not in set(chosen)]
    batch = propose_batch(made, rest, 8, max(value(s) for s in chosen))
    names = [one.sequence for one in batch]
    assert len(set(names)) == 8
    chance = np.mean([value(s) for s in rest])
    assert np.mean([value(s) for s in names]) > chance + 0.5
    with pytest.raises(SpecError, match="cannot fill"):
        propose_batch(made, rest[:3], 8, 0.0)


def test_hits_are_those_that_meet_every_goal_most_likely():
    every, chosen, value = toy(40, seed=2)
    first = fit_surrogate(chosen, [value(s) for s in chosen])
    second = fit_surrogate(chosen, [float(s[5] == "S") for s in chosen])
    goals = [(Threshold("value", ">=", 3.0), first), (Threshold("last", "<=", 0.5), second)]
    rest = [s for s in every if s not in set(chosen)]
    found = propose_hits(goals, rest, len(rest))
    assert [one.chance for one in found] == sorted((one.chance for one in found), reverse=True)
    for one in found:
        assert one.chance == pytest.approx(math.prod(chance for _, chance in one.chances))
    # against the definition: P(Z >= limit) under the posterior of `predict`
    mean, spread = first.predict([found[0].sequence])
    z = (3.0 - mean[0]) / math.sqrt(spread[0, 0])
    assert dict(found[0].chances)["value"] == pytest.approx(0.5 * math.erfc(z / math.sqrt(2)))
    truth = [value(one.sequence) >= 3.0 and one.sequence[5] == "A" for one in found]
    count = sum(truth)
    assert sum(truth[:count]) > 0.7 * count
    for bad in ((goals, rest, len(rest) + 1), ([], rest, 1)):
        with pytest.raises(SpecError):
            propose_hits(*bad)
    with pytest.raises(SpecError, match="write a column"):
        read_threshold("kd<2")


def test_variants_of_different_lengths_are_laid_out_by_imgt():
    longer = VH.replace("AKDLYFDY", "AKDLGYFDY")
    letters, columns = laid_out([VH, longer])
    assert columns is not None
    assert differences(letters, letters)[0, 1] >= 1
    with pytest.raises(SpecError, match="variable domains"):
        laid_out([VH, "ACDEF"])


@given(st.sets(st.sampled_from(AMINO_ACIDS), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_the_codon_encodes_what_is_wanted(residues):
    shares = encoded_by(best_codon("".join(residues)))
    assert residues <= set(shares)
    assert sum(shares.values()) == pytest.approx(1.0)


def test_nnk_has_the_shares_everybody_knows():
    shares = encoded_by("NNK")
    assert len(shares) == 21
    assert shares["*"] == pytest.approx(1 / 32)
    assert shares["R"] == pytest.approx(3 / 32)


def test_library_sizes_multiply_and_clones_follow_from_the_rarest():
    place = {aa: p for p, aa in DOMAIN.by_imgt.items() if p in ("57", "107")}
    plan = design_library(DOMAIN, {"57": "ADS", "107": "FY"})
    assert plan.size == math.prod(len(site.wanted) for site in plan.sites)
    assert all(site.before in site.wanted for site in plan.sites)
    rarest = math.prod(min(site.shares[a] for a in site.wanted) for site in plan.sites)
    assert (1 - rarest) ** plan.clones == pytest.approx(0.05)
    assert 0 < plan.useful <= 1
    assert place
    for wrong in ({"999": "A"}, {"57": "AB"}):
        with pytest.raises(SpecError):
            design_library(DOMAIN, wrong)


def test_a_scan_stays_in_the_loops_and_with_what_people_have():
    wanted = scan_library(DOMAIN, ("1", "2"), least=0.1)
    assert all(27 <= int(p.rstrip("ABCDEF")) <= 65 for p in wanted)
    assert all(wanted[p][0] == DOMAIN.by_imgt[p] for p in wanted)
    fewer = scan_library(DOMAIN, ("1", "2"), least=0.3)
    assert sum(map(len, fewer.values())) < sum(map(len, wanted.values()))
    made = single_variants(DOMAIN, wanted)
    assert len(made) == sum(len(letters) - 1 for letters in wanted.values())
    for name, sequence in made:
        changed = [i for i, (a, b) in enumerate(zip(VH, sequence, strict=True)) if a != b]
        assert len(changed) == 1
        assert (name[0], name[-1]) == (VH[changed[0]], sequence[changed[0]])


def test_commands_plan_a_library_and_a_batch(tmp_path):
    words = ["antibody", "library", EXAMPLE, "--loops", "1", "--least", "0.2", "--json"]
    plans = json.loads(CliRunner().invoke(cli, words).stdout)
    assert len(plans) == 6
    assert all(plan["single_variants"] >= 1 for plan in plans)
    made = single_variants(DOMAIN, scan_library(DOMAIN, ("2",)))
    table = tmp_path / "measured.csv"
    rows = [f"{sequence},{i % 7 + 1}" for i, (_, sequence) in enumerate(made[:16])]
    table.write_text("\n".join(["sequence,kd_nM", *rows]) + "\n", encoding="utf-8")
    pool = tmp_path / "pool.fasta"
    pool.write_text("".join(f">{n}\n{s}\n" for n, s in made), encoding="utf-8")
    words = ["antibody", "propose", str(table), str(pool), "--value", "kd_nM", "--min", "--log"]
    batch = json.loads(CliRunner().invoke(cli, [*words, "--size", "3", "--json"]).stdout)
    assert len(batch) == 3
    assert not {one["sequence"] for one in batch} & set(read_variants(table, "kd_nM").sequences)
    assert len(read_candidates(pool)) == len(made)
    with pytest.raises(SpecError, match="no column"):
        read_variants(table, "score")
    words = ["antibody", "propose", str(table), str(pool), "--goal", "kd_nM<=2", "--size", "3"]
    batch = json.loads(CliRunner().invoke(cli, [*words, "--json"]).stdout)
    assert [one["chances"]["kd_nM"] for one in batch] == [one["chance"] for one in batch]
    assert CliRunner().invoke(cli, words[:4]).exit_code == 2


@pytest.mark.skipif(not SHARED.is_file(), reason="emibetuzumab library (Makowski 2022) not here")
def test_the_emibetuzumab_library_is_predicted_better_than_by_one_hot_regression():
    bench = runpy.run_path(str(ROOT / "benchmarks" / "antibody_maturation.py"))
    sequences, labels = bench["read"](SHARED)
    few = np.random.default_rng(1).permutation(len(sequences))[:1500]
    some = [sequences[i] for i in few]
    ours, peer = bench["prediction"](some, labels[few, 1], folds=2)
    assert ours > peer
    assert ours > 0.96


@pytest.mark.skipif(not SHARED.is_file(), reason="emibetuzumab library (Makowski 2022) not here")
def test_batches_find_more_hits_than_one_regression_and_luck():
    bench = runpy.run_path(str(ROOT / "benchmarks" / "antibody_maturation.py"))
    found, base = bench["learning"](*bench["read"](SHARED), seeds=4, size=1000)
    last = {name: hits[:, -1].mean() for name, hits in found.items()}
    ours, _, one, luck = last.values()
    assert ours > one
    assert ours > 3 * luck
    # by luck the base rate is found: 144 draws a run, four standard deviations of the mean of four
    assert luck == pytest.approx(144 * base, abs=4 * np.sqrt(144 * base / 4))
