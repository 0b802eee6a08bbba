"""Responder rules against their printed definitions, one case a line of the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tolerogen import diseases
from tolerogen.diseases.endpoints import read_endpoints, responds

RULES = {r.id: r for r in read_endpoints(Path(diseases.__file__).parent / "sjogren").responder}
START = {
    "essdai": 10.0,
    "clinessdai": 11.0,
    "esspri": 6.0,
    "schirmer": 3.0,
    "uws": 0.4,
    "igg": 18.0,
    "rf": 100.0,
}
SYSTEMIC, PATIENT = {"clinessdai": 8.0}, {"esspri": 5.0}
TEAR, SALIVA, BLOOD = {"schirmer": 8.0}, {"uws": 0.5}, {"igg": 16.2}


def answer(rule: str, change: dict[str, float], start: dict[str, float] = START) -> bool:
    now = start | change
    arrays = [{k: np.array([v]) for k, v in values.items()} for values in (start, now)]
    return bool(responds(RULES[rule], *arrays)[0])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, False),
        (SYSTEMIC, False),  # 3 points
        (SYSTEMIC | PATIENT, True),  # 6 points
        (SYSTEMIC | TEAR, False),  # 4
        (SYSTEMIC | TEAR | SALIVA, True),  # 5
        (SYSTEMIC | SALIVA | BLOOD, True),
        (TEAR | SALIVA | BLOOD, False),  # 3
        ({"clinessdai": 8.5} | PATIENT | TEAR, False),  # a fall of 2.5 is none
    ],
)
def test_star_needs_five_points(change: dict[str, float], expected: bool) -> None:
    assert answer("star", change) is expected


def test_star_items_as_printed() -> None:
    four = SYSTEMIC | BLOOD
    assert answer("star", four | {"uws": 0.5})  # +25 %
    assert not answer("star", four | {"uws": 0.49})
    dry = START | {"uws": 0.0}
    assert answer("star", four | {"uws": 0.06}, dry)  # any rise from zero
    assert not answer("star", four | {"uws": 0.0}, dry)
    assert not answer("star", four | {"schirmer": 7.9})
    normal = START | {"schirmer": 12.0}
    assert answer("star", four, normal)  # a normal eye that stays normal
    assert not answer("star", four | {"schirmer": 4.0}, normal)
    two = SYSTEMIC | TEAR
    assert answer("star", two | {"rf": 75.0})  # RF -25 %
    assert not answer("star", two | {"igg": 16.3, "rf": 76.0})


def test_a_mean_of_thirds_that_falls_by_one_counts() -> None:
    start = START | {"esspri": (6 + 5 + 5) / 3}
    assert answer("esspri_responder", {"esspri": (5 + 4 + 4) / 3}, start)
    assert not answer("esspri_responder", {"esspri": 5.33}, START)  # 0.67, 11 %
    low = START | {"esspri": 2.0}
    assert answer("esspri_responder", {"esspri": 1.7}, low)  # 15 %


def test_cress_needs_three_of_five_and_its_first_item_is_low_activity() -> None:
    assert answer("cress", {"clinessdai": 4.0} | PATIENT | SALIVA)
    assert not answer("cress", {"clinessdai": 5.0} | PATIENT | SALIVA)
    assert not answer("cress", PATIENT | SALIVA)


def test_three_points_of_essdai() -> None:
    assert answer("essdai3", {"essdai": 7.0})
    assert not answer("essdai3", {"essdai": 8.0})


def test_a_missing_value_answers_nothing() -> None:
    assert not answer("essdai3", {"essdai": float("nan")})
