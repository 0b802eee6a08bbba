"""Two results compared: nothing differs from itself, and what was changed is told."""

from __future__ import annotations

import json

import pytest

from tolerogen.errors import SpecError
from tolerogen.trials import compare_results, run_trial


def test_a_result_differs_in_nothing_from_itself(toy_result):
    same = json.loads(toy_result.to_json())
    found = compare_results(same, same)
    assert found.design == ()
    assert all(effect.first == effect.second for effect in found.effects)
    assert len(found.effects) == len(toy_result.analysis.differences)


def test_what_was_changed_is_told_both_ways(toy_spec, toy_result):
    first = toy_result.to_dict()
    second = run_trial(toy_spec, patients=12, replicates=1).to_dict()
    there, back = compare_results(first, second), compare_results(second, first)
    told = {item.what: (item.first, item.second) for item in there.design}
    assert told["patients"] == (toy_spec.patients, 12)
    assert {item.what: (item.second, item.first) for item in back.design} == told
    assert there.effects[0].first == first["differences"][0]


def test_something_else_than_a_trial_is_refused(toy_result):
    with pytest.raises(SpecError, match="trial results"):
        compare_results(toy_result.to_dict(), {"format": "tolerogen-dossier/1"})
