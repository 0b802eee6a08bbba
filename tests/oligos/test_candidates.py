"""Designing over a target: sites are real, the order is the ranker's, off-targets count."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tolerogen.errors import SpecError
from tolerogen.oligos import OligoCandidate, Record, build_index, design, find_sites

RND = random.Random(11)
TARGET = Record("t1", "t1|X", "".join(RND.choice("ACGT") for _ in range(90)))


def sites_hold(found: tuple[OligoCandidate, ...]) -> bool:
    return all(TARGET.sequence[c.start : c.start + len(c.oligo)] == c.oligo.target for c in found)


def test_candidates_lie_on_the_target_best_first() -> None:
    found = design([TARGET], chemistries=["moe 5-10-5", "lna 3-10-3"], top=8)
    assert len(found) == 8
    assert sites_hold(found)
    scores = [c.rank.score for c in found]
    assert scores == sorted(scores, reverse=True)
    assert all(c.oligo.recruits_rnase_h and c.offtargets is None for c in found)


def test_a_perfect_site_in_another_gene_sends_a_candidate_to_the_end(tmp_path: Path) -> None:
    best = design([TARGET], chemistries=["lna 3-10-3"], top=1)[0]
    fasta = tmp_path / "all.fa"
    fasta.write_text(f">t1|X\n{TARGET.sequence}\n>other|Y\nAC{best.oligo.target}GT\n")
    index = build_index(fasta)
    found = design([TARGET], chemistries=["lna 3-10-3"], index=index, top=5)
    assert sites_hold(found)
    assert best.oligo not in [c.oligo for c in found if c.offtargets and not c.offtargets[0]]
    everything = design([TARGET], chemistries=["lna 3-10-3"], index=index, top=90)
    hit = next(c for c in everything if c.oligo == best.oligo)
    assert hit.offtargets == (1, 0, 0, 0)
    assert everything.index(hit) > len(everything) // 2
    for c in found:
        genes = find_sites(index, [c.oligo.sequence]).genes()
        others = genes[genes["gene"] != "X"]["distance"].tolist()
        assert c.offtargets == tuple(others.count(d) for d in range(4))


def test_refuses() -> None:
    with pytest.raises(SpecError, match="one gene"):
        design([TARGET, Record("t2", "t2|Z", "ACGT" * 10)])
    with pytest.raises(SpecError, match="not a gapmer"):
        design([TARGET], chemistries=["moe"])
    with pytest.raises(SpecError, match="no site"):
        design([Record("t", "t", "ACGTNACGT")])
    with pytest.raises(SpecError, match="--top"):
        design([TARGET], top=0)
