"""Planted duplicates are found, what merely looks alike is not, and nothing is changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import CaseReport, Drug, Event
from tolerogen.safety.duplicates import find_duplicates
from tolerogen.safety.store import CaseStore

CASES, PLANTED = 2_000, 240
KINDS = ("typo", "date", "country", "reporter")


def names(rng, size):
    """Make names by syllables: some are alike, as names of drugs are."""
    parts = [
        "ba",
        "ce",
        "di",
        "fo",
        "gu",
        "la",
        "me",
        "ni",
        "ro",
        "tu",
        "va",
        "xe",
        "zi",
        "ko",
        "mab",
        "nib",
        "ol",
        "ine",
        "ate",
    ]
    return sorted({"".join(rng.choice(parts, rng.integers(3, 6))) for _ in range(size)})


def draw(rng, drugs, events):
    """One case: common names are common, and events go with the drug."""
    first = min(int(len(drugs) * rng.random() ** 2.5), len(drugs) - 1)
    more = [int(k) for k in rng.integers(0, len(drugs), rng.integers(0, 3))]
    own = [(first * 7 + int(k)) % len(events) for k in rng.integers(0, 12, rng.integers(1, 4))]
    day = date(2024, 1, 1) + timedelta(int(rng.integers(0, 730)))
    return CaseReport(
        drugs=tuple(Drug(drugs[k]) for k in dict.fromkeys([first, *more])),
        events=tuple(Event(events[k], onset=day.isoformat()) for k in dict.fromkeys(own)),
        reporter=str(rng.choice(["patient", "physician", "pharmacist"])),
        sex=str(rng.choice(["female", "male"], p=[0.6, 0.4])),
        age_years=float(np.clip(round(rng.normal(56, 18)), 1, 99)),
        country=str(rng.choice(["US", "FR", "DE", "JP", "GB"], p=[0.5, 0.15, 0.15, 0.1, 0.1])),
    )


def spoil(rng, case, kind):
    """Tell a case a second time, with one thing different."""
    if kind == "typo":
        name = case.drugs[0].name
        at = int(rng.integers(1, len(name) - 1))
        wrong = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        return replace(case, drugs=(replace(case.drugs[0], name=wrong), *case.drugs[1:]))
    if kind == "date":
        shift = timedelta(int(rng.choice([-30, -7, -2, -1, 1, 2, 7, 30])))
        moved = [
            replace(e, onset=(date.fromisoformat(e.onset) + shift).isoformat()) for e in case.events
        ]
        return replace(case, events=tuple(moved))
    if kind == "country":
        return replace(case, country="CH")
    return replace(case, reporter="lawyer", events=case.events[:1], narrative="told again")


@pytest.fixture(scope="module", params=[1, 2, 3])
def planted(request):
    rng = np.random.default_rng(request.param)
    drugs, events = names(rng, 300), names(rng, 700)
    cases = {f"c{k}": draw(rng, drugs, events) for k in range(CASES)}
    truth = {}
    for k in range(PLANTED):
        told = [KINDS[k % 4], *([str(rng.choice(KINDS))] if k % 3 == 0 else [])]
        case = cases[f"c{k}"]
        for kind in dict.fromkeys(told):
            case = spoil(rng, case, kind)
        cases[f"d{k}"] = case
        truth[f"c{k}", f"d{k}"] = told
    order = rng.permutation(list(cases))
    return [(str(number), cases[str(number)]) for number in order], truth


def test_planted_duplicates_are_found_and_others_are_not(planted):
    cases, truth = planted
    found = {tuple(sorted((p.first, p.second))) for p in find_duplicates(cases)}
    right = found & truth.keys()
    assert len(right) / len(found) >= 0.95
    assert len(right) / len(truth) >= 0.85
    for kind in KINDS:
        of_kind = {pair for pair, told in truth.items() if kind in told}
        assert len(found & of_kind) / len(of_kind) >= 0.8


def test_proposals_change_nothing(tmp_path):
    store = CaseStore(tmp_path / "cases.sqlite")
    rng = np.random.default_rng(5)
    drugs, events = names(rng, 50), names(rng, 50)
    cases = [draw(rng, drugs, events) for _ in range(30)]
    for case in [*cases, spoil(rng, cases[0], "reporter")]:
        store.receive(case, who="nurse")
    before = store.trail()
    found = find_duplicates((row.case_id, row.report) for row in store.latest())
    assert len(found) == 1
    assert found[0].reasons["reporter"] < 0 < found[0].reasons["onset"]
    assert found[0].score == pytest.approx(sum(found[0].reasons.values()), abs=0.05)
    assert store.trail() == before
    assert len(list(store.latest())) == 31


def test_few_or_empty_cases_are_no_duplicates():
    assert find_duplicates([]) == []
    assert find_duplicates([("a", CaseReport()), ("b", CaseReport())]) == []


def test_a_probability_out_of_range_is_refused():
    with pytest.raises(SpecError, match="between 0 and 1"):
        find_duplicates([], at_least=1.5)


def test_the_command_proposes_pairs(tmp_path, run):
    where = tmp_path / "cases.sqlite"
    rng = np.random.default_rng(5)
    drugs, events = names(rng, 50), names(rng, 50)
    cases = [draw(rng, drugs, events) for _ in range(30)]
    numbers = [
        CaseStore(where).receive(case, who="nurse").case_id
        for case in [*cases, spoil(rng, cases[0], "date")]
    ]
    told = json.loads(run("safety", "duplicates", "--store", where, "--json").stdout)
    (pair,) = told["duplicates"]
    assert {pair["first"], pair["second"]} == {numbers[0], numbers[-1]}
    assert pair["probability"] >= told["at_least"] == 0.9
    assert "--nullify" in run("safety", "duplicates", "--store", where).stdout
