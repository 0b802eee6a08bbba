"""Foreign epitopes: known binders, human germlines, and rates in the clinic."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.antibodies import SequenceRecord, number, read_sequences
from tolerogen.antibodies.humanness import humanise
from tolerogen.antibodies.immunogenicity import foreign_epitopes, immunogenicity
from tolerogen.antibodies.immunogenicity.matrices import binders, matrices, windows
from tolerogen.antibodies.immunogenicity.ninemers import carried_by_people
from tolerogen.antibodies.numbering import germline_residues
from tolerogen.antibodies.records import AMINO_ACIDS
from tolerogen.cli import cli

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "antibody" / "humanisation"
# Murine mAb DI17E6 (BioPhi 2021, MIT).
MOUSE_VH = (
    "QVQLQQSGAELAKPGASVKLSCKASGYTFTSFWMHWVKQRPGQGLEWIGYINPRSGYTEYNEIFRDKATLTADKSSSTAYMQLSSLTSEDSAVYYC"
    "ARFLGRGAMDYWGQGTSVTVSS"
)
MOUSE_VL = (
    "DIQMTQTTSSLSASLGDRVTISCRASQDISNYLAWYQQKPDGTIKLLIYYTSKIHSGVPSRFSGSGSGTDYSLTISNLEQEDIATYFCQQGNTFPY"
    "TFGGGTKLEIK"
)
MOUSE = [SequenceRecord("m VH", MOUSE_VH), SequenceRecord("m VL", MOUSE_VL)]


@pytest.mark.parametrize(
    ("peptide", "core", "allele"),
    [
        # Cores seen in crystals: 1DLH, 1BX2, 2SEB, 1A6A (DRB1*03:01 with CLIP).
        ("PKYVKQNTLKLAT", "YVKQNTLKL", "DRB1*01:01"),
        ("ENPVVHFFKNIVTPR", "VHFFKNIVT", "DRB1*15:01"),
        ("AYMRADAAAGGA", "MRADAAAGG", "DRB1*04:01"),
        ("PVSKMRMATPLLMQA", "MRMATPLLM", "DRB1*03:01"),
    ],
)
def test_the_core_in_the_crystal_is_among_the_best_two(peptide, core, allele):
    table = matrices()
    row = table.alleles.index(allele)
    scores = {
        peptide[i : i + 9]: sum(
            table.scores[row, place, AMINO_ACIDS.index(a)]
            for place, a in enumerate(peptide[i : i + 9])
        )
        for i in range(len(peptide) - 8)
    }
    assert core in sorted(scores, key=scores.__getitem__)[-2:]


@given(st.text(AMINO_ACIDS, min_size=9, max_size=40))
def test_unknown_residues_bind_nothing_and_others_are_unmoved(sequence):
    plain = binders(windows(sequence))
    assert plain.shape == (8, len(sequence) - 8)
    hidden = binders(windows("X" + sequence[1:]))
    assert not hidden[:, 0].any()
    assert (hidden[:, 9:] == plain[:, 9:]).all()


def test_short_sequences_have_no_windows():
    assert windows("ACD").shape == (0, 9)


def test_nine_mers_of_common_human_genes_are_carried_and_reversed_ones_are_not():
    human = foreign = total = 0
    for gene in ("IGHV3-23*01", "IGHV1-69*01", "IGKV1-39*01", "IGLV2-14*01"):
        sequence = "".join(germline_residues(gene).values())
        for text in (sequence, sequence[::-1]):
            peptides = windows(text)
            peptides = peptides[binders(peptides).any(axis=0)]
            carried = carried_by_people(peptides).sum()
            if text == sequence:
                human, total = human + carried, total + len(peptides)
            else:
                foreign += carried
    assert human >= 0.9 * total
    assert foreign == 0


def test_a_germline_domain_has_no_foreign_epitope():
    (domain,) = number("".join(germline_residues("IGHV3-23*01").values()) + "DLYFDYWGQGTLVTVSS")
    assert foreign_epitopes(domain) == []


def test_humanising_takes_foreign_epitopes_away():
    (mouse,) = immunogenicity(MOUSE)
    (made,) = humanise(MOUSE)
    (after,) = immunogenicity([SequenceRecord("m VH", made.vh), SequenceRecord("m VL", made.vl)])
    assert mouse.band == "high"
    assert after.content < 0.7 * mouse.content
    assert mouse.content == sum(len(one.alleles) for one in mouse.epitopes)
    for one in mouse.epitopes:
        assert one.core in (MOUSE_VH if one.chain == "H" else MOUSE_VL)


def test_a_single_domain_gets_no_band():
    (one,) = immunogenicity(MOUSE[:1])
    assert one.band is None
    assert one.content > 0


def test_the_command_gives_a_band_and_never_a_percentage():
    file = str(ROOT / "examples" / "il7r-antibodies.fasta")
    result = CliRunner().invoke(cli, ["antibody", "immunogenicity", file, "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert {one["band"] for one in found} <= {"low", "middle", "high"}
    assert "%" not in result.stdout
    told = CliRunner().invoke(cli, ["antibody", "immunogenicity", file])
    assert "%" not in told.stdout


@pytest.mark.skipif(not SHARED.is_dir(), reason="clinical rates (BioPhi 2021) not here")
def test_correlation_with_clinical_rates_is_above_binding_alone_and_published_scores():
    bench = runpy.run_path(str(ROOT / "benchmarks" / "antibody_immunogenicity.py"))
    told = bench["figures"](SHARED)
    assert told["r"] >= 0.50
    assert told["rho"] >= 0.35  # best published score on the same antibodies: 0.345


@pytest.mark.skipif(not SHARED.is_dir(), reason="experimental pairs (BioPhi 2021) not here")
def test_experimental_humanisation_lowers_the_content_nearly_always():
    before, after = (
        {one.id: one.content for one in immunogenicity(read_sequences(SHARED / name))}
        for name in ("rediscovery152_parental.fa", "rediscovery152_humanized.fa")
    )
    lower = [after[name] < before[name] for name in before if name in after]
    assert sum(lower) / len(lower) > 0.95
