"""``tolerogen antibody``: the documents other programs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tolerogen.cli import cli

EXAMPLE = str(Path(__file__).resolve().parents[2] / "examples" / "il7r-antibodies.fasta")


def run(*arguments):
    return CliRunner().invoke(cli, ["antibody", *arguments])


def test_number_prints_the_contract():
    domains = json.loads(run("number", EXAMPLE, "--scheme", "imgt", "--json").stdout)
    assert [d["chain"] for d in domains] == ["H", "K", "H", "L", "H", "K"]
    assert list(domains[0]) == [
        "id", "chain", "start", "end", "numbering", "germline_v", "germline_j",
        "cdr1", "cdr2", "cdr3", "status",
    ]  # fmt: skip
    assert domains[0]["numbering"][0] == ["1", "E"]
    assert domains[0]["cdr3"] == "AKDEYSRGYYVLDV"


def test_number_prints_a_table_for_people():
    assert "IGHV3-9*01" in run("number", EXAMPLE).stdout


def test_a_sequence_without_domain_is_noted_beside_the_document(tmp_path):
    file = tmp_path / "a.fasta"
    file.write_text(">odd\nACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGT\n", encoding="utf-8")
    result = run("number", str(file), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == []
    assert "nucleotides" in result.stderr


@pytest.mark.parametrize("text", ["", "EVQLVES"])
def test_a_bad_file_is_refused_with_code_2(tmp_path, text):
    file = tmp_path / "a.fasta"
    file.write_text(text, encoding="utf-8")
    result = run("number", str(file), "--json")
    assert (result.exit_code, result.stdout) == (2, "")


def test_kinetics_prints_the_contract():
    file = str(Path(EXAMPLE).with_name("sensorgrams.csv"))
    (fit,) = json.loads(run("kinetics", file, "--model", "1:1", "--json").stdout)
    assert {
        "analyte", "kon", "koff", "kd", "rmax", "kon_low", "kon_high", "koff_low", "koff_high",
        "model", "converged",
    } <= set(fit)  # fmt: skip
    assert fit["koff_low"] <= 2e-3 <= fit["koff_high"]
    assert fit["kon_low"] <= 3e5 <= fit["kon_high"]


def test_humanness_and_humanise_print_their_contracts():
    scores = json.loads(run("humanness", EXAMPLE, "--json").stdout)
    assert len(scores) == 6
    assert all({"id", "chain", "score"} <= set(score) for score in scores)
    made = json.loads(run("humanise", EXAMPLE, "--json").stdout)
    assert [one["id"] for one in made] == ["bempikibart", "crebankitug", "lusvertikimab"]
    for one in made:
        assert {
            "id", "vh", "vl", "mutations", "humanness_before", "humanness_after",
        } <= set(one)  # fmt: skip
        assert one["humanness_after"] >= one["humanness_before"]


def test_annotate_lists_and_draws(tmp_path):
    svg = tmp_path / "a.svg"
    found = json.loads(run("annotate", EXAMPLE, "--svg", str(svg), "--json").stdout)
    assert len(found) == 6
    assert found[0]["properties"]["mass"] > 10_000
    assert svg.read_text(encoding="utf-8").startswith("<svg")


def test_a_candidate_is_handed_over_as_a_therapy_file(tmp_path):
    file, out = str(Path(EXAMPLE).with_name("il7r-candidate.toml")), tmp_path / "mine.toml"
    result = run("therapy", file, "--like", "s95011", "--out", str(out), "--json")
    told = json.loads(result.stdout)
    assert told["therapy"]["target"] == "IL7R"
    assert told["heavy"].endswith("SLSLGK")
    assert CliRunner().invoke(cli, ["therapy", "show", str(out)]).exit_code == 0


def test_bin_prints_its_document():
    file = str(Path(EXAMPLE).with_name("competition.csv"))
    found = json.loads(run("bin", file, "--json").stdout)
    assert [len(group) for group in found["bins"]] == [4, 3, 3, 2]


def test_what_cannot_be_humanised_is_noted_beside_the_document(tmp_path):
    file = tmp_path / "a.fasta"
    file.write_text(">odd VH\n" + "ACGT" * 20 + "\n", encoding="utf-8")
    result = run("humanise", str(file), "--json")
    assert json.loads(result.stdout) == []
    assert "'odd'" in result.stderr
