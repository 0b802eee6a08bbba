"""Formats against published sequences, EU numbers and masses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tolerogen.antibodies import number
from tolerogen.antibodies.assembly import bispecific, fab, fc_fusion, igg
from tolerogen.antibodies.formats import constant_regions, eu_numbers, heavy_chain
from tolerogen.cli import cli
from tolerogen.errors import SpecError

EXAMPLE = str(Path(__file__).resolve().parents[2] / "examples" / "il7r-antibodies.fasta")
VH = (
    "EVQLVESGGGLVQPGGSLRLSCAASGFTFSSYAMSWVRQAPGKGLEWVSAISGSGGSTYYADSVKGRFTISRDNSKNT"
    "LYLQMNSLRAEDTAVYYCAKDLYFDYWGQGTLVTVSS"
)
VL = (
    "DIQMTQSPSSLSASVGDRVTITCRASQSISSYLNWYQQKPGKAPKLLIYAASSLQSGVPSRFSGSGSGTDFTLTISSLQPEDFATYYCQQSYSTPY"
    "TFGQGTKLEIK"
)
OTHER_VL = VL.replace("QQSYSTPYT", "QQYNSYPLT")
(H,), (L,), (M,) = number(VH), number(VL), number(OTHER_VL)
# Residues that papers name by EU number.
KNOWN = {
    "IgG1": {220: "C", 226: "C", 229: "C", 234: "L", 239: "S", 252: "M", 297: "N", 329: "P",
             356: "D", 366: "T", 407: "Y", 428: "M", 434: "N", 447: "K"},
    "IgG2": {219: "C", 220: "C", 226: "C", 233: "P", 234: "V", 235: "A", 237: "G", 297: "N",
             434: "N", 447: "K"},
    "IgG4": {219: "Y", 226: "C", 228: "S", 234: "F", 235: "L", 297: "N", 309: "L", 409: "R",
             447: "K"},
}  # fmt: skip


@pytest.mark.parametrize("isotype", KNOWN)
def test_eu_numbers_name_the_residues_that_papers_name(isotype):
    numbers = eu_numbers(isotype)
    region = constant_regions()[{"IgG1": "IGHG1", "IgG2": "IGHG2", "IgG4": "IGHG4"}[isotype]]
    assert len(numbers) == len(region)
    placed = dict(zip(numbers, region, strict=True))
    assert {place: placed[place] for place in KNOWN[isotype]} == KNOWN[isotype]


def test_a_fab_weighs_what_fabs_weigh_and_ends_before_the_hinge():
    made = fab(H, L)
    assert 45 < made.mass_kda < 50
    assert made.chains[0].sequence.endswith("VEPKSC")
    assert made.valency == (1,)
    with pytest.raises(SpecError, match="Fab"):
        fab(H, L, "IgG2")


def test_an_igg_is_twice_a_heavy_and_a_light_chain():
    made = igg(H, L, "IgG1", ["LALA-PG"])
    assert [chain.copies for chain in made.chains] == [2, 2]
    assert 144 < made.mass_kda < 150
    plain, bare = igg(H, L, "IgG1"), igg(H, L, "IgG1", ["N297A"])
    assert plain.mass_kda - bare.mass_kda == pytest.approx(3.0, abs=0.1)


def test_an_fc_fusion_has_a_hinge_without_the_cysteine_of_the_light_chain():
    made = fc_fusion("ACDEF", linker="GGGGS")
    assert made.chains[0].sequence.startswith("ACDEFGGGGSEPKSSDKTHTCPPCPAPELLGG")
    assert made.chains[0].sequence.endswith("SLSPGK")
    assert 55 < made.mass_kda < 58  # 232 residues of IgG1 and ten more, twice, with glycans
    assert fc_fusion("A", "IgG4", ["S228P"]).chains[0].sequence.startswith("AESKYGPPCPPCPAPEFLGG")


def test_knob_and_hole_differ_where_they_should():
    made = bispecific((H, L), (H, L))
    knob, hole, light = (chain.sequence for chain in made.chains)
    differ = [i for i, (a, b) in enumerate(zip(knob, hole, strict=True)) if a != b]
    assert [eu_numbers("IgG1")[i - len(VH)] for i in differ] == [366, 368, 407]
    assert (knob[differ[0]], hole[differ[0]]) == ("W", "S")
    assert made.chains[2].copies == 2
    assert light.endswith("NRGEC")


def test_the_second_arm_is_crossed_when_light_chains_differ():
    made = bispecific((H, L), (H, M), changes=["LALA-PG"])
    names = {chain.name: chain.sequence for chain in made.chains}
    assert VH + "ASVAAPSVFIFPP" in names["hole, crossed"]
    assert "FNRGECDKTHTCPPCPAPEAAGG" in names["hole, crossed"]
    assert names["light 2, crossed"].startswith(OTHER_VL + "SSASTKGPSVFPLAPSS")
    assert names["light 2, crossed"].endswith("EPKSC")
    assert made.mass_kda == pytest.approx(igg(H, L, "IgG1", ["LALA-PG"]).mass_kda, abs=1.5)
    residues = sum(len(chain.sequence) * chain.copies for chain in made.chains)
    whole = 2 * len(heavy_chain(VH, "IgG1")) + 2 * (len(VL) + 107)
    assert residues == whole + 2  # two elbows of two residues for one of two that went


def test_what_excludes_each_other_is_refused():
    with pytest.raises(SpecError, match="exclude"):
        heavy_chain(VH, "IgG1", ["afucosylated", "N297A"])
    assert heavy_chain(VH, "IgG1", ["afucosylated"]) == heavy_chain(VH, "IgG1")
    assert 236 not in eu_numbers("IgG2")


def test_the_command_makes_chains():
    words = ["antibody", "format", EXAMPLE, "--isotype", "IgG4", "--change", "S228P", "--json"]
    made = json.loads(CliRunner().invoke(cli, words).stdout)
    assert len(made) == 3
    assert all("CPPCPAPEFLGG" in one["chains"][0]["sequence"] for one in made)
    wrong = CliRunner().invoke(cli, ["antibody", "format", EXAMPLE, "--as", "bispecific"])
    assert wrong.exit_code == 2
