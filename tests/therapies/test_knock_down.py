"""Knock-down of RNA: the handle it turns, what it does to a target, and candidates handed over."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from tests.therapies.toy import TOY, anchor, drug, parameter

from tolerogen.engine import Dose
from tolerogen.errors import SpecError
from tolerogen.oligos import Record, judge, read_oligo, with_conjugate
from tolerogen.therapies import attach, half_lives, read_therapy, therapy_from_oligo, therapy_toml

MODEL = TOY.replace("plasma*kdeg*R_0", "plasma*kdeg*R_0*(1 - kd)").replace(
    "occ = 0;", "occ = 0; kd = 0;"
)
EFFECT = {
    "Imax": parameter(0.9, "dimensionless"),
    "IC50": parameter(20.0, "nM"),
    "uptake": parameter(0.5, "dimensionless"),
}


@dataclass(frozen=True)
class Silenced:
    """A node at which RNA can be knocked down."""

    id: str = "R"
    actions: tuple[str, ...] = ("knock_down", "block")
    pool: str | None = None
    knock_down: str | None = "kd"
    occupancy: str | None = "occ"
    complex: str | None = None
    complex_loss: str | None = None
    kill: str | None = None
    also: tuple[str, ...] = ()


NODES = {"R": Silenced()}


def silencer(name="aso", **change):
    change = {"effect": EFFECT, "without": ("Kss",), "modality": "oligo", "mass": "7 kDa", **change}
    return drug(name, target="R", action="knock_down", **change)


def test_the_target_falls_to_what_is_still_made(run):
    # So much drug in a closed system that tissue stays constant: balance within days.
    shut = silencer(parameters={"CL": parameter(0.0, "L/day"), "Q": parameter(50.0, "L/day")})
    data = run(attach(MODEL, [shut], NODES), [Dose(0, 10, "aso_central")], [0, 5, 60])
    tissue = 10 / 5.0 * 1000 / 7  # mg over 3 L and 2 L in balance, nM
    gone = 0.9 * 0.5 * tissue / (20 + 0.5 * tissue)
    assert data["aso_tissue"].values[-1] == pytest.approx(tissue, rel=1e-6)
    assert data["aso_knock_down"].values[-1] == pytest.approx(gone, rel=1e-6)
    assert data["R"].values[-1] == pytest.approx(2.0 * (1 - gone), rel=1e-5)
    assert data["R"].values[0] == 2.0


def test_knock_downs_and_a_blocker_at_one_node_do_not_disturb_each_other(run):
    three = [silencer("one"), silencer("two"), drug("mab", target="R")]
    doses = [Dose(0, 10, "one_central"), Dose(0, 3, "two_central"), Dose(0, 50, "mab_central")]
    data = run(attach(MODEL, three, NODES), doses, [0, 1, 5, 20])
    one, two = data["one_knock_down"].values, data["two_knock_down"].values
    assert data["kd"].values == pytest.approx(1 - (1 - one) * (1 - two), rel=1e-9)
    assert data["occ"].values == pytest.approx(data["mab_occupancy"].values, rel=1e-9)
    assert np.all(one[1:] > two[1:])
    assert "one_occupancy" not in data


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"effect": {}}, "knocks down needs Imax"),
        ({"effect": {**EFFECT, "Imax": parameter(1.2, "dimensionless")}}, "at most 1"),
        (
            {
                "pk": {"elimination": "qss"},
                "parameters": {"kint": parameter(1.0, "1/day")},
                "without": (),
            },
            "a knock-down acts on RNA",
        ),
    ],
)
def test_what_makes_no_knock_down_is_refused(change, said):
    with pytest.raises(SpecError, match=said):
        silencer(**change)


def test_a_node_without_the_handle_is_refused():
    with pytest.raises(SpecError, match="add 'knock_down'"):
        attach(MODEL, [silencer()], {"R": replace(NODES["R"], knock_down=None)})


SITE = "GGTGCGAAGCAGACTGAGGC"  # of mipomersen, in made-up surroundings
TARGET = (Record("T1", "T1|SYN", f"GGATTCATACA{SITE}AGGACCATTGCAGTCTAGCATT"),)


@pytest.fixture(scope="module")
def candidate():
    return judge(read_oligo("GCCTCAGTCTGCTTCGCACC", "moe 5-10-5"), TARGET)


def given(therapy, run, amount, weeks):
    doses = [Dose(7.0 * week, amount, f"{therapy.id}_depot") for week in range(weeks)]
    times = np.arange(13 * 7, weeks * 7, 0.25)
    return run(attach(MODEL, [therapy], NODES), doses, [0.0, *times]).isel(time=slice(1, None))


def test_the_class_keeps_to_half_life_and_potency_that_were_published(candidate, run):
    made = replace(therapy_from_oligo(candidate, target="R", cells="hepatocyte"), mass_kDa=7.183)
    told = anchor("antisense_class")
    half = told["half_life"]
    assert half_lives(made)[-1] == pytest.approx(half["days"], abs=half["tolerance_days"])
    lowered = told["inotersen"]
    data = given(made, run, lowered["dose_mg"], 65)
    mean = float(data[f"{made.id}_knock_down"].mean())
    assert lowered["low"] <= mean <= lowered["high"]


def test_unaided_it_barely_enters_lymphocytes_and_galnac_does_not_help_there(candidate, run):
    def gone(of, cells):
        made = therapy_from_oligo(of, target="R", cells=cells)
        return float(given(made, run, 284.0, 30)[f"{made.id}_knock_down"].mean())

    sweet = replace(candidate, oligo=with_conjugate(candidate.oligo, "galnac"))
    assert gone(candidate, "lymphocyte") < 0.05
    assert gone(sweet, "lymphocyte") == gone(candidate, "lymphocyte")
    assert gone(sweet, "hepatocyte") > gone(candidate, "hepatocyte") > 0.5


def test_the_interval_of_the_rank_becomes_that_of_the_potency(candidate):
    known = replace(candidate, rank=replace(candidate.rank, score=0.5, low=0.2, high=0.8))
    ic50 = {
        p: {
            e.id: e
            for e in therapy_from_oligo(known, target="R", cells="hepatocyte", potency=p).effect
        }["IC50"].value
        for p in ("low", "typical", "high")
    }
    # Odds of a half, a fifth and four fifths: 1, 1/4 and 4.
    assert ic50["low"] / ic50["typical"] == pytest.approx(4.0)
    assert ic50["high"] / ic50["typical"] == pytest.approx(0.25)


def test_it_says_what_it_rests_on_and_reads_back_the_same(candidate, tmp_path):
    made = therapy_from_oligo(candidate, target="R", cells="lymphocyte", name="ASO 7")
    for words in (
        "80 % interval",
        "Off-targets were not looked for",
        "thrombocytopenia",
        "lymphocyte",
    ):
        assert words in made.notes
    assert made.id == "aso_7"
    assert "knocks down the RNA of R" in made.explain()
    assert all(p.status in ("assumed", "fitted", "derived") for p in made.parameters)
    file = tmp_path / "mine.toml"
    file.write_text(therapy_toml(made), encoding="utf-8")
    assert read_therapy(file) == made
    found = replace(candidate, offtargets=(0, 1, 12, 130))
    assert "0, 1, 12, 130" in therapy_from_oligo(found, target="R", cells="hepatocyte").notes


@pytest.mark.parametrize("chemistry", ["moe", "dna/ps", "moe 5-10-5/po"])
def test_other_chemistries_have_no_class(chemistry):
    other = judge(read_oligo("GCCTCAGTCTGCTTCGCACC", chemistry), TARGET)
    with pytest.raises(SpecError, match="write a therapy file"):
        therapy_from_oligo(other, target="R", cells="hepatocyte")


def test_unknown_cells_and_a_site_that_is_not_there_are_refused(candidate):
    with pytest.raises(SpecError, match="Known: hepatocyte"):
        therapy_from_oligo(candidate, target="R", cells="neuron")
    with pytest.raises(SpecError, match="in none of the 1 transcripts"):
        judge(read_oligo("A" * 16, "lna 3-10-3"), TARGET)
