"""Humanness against species labels, humanisation against what people did by experiment."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tolerogen.antibodies import SequenceRecord, number, number_many
from tolerogen.antibodies.humanness import DIALS, humanise, humanise_domain, humanness
from tolerogen.antibodies.humanness.repertoire import AMINO_ACIDS, _tables
from tolerogen.antibodies.numbering import germline_residues
from tolerogen.antibodies.numbering.germline import germlines
from tolerogen.errors import SpecError

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "antibody" / "humanisation"
# Murine mAb DI17E6 and abituzumab, made from it (BioPhi 2021, MIT).
MOUSE_VH = (
    "QVQLQQSGAELAKPGASVKLSCKASGYTFTSFWMHWVKQRPGQGLEWIGYINPRSGYTEYNEIFRDKATLTADKSSSTAYMQLSSLTSEDSAVYYC"
    "ARFLGRGAMDYWGQGTSVTVSS"
)
MOUSE_VL = (
    "DIQMTQTTSSLSASLGDRVTISCRASQDISNYLAWYQQKPDGTIKLLIYYTSKIHSGVPSRFSGSGSGTDYSLTISNLEQEDIATYFCQQGNTFPY"
    "TFGGGTKLEIK"
)
ABITUZUMAB_VL = (
    "DIQMTQSPSSLSASVGDRVTITCRASQDISNYLAWYQQKPGKAPKLLIYYTSKIHSGVPSRFSGSGSGTDYTFTISSLQPEDIATYYCQQGNTFPY"
    "TFGQGTKVEIK"
)
PAIR = [SequenceRecord("di17e6 VH", MOUSE_VH), SequenceRecord("di17e6 VL", MOUSE_VL)]


def test_frequencies_of_a_place_sum_to_one():
    for table in _tables().values():
        full = [sum(shares.values()) for shares in table.values() if sum(shares.values()) > 0]
        assert all(0.99 < total < 1.01 for total in full)


def test_the_humanised_antibody_is_more_human_than_its_parent():
    (mouse,), (made,) = number(MOUSE_VL), number(ABITUZUMAB_VL)
    assert humanness(made).score > humanness(mouse).score + 0.1
    assert humanness(mouse).rare


def test_a_germline_domain_with_a_usual_end_scores_near_one():
    genes = [g for g in germlines("V", "H").genes if g.startswith(("IGHV3-23*01", "IGHV1-69*01"))]
    for gene in genes:
        sequence = "".join(germline_residues(gene).values()) + "DLYFDYWGQGTLVTVSS"
        assert humanness(number(sequence)[0]).score > 0.97


def test_humanising_keeps_cdrs_and_gives_a_reason():
    (one,) = humanise(PAIR)
    assert one.id == "di17e6"
    assert one.after > one.before + 0.1
    for scheme in ("imgt", "kabat"):
        for before, after in ((MOUSE_VH, one.vh), (MOUSE_VL, one.vl)):
            assert number(before, scheme)[0].cdrs == number(after, scheme)[0].cdrs
    assert all("%" in mutation.reason for mutation in one.mutations)
    changed = sum(a != b for a, b in zip(MOUSE_VH + MOUSE_VL, one.vh + one.vl, strict=True))
    assert changed == len(one.mutations)


def test_the_dial_trades_mutations_for_humanness():
    (domain,) = number(MOUSE_VH, "kabat")
    counts = [len(humanise_domain(domain, dial)[1]) for dial in DIALS]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]
    (one,) = humanise(PAIR, "conservative")
    assert one.dial == "conservative"
    assert [other.after for other in one.others] == sorted(
        (other.after for other in one.others), reverse=True
    )


def test_a_humanised_domain_is_left_alone_the_second_time():
    (one,) = humanise(PAIR)
    again = [SequenceRecord("x VH", one.vh), SequenceRecord("x VL", one.vl)]
    assert len(humanise(again)[0].mutations) <= 2


def test_most_experimental_light_chain_mutations_are_found():
    (one,) = humanise(PAIR)
    same = sum(a == b for a, b in zip(one.vl, ABITUZUMAB_VL, strict=True))
    assert same / len(ABITUZUMAB_VL) > 0.95


def test_two_heavy_domains_of_one_name_are_refused():
    with pytest.raises(SpecError, match="two heavy"):
        humanise([SequenceRecord("a VH", MOUSE_VH), SequenceRecord("a HC", MOUSE_VH)])
    with pytest.raises(SpecError, match="dial"):
        humanise(PAIR, "more")


@pytest.mark.parametrize("residue", AMINO_ACIDS)
def test_no_substitution_in_the_last_framework_makes_a_germline_domain_more_human(residue):
    sequence = "".join(germline_residues("IGHV3-23*01").values()) + "DLYFDYWGQGTLVTVSS"
    changed = sequence[:-9] + residue + sequence[-8:]
    found = list(number_many([SequenceRecord("a", changed)]))
    for domain in found[0].domains:
        assert humanness(domain).score <= humanness(number(sequence)[0]).score


@pytest.mark.skipif(not SHARED.is_dir(), reason="experimental pairs (BioPhi 2021) not here")
def test_agreement_with_152_experimental_pairs():
    bench = runpy.run_path(str(ROOT / "benchmarks" / "antibody_humanness.py"))
    told = bench["agreement"](SHARED, "human")
    f1 = float(told.split()[3])
    identity = float(told.split("identity ")[1].split(",")[0])
    assert f1 >= 0.66
    assert identity >= 0.900
