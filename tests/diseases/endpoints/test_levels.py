"""Levels and totals, against the published maxima and what a score must always satisfy."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen import diseases
from tolerogen.diseases.endpoints import (
    activity_state,
    level_of,
    level_thresholds,
    read_endpoints,
    rule_level,
    total,
)

ANCHOR = tomllib.loads(
    (Path(__file__).parents[2] / "anchors" / "essdai.toml").read_text(encoding="utf-8")
)
ENDPOINTS = read_endpoints(Path(diseases.__file__).parent / "sjogren")
BIOLOGICAL = next(d for d in ENDPOINTS.domain if d.id == "biological")


def summed(levels: dict[str, float], score: str, only: tuple[str, ...] = ()) -> float:
    arrays = {name: np.array([[level]]) for name, level in levels.items()}
    return float(total(arrays, ENDPOINTS.domain, score, only)[0, 0])


@pytest.mark.parametrize(("score", "maximum"), ANCHOR["maximum"].items())
def test_the_highest_levels_give_the_published_maximum(score: str, maximum: int) -> None:
    assert summed({d.id: max(d.levels) for d in ENDPOINTS.domain}, score) == maximum


def test_there_are_twelve_domains_and_cns_has_no_low_level() -> None:
    assert len(ENDPOINTS.domain) == 12
    assert next(d for d in ENDPOINTS.domain if d.id == "cns").levels == (0, 2, 3)


def test_a_worked_patient() -> None:
    # synovitis of three joints (2 x 2), purpura of the feet (3 x 2), IgG 18 (1 x 1): 11 points
    levels = {d.id: 0.0 for d in ENDPOINTS.domain}
    levels |= {"articular": 2, "cutaneous": 2, "biological": 1}
    assert summed(levels, "essdai") == 11
    assert summed(levels, "clinessdai") == 3 * 2 + 3 * 2
    assert summed(levels, "essdai", ("articular", "biological")) == 5


@given(st.lists(st.floats(0, 20), min_size=11, max_size=11), st.integers(0, 10))
def test_a_score_is_bounded_and_never_falls_when_a_domain_worsens(
    activity: list[float], worse: int
) -> None:
    def score(values: list[float]) -> float:
        levels = {
            d.id: float(level_of(np.array([value]), d.levels)[0])
            for d, value in zip(ENDPOINTS.latent, values, strict=True)
        }
        for d in ENDPOINTS.latent:
            assert levels[d.id] in d.levels
        return summed(levels | {"biological": 0.0}, "clinessdai")

    before = score(activity)
    activity[worse] += 1.0
    assert 0 <= before <= score(activity) <= ANCHOR["maximum"]["clinessdai"]


def test_a_level_is_the_allowed_one_closest_to_the_activity() -> None:
    for domain in ENDPOINTS.latent:
        activity = np.linspace(0, 4, 401)
        activity = activity[~np.isclose(activity[:, None], level_thresholds(domain.levels)).any(1)]
        allowed = np.array(domain.levels)
        closest = allowed[np.abs(activity[:, None] - allowed).argmin(axis=1)]
        assert np.array_equal(level_of(activity, domain.levels), closest)


def test_an_unknown_activity_has_no_level() -> None:
    assert np.isnan(level_of(np.array([np.nan]), (0, 1, 2)))[0]


@pytest.mark.parametrize(
    ("igg", "c4", "cryoglobulins", "start", "level"),
    [
        (15.0, 0.2, False, 15.0, 0),
        (16.0, 0.2, False, 15.0, 0),
        (18.0, 0.2, False, 15.0, 1),
        (20.0, 0.2, False, 15.0, 1),
        (20.1, 0.2, False, 15.0, 2),
        (15.0, 0.08, False, 15.0, 1),
        (15.0, 0.2, True, 15.0, 2),
        (4.0, 0.2, False, 4.5, 2),  # hypogammaglobulinaemia of the disease
        (4.0, 0.2, False, 15.0, 0),  # the same value, but a drug made it
    ],
)
def test_the_biological_domain_follows_the_laboratory(
    igg: float, c4: float, cryoglobulins: bool, start: float, level: int
) -> None:
    found = rule_level(
        BIOLOGICAL.rules,
        {"igg": np.array([[igg]]), "c4": np.array([[c4]])},
        {"igg": np.array([[start]]), "c4": np.array([[c4]])},
        {"cryoglobulins": np.array([[cryoglobulins]]), "clonal": np.array([[False]])},
    )
    assert found[0, 0] == level


def test_states_of_activity_change_at_5_and_14() -> None:
    essdai = ENDPOINTS.score[0]
    states = activity_state(np.array([0.0, 4.0, 5.0, 13.0, 14.0, np.nan]), essdai)
    assert list(states) == ["low", "low", "moderate", "moderate", "high", ""]
