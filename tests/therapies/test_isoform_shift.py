"""Isoform shift: the handle it turns, what it does to both isoforms, and windows handed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.therapies.test_knock_down import EFFECT, NODES
from tests.therapies.toy import TOY, drug, parameter

from tolerogen import oligos
from tolerogen.cli import cli
from tolerogen.engine import Dose
from tolerogen.errors import SpecError
from tolerogen.therapies import attach, read_therapy, therapy_from_splice, therapy_toml

EXAMPLES = Path(__file__).parents[2] / "examples"
MODEL = TOY.replace("plasma*kdeg*R_0", "plasma*kdeg*R_0*(1 - kd)*(1 - shifted)").replace(
    "occ = 0;", "occ = 0; kd = 0; shifted = 0;"
)


class Spliced:
    """A node whose RNA can be spliced another way."""

    id, pool, knock_down, occupancy = "R", None, "kd", "occ"
    isoform_shift, complex, complex_loss, kill, also = "shifted", None, None, None, ()
    actions = ("isoform_shift", "knock_down", "block")


def shifter(name="sso", action="isoform_shift", **change):
    change = {"effect": EFFECT, "without": ("Kss",), "modality": "oligo", "mass": "7 kDa", **change}
    return drug(name, target="R", action=action, **change)


def test_the_isoform_falls_to_what_is_not_shifted(run):
    # So much drug in a closed system that tissue stays constant: balance within days.
    shut = {"CL": parameter(0.0, "L/day"), "Q": parameter(50.0, "L/day")}
    data = run(attach(MODEL, [shifter(parameters=shut)], {"R": Spliced()}),
               [Dose(0, 10, "sso_central")], [0, 5, 60])  # fmt: skip
    tissue = 10 / 5.0 * 1000 / 7  # mg over 3 L and 2 L in balance, nM
    moved = 0.9 * 0.5 * tissue / (20 + 0.5 * tissue)
    assert data["sso_isoform_shift"].values[-1] == pytest.approx(moved, rel=1e-6)
    assert data["R"].values[-1] == pytest.approx(2.0 * (1 - moved), rel=1e-5)


def test_it_stands_beside_a_knock_down_and_a_blocker(run):
    three = [shifter(), shifter("aso", action="knock_down"), drug("mab", target="R")]
    doses = [Dose(0, 10, "sso_central"), Dose(0, 3, "aso_central"), Dose(0, 50, "mab_central")]
    data = run(attach(MODEL, three, {"R": Spliced()}), doses, [0, 1, 5, 20])
    assert data["shifted"].values == pytest.approx(data["sso_isoform_shift"].values, rel=1e-9)
    assert data["kd"].values == pytest.approx(data["aso_knock_down"].values, rel=1e-9)
    assert data["occ"].values == pytest.approx(data["mab_occupancy"].values, rel=1e-9)
    assert "sso_knock_down" not in data


def test_a_node_that_does_not_offer_it_is_refused():
    with pytest.raises(SpecError, match="would isoform_shift"):
        attach(MODEL, [shifter()], NODES)
    with pytest.raises(SpecError, match="needs Imax"):
        shifter(effect={})


@pytest.fixture(scope="module")
def design():
    transcripts = oligos.read_transcripts(
        EXAMPLES / "synthetic-gene.fa", gtf=EXAMPLES / "synthetic-gene.gtf"
    )
    return oligos.splice(transcripts, 2, direction="skip", chemistries=("moe/ps",), top=5)


def test_a_window_becomes_a_therapy(design, tmp_path):
    made = therapy_from_splice(design.windows[0], target="R", cells="hepatocyte", direction="skip")
    assert (made.action, made.modality) == ("isoform_shift", "oligo")
    file = tmp_path / "sso.toml"
    file.write_text(therapy_toml(made))
    assert read_therapy(file) == made
    values = {}
    for potency in ("low", "typical", "high"):
        one = therapy_from_splice(design.windows[0], target="R", cells="hepatocyte",
                                  direction="skip", potency=potency)  # fmt: skip
        values[potency] = next(p.value for p in one.effect if p.id.endswith("IC50"))
    assert values["low"] == pytest.approx(10 * values["typical"])
    assert values["high"] == pytest.approx(values["typical"] / 10)


def test_what_is_no_shift_is_refused(design):
    window = replace(design.windows[0], effect=-0.5)
    given = {"target": "R", "cells": "hepatocyte"}
    with pytest.raises(SpecError, match="not to include it"):
        therapy_from_splice(window, direction="include", **given)
    with pytest.raises(SpecError, match="direction 'sideways'"):
        therapy_from_splice(window, direction="sideways", **given)
    gapmer = oligos.read_oligo("GCCTCAGTCTGCTTCGCACC", "moe 5-10-5")
    odd = replace(window, candidate=replace(window.candidate, oligo=gapmer))
    with pytest.raises(SpecError, match="without a gap"):
        therapy_from_splice(odd, direction="skip", **given)


def test_command_line(tmp_path):
    file = tmp_path / "sso.toml"
    words = ["oligo", "splice", str(EXAMPLES / "synthetic-gene.fa"), "--gtf",
             str(EXAMPLES / "synthetic-gene.gtf"), "--exon", "2", "--json"]  # fmt: skip
    made = CliRunner().invoke(cli, [*words, "--node", "R", "--therapy", str(file)])
    assert made.exit_code == 0, made.output
    assert read_therapy(file).action == "isoform_shift"
    lacking = CliRunner().invoke(cli, [*words, "--therapy", str(file)])
    assert lacking.exit_code == 2
    assert "--node" in lacking.stderr
