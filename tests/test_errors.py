from __future__ import annotations

from tolerogen.errors import choices


def test_names_the_closest_first() -> None:
    assert choices("belimumb", ["rituximab", "belimumab"]).startswith("did you mean 'belimumab'?")


def test_lists_all_when_nothing_is_close() -> None:
    assert choices("zzz", ["b", "a"]) == "Known: a, b."


def test_says_so_when_there_are_none() -> None:
    assert choices("x", []) == "None are known."
