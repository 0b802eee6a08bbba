"""An antibody candidate as a therapy: units, priors, round trip, half-life."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tolerogen.antibodies.candidate_reader import read_candidate
from tolerogen.antibodies.exposure import ReceptorLoad
from tolerogen.errors import SpecError
from tolerogen.therapies import (
    half_lives,
    load_therapy,
    read_therapy,
    therapy_from_antibody,
    therapy_toml,
)

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "il7r-candidate.toml"


@pytest.fixture(scope="module")
def candidate():
    return replace(read_candidate(EXAMPLE), kon=3e5, koff=2e-3, kd=2e-3 / 3e5, load=None)


def test_constants_go_over_in_the_units_of_the_house(candidate):
    made = therapy_from_antibody(candidate)
    assert made.binding.kd_nM == pytest.approx(6.667, rel=1e-3)
    assert made.binding.kon == pytest.approx(25.92)
    assert made.binding.koff == pytest.approx(172.8)
    assert made.binding.koff / made.binding.kon == pytest.approx(made.binding.kd_nM)
    assert (made.pk.elimination, made.isotype, made.fc) == ("linear", "IgG4", "S228P")


def test_the_sink_is_taken_over_with_the_affinity_of_the_candidate(candidate):
    like = load_therapy("s95011")
    made = therapy_from_antibody(candidate, like)
    assert made.pk.value("kint") == like.pk.value("kint")
    assert made.pk.value("Kss") == pytest.approx((172.8 + 8.0) / 25.92)
    assert made.regimens == like.regimens
    unknown = therapy_from_antibody(replace(candidate, kon=None, koff=None, kd=None), like)
    assert unknown.pk.value("Kss") == like.pk.value("Kss")
    assert unknown.binding is None
    only = therapy_from_antibody(replace(candidate, kon=None, koff=None), like)
    assert only.pk.value("Kss") == pytest.approx(6.667, rel=1e-3)
    with pytest.raises(SpecError, match="affinity"):
        therapy_from_antibody(replace(candidate, kon=None, koff=None, kd=None))


def test_a_receptor_load_of_its_own_goes_before_the_prior_of_another(candidate):
    loaded = replace(candidate, load=ReceptorLoad(7e11, 2000.0, 5.0, "measured here"))
    for like in (None, load_therapy("s95011")):
        made = therapy_from_antibody(loaded, like)
        assert made.pk.elimination == "qss"
        assert made.pk.value("kint") == 5.0
        assert made.pk.value("Kss") == pytest.approx(6.667 + 5.0 / 25.92, rel=1e-3)


def test_a_therapy_file_of_it_reads_back_the_same(candidate, tmp_path):
    made = therapy_from_antibody(candidate, load_therapy("s95011"))
    file = tmp_path / "mine.toml"
    file.write_text(therapy_toml(made), encoding="utf-8")
    assert read_therapy(file) == made


def test_a_longer_lived_fc_gives_a_longer_half_life(candidate):
    plain = therapy_from_antibody(replace(candidate, changes=()))
    long = therapy_from_antibody(replace(candidate, changes=("YTE",)))
    # Typical IgG: about three weeks; YTE: two to four times that.
    assert 18 < max(half_lives(plain)) < 26
    assert 2 < max(half_lives(long)) / max(half_lives(plain)) < 4
