"""Assays against their cut-offs, surfaces against geometry, bands against where they come from."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tolerogen.antibodies import number
from tolerogen.antibodies.annotation import liabilities
from tolerogen.antibodies.developability import (
    assays,
    band,
    exposed_liabilities,
    judge,
    patches,
    read_assays,
    read_fv,
    sequence_prior,
    surface,
)
from tolerogen.cli import cli
from tolerogen.errors import SpecError

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "antibody" / "developability"
VH = (
    "EVQLVESGGGLVQPGGSLRLSCAASGFTFSSYAMSWVRQAPGKGLEWVSAISGSGGSTYYADSVKGRFTISRDNSKNT"
    "LYLQMNSLRAEDTAVYYCAKDLYFDYWGQGTLVTVSS"
)
VL = (
    "DIQMTQSPSSLSASVGDRVTITCRASQSISSYLNWYQQKPGKAPKLLIYAASSLQSGVPSRFSGSGSGTDFTLTISSLQPEDFATYYCQQSYSTPY"
    "TFGQGTKLEIK"
)
THREE = {
    "A": "ALA", "R": "ARG", "N": "ASN", "D": "ASP", "C": "CYS", "Q": "GLN", "E": "GLU", "G": "GLY",
    "H": "HIS", "I": "ILE", "L": "LEU", "K": "LYS", "M": "MET", "F": "PHE", "P": "PRO", "S": "SER",
    "T": "THR", "W": "TRP", "Y": "TYR", "V": "VAL",
}  # fmt: skip


def lines_of(chains, step=3.8):
    # Residues on a line, an alpha and a beta carbon each: no fold, but chains and distances.
    made, serial = [], 1
    for row, (name, sequence) in enumerate(chains):
        for i, letter in enumerate(sequence, 1):
            for atom, up in (("CA", 0.0), ("CB", 1.5)):
                x, y, z = step * i, 20.0 * row + up, 0.0
                made.append(
                    f"ATOM  {serial:5d}  {atom:<3s} {THREE[letter]} {name}{i:4d}    "
                    f"{x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00           C  "
                )
                serial += 1
    return made


def test_a_lone_atom_is_reached_all_round_and_a_pair_less():
    lone = surface(np.zeros((1, 3)), np.array([1.7]))
    assert lone[0] == pytest.approx(4 * np.pi * 3.1**2)
    # Two equal spheres at distance d hide caps of height r - d / 2.
    gap = 2.0
    pair = surface(np.array([[0.0, 0, 0], [gap, 0, 0]]), np.array([1.7, 1.7]))
    hidden = 2 * np.pi * 3.1 * (3.1 - gap / 2)
    assert pair == pytest.approx(lone[0] - hidden, rel=0.03)
    far = surface(np.array([[0.0, 0, 0], [50.0, 0, 0]]), np.array([1.7, 1.7]))
    assert far == pytest.approx(lone[0])


def test_domains_are_found_in_a_structure_and_positions_go_along():
    fv = read_fv(lines_of([("H", VH), ("L", VL)]), "x")
    assert [domain.chain for domain in fv.domains] == ["H", "K"]
    for domain, residues in zip(fv.domains, fv.residues, strict=True):
        assert [r.position for r in residues] == list(domain.imgt)
        assert "".join(r.letter for r in residues) == domain.residues
    found = patches(fv)
    assert found.cdr_length == sum(len(loop) for d in fv.domains for loop in d.cdrs)


def test_charges_next_to_each_other_make_a_patch():
    plain = patches(read_fv(lines_of([("H", VH), ("L", VL)]), "x"))
    charged = VH.replace("AKDLYFDY", "AKKKKFDY")
    more = patches(read_fv(lines_of([("H", charged), ("L", VL)]), "x"))
    assert more.positive > plain.positive
    assert more.hydrophobic < plain.hydrophobic
    light = sum(map(VL.count, "KR")) - sum(map(VL.count, "DE")) + 0.1 * VL.count("H")
    assert more.asymmetry - plain.asymmetry == pytest.approx(4 * light, abs=0.5 + abs(light))


@pytest.mark.parametrize(
    ("chains", "told"),
    [([], "no ATOM"), ([("A", "ACDEFGHIK" * 9)], "found none"), ([("H", VH), ("I", VH)], "HH")],
)
def test_other_structures_are_refused_in_words(chains, told):
    with pytest.raises(SpecError, match=told):
        read_fv(lines_of(chains), "x.pdb")


def test_assays_are_told_from_their_headings_and_flagged_by_group():
    found = {one.id: one for one in read_assays(ROOT / "examples" / "assays.csv")}
    assert found["clone-1"].groups == ()
    assert found["clone-2"].groups == ("stickiness", "ELISA")
    assert found["clone-3"].flagged == ("HIC", "SMAC")
    assert found["clone-3"].groups == ("hydrophobicity",)
    assert "AC-SINS" not in found["clone-4"].values
    assert judge("x", {"SGAC-SINS": 300.0}).groups == ("hydrophobicity",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,x\na,1\n", "no column names an assay"),
        ("id,PSR,poly-specificity\na,1,1\n", "two columns"),
        ("id,PSR\na,x\n", "not a number"),
        ("id,PSR\n", "no antibody"),
    ],
)
def test_a_bad_table_is_refused_in_words(tmp_path, text, told):
    file = tmp_path / "a.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=told):
        read_assays(file)


def test_a_buried_liability_is_a_grade_lower():
    bare = {
        (one.chain, one.position, one.kind): (one.severity, seen)
        for one, seen in exposed_liabilities(read_fv(lines_of([("H", VH), ("L", VL)]), "x"))
    }
    assert all(seen > 0.075 for _, seen in bare.values())  # a line hides little
    known = {
        (one.chain, one.position, one.kind): one.severity
        for sequence in (VH, VL)
        for one in liabilities(number(sequence, "kabat")[0])
    }
    assert {key: severity for key, (severity, _) in bare.items()} == known
    # Lines of glycine on every side bury the heavy chain.
    walls = [
        f"{line[:17]}GLY W{line[22:38]}{float(line[38:46]) + dy:8.3f}{dz:8.3f}{line[54:]}"
        for dy, dz in ((3.0, 0.0), (-3.0, 0.0), (0.75, 3.0), (0.75, -3.0))
        for line in lines_of([("H", VH)])
    ]
    crowded = [*lines_of([("H", VH), ("L", VL)]), *walls]
    hidden = [
        (one, known[one.chain, one.position, one.kind])
        for one, seen in exposed_liabilities(read_fv(crowded, "x"))
        if seen < 0.075
    ]
    assert hidden
    assert all(order(one.severity) == max(order(before) - 1, 0) for one, before in hidden)


def order(severity):
    return ("low", "medium", "high").index(severity)


def test_bands_grow_outwards():
    order = ("usual", "edge", "outside")
    for metric in ("hydrophobic", "positive", "fv_charge"):
        told = [order.index(band(metric, value)) for value in np.linspace(0, 1e3, 200)]
        assert told == sorted(told)
        assert (told[0], told[-1]) == (0, 2)
    assert band("asymmetry", -1e6) == "outside"


def test_the_sequence_prior_counts():
    prior = sequence_prior("x", [*number(VH), *number(VL)])
    whole = VH + VL
    assert prior.fv_charge == sum(map(whole.count, "KR")) - sum(map(whole.count, "DE"))
    assert prior.cdr_aromatics == 3 + 6 + 0  # by hand: Y; Y Y; F Y / Y Y in H, Y; none; Y Y in L


def test_commands_answer_in_json(tmp_path):
    table = str(ROOT / "examples" / "assays.csv")
    words = ["antibody", "developability", table, "--assays", "--json"]
    assert json.loads(CliRunner().invoke(cli, words).stdout)[1]["flags"] == 2
    file = tmp_path / "fv.pdb"
    file.write_text("\n".join(lines_of([("H", VH), ("L", VL)])), encoding="utf-8")
    (told,) = json.loads(
        CliRunner().invoke(cli, ["antibody", "developability", str(file), "--json"]).stdout
    )
    assert set(told["hydrophobic"]) == {"value", "band"}
    fasta = str(ROOT / "examples" / "il7r-antibodies.fasta")
    told = json.loads(
        CliRunner().invoke(cli, ["antibody", "developability", fasta, "--json"]).stdout
    )
    assert {one["id"] for one in told} == {"lusvertikimab", "bempikibart", "crebankitug"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="assays of Jain 2017 not here")
def test_cutoffs_lie_where_the_worst_tenth_of_approved_antibodies_begins():
    with (SHARED / "jain_sd01.csv").open(encoding="utf-8") as file:
        status = {row["Name"]: row["Clinical Status"] for row in csv.DictReader(file)}
    found = read_assays(SHARED / "jain_sd03.csv")
    assert len(found) == len(status)
    approved = [one for one in found if status[one.id].startswith("Approved")]
    assert all(len(one.values) >= 9 for one in found)
    for name, assay in assays().items():
        share = np.mean([assay.flags(one.values[name]) for one in approved if name in one.values])
        assert 0.02 <= share <= 0.2, name  # of 37 of the 48
    mean = {
        kind: np.mean([len(one.groups) for one in found if status[one.id].startswith(kind)])
        for kind in ("Approved", "Phase 2")
    }
    assert mean["Approved"] < mean["Phase 2"]  # flags fall with progress, as published
