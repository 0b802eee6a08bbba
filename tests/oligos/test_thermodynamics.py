"""Melting temperatures against MELTING, and of gapmers against measurements."""

from __future__ import annotations

import csv
import math
import tomllib
from pathlib import Path

import pytest

from tolerogen.errors import SpecError
from tolerogen.oligos import Buffer, duplex, read_oligo
from tolerogen.oligos.thermodynamics import R, salted

REPOSITORY = Path(__file__).resolve().parents[2]
GOLDEN = tomllib.loads((REPOSITORY / "tests/anchors/melting_duplexes.toml").read_text())
OTHERS = tomllib.loads((REPOSITORY / "tests/anchors/locked_duplexes.toml").read_text())
MEASURED = REPOSITORY.parent / "shared" / "oligo" / "lna_gapmer_tm_site_a.csv"


@pytest.mark.parametrize(("sequence", "chemistry", "tm"), GOLDEN["tm"]["duplexes"])
def test_pure_duplexes_melt_as_in_melting(sequence: str, chemistry: str, tm: float) -> None:
    assert duplex(read_oligo(sequence, chemistry)).tm == pytest.approx(
        tm, abs=GOLDEN["tolerance_C"]
    )


def test_half_is_paired_at_the_melting_point() -> None:
    buffer = Buffer(strands=5e-7, sodium=0.15)
    found = duplex(read_oligo("TGGCAAGCATCCTGTA", "lna 3-10-3"), buffer)
    kelvin = found.tm + 273.15
    constant = math.exp(-(1000 * found.enthalpy - kelvin * found.entropy) / (R * kelvin))
    assert constant * buffer.strands / 4 == pytest.approx(1, rel=1e-9)


def test_salt_goes_and_comes_back() -> None:
    there = salted(-400.0, 18, 1.0, 0.1)
    assert there < -400
    assert salted(there, 18, 0.1, 1.0) == pytest.approx(-400)


def test_each_locked_base_and_each_phosphodiester_holds_firmer() -> None:
    melting = [
        duplex(read_oligo("TGGCAAGCATCCTGTA", f"{'l' * n}{'d' * (14 - n)}ll/ps")).tm
        for n in (1, 2, 3, 4)
    ]
    assert melting == sorted(melting)
    sulfur = duplex(read_oligo("TGGCAAGCATCCTGTA", "lna 3-10-3/ps"))
    oxygen = duplex(read_oligo("TGGCAAGCATCCTGTA", "lna 3-10-3/po"))
    assert oxygen.tm > sulfur.tm
    assert oxygen.energy < sulfur.energy


def test_a_morpholino_does_not_feel_salt() -> None:
    oligo = read_oligo("TGGCAAGCATCCTGTA", "pmo")
    assert duplex(oligo, Buffer(sodium=0.05)).tm == duplex(oligo).tm


def test_refuses_a_mixture_without_parameters() -> None:
    with pytest.raises(SpecError, match="no parameters"):
        duplex(read_oligo("ACGTACGT", "rrrrdddd"))
    with pytest.raises(SpecError, match="strand concentration"):
        Buffer(strands=2.0)


@pytest.mark.skipif(not MEASURED.is_file(), reason="measured gapmers (not shipped) are not there")
def test_gapmers_melt_as_measured() -> None:
    with MEASURED.open() as handle:
        rows = list(csv.DictReader(handle))
    errors = [
        duplex(read_oligo(row["sequence"], row["lnadna"])).tm - float(row["tm_avg"]) for row in rows
    ]
    assert len(errors) == 384
    assert math.sqrt(sum(e * e for e in errors) / len(errors)) < 2.0


@pytest.mark.parametrize("study", OTHERS["study"], ids=lambda study: study["source"][:9])
def test_locked_bases_hold_as_other_laboratories_measured(study) -> None:
    buffer = Buffer(study["strands_M"], study["sodium_M"])
    plain = duplex(read_oligo(study["sequence"], "dna/po"), buffer)
    locked = duplex(read_oligo(study["sequence"], f"{study['locked']}/po"), buffer)
    assert study["tolerance_C"] == 2 * locked.uncertainty
    assert locked.tm == pytest.approx(study["locked_C"], abs=study["tolerance_C"])
    gain = study["locked_C"] - study["dna"]
    assert locked.tm - plain.tm == pytest.approx(gain, abs=study["gain_tolerance_C"])


@pytest.mark.parametrize(
    ("sugars", "stated"),
    [
        ("llldddddddddlll", 3.0),
        ("ldlldddddddddll", 3.0),
        ("lllldddddllllll", 5.0),  # a gap shorter than any that was measured
        ("lllllldddddddll", 5.0),  # a wing longer
        ("dldldldldldldld", 5.0),
    ],
)
def test_three_degrees_are_stated_for_gapmers_alone(sugars: str, stated: float) -> None:
    assert duplex(read_oligo("GTGTCCGAGACGTTG", sugars)).uncertainty == stated
