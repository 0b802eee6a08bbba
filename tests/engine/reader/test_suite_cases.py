"""Every tenth case of the SBML Test Suite without events, and what of it is refused.

All the cases without events pass; the rest is for a longer run.
"""

from __future__ import annotations

import pytest
from tests.engine.reader.suite import CASES, check, read_case, tags

from tolerogen.engine.reader import Refusal, read_system

absent = pytest.mark.skipif(
    not CASES.is_dir(), reason=f"the SBML Test Suite cases are not at {CASES.name}"
)


def without_events() -> list[str]:
    return [
        c for c, kinds in sorted(tags().items()) if expected(kinds) is None and not events(kinds)
    ]


def events(kinds: dict[str, list[str]]) -> bool:
    return bool({"EventNoDelay", "EventWithDelay"} & set(kinds["component"]))


def expected(kinds: dict[str, list[str]]) -> str | None:
    """Return what a case should be refused for."""
    if "comp" in kinds["packages"]:
        return "package comp"
    if "FastReaction" in kinds["test"]:
        return "fast reactions"
    return "delay" if "CSymbolDelay" in kinds["component"] else None


@absent
def test_the_cases_are_there():
    assert len(without_events()) == 539


@pytest.mark.parametrize("case", without_events()[::10])
def test_case(case):
    check(case)


@absent
def test_refused_cases_name_their_feature():
    refused = {c: feature for c, kinds in tags().items() if (feature := expected(kinds))}
    for case in sorted(refused)[::10]:
        with pytest.raises(Refusal, match='use backend="reference"') as caught:
            read_system(read_case(case).text)
        assert caught.value.feature == refused[case]
