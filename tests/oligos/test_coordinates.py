"""Coordinate maps: there and back, composed, on both strands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.oligos.coordinates import Block, CoordinateMap, compose

STEPS = st.sampled_from((1, -1))


@st.composite
def maps(draw) -> CoordinateMap:
    """Blocks that keep their order on one side and are shuffled on the other, with gaps."""
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    order = draw(st.permutations(range(len(lengths))))
    there, at = {}, draw(st.integers(0, 5))
    for number in order:
        there[number] = at
        at += lengths[number] + draw(st.integers(0, 3))
    blocks, here = [], 0
    for number, length in enumerate(lengths):
        here += draw(st.integers(0, 3))
        step = draw(STEPS)
        low = there[number]
        blocks.append(Block(here, low if step > 0 else low + length - 1, length, step))
        here += length
    return CoordinateMap(tuple(blocks))


def table(of: CoordinateMap) -> dict[int, int]:
    return {b.here + i: b.there + b.step * i for b in of.blocks for i in range(b.length)}


@given(maps())
def test_there_and_back_is_the_table_of_pairs(one):
    pairs = table(one)
    inverse = {v: k for k, v in pairs.items()}
    assert len(inverse) == len(pairs)
    assert {i: one.to(i) for i in range(-2, 60)} == {i: pairs.get(i) for i in range(-2, 60)}
    assert {i: one.back(i) for i in range(-2, 60)} == {i: inverse.get(i) for i in range(-2, 60)}


@given(maps(), maps())
def test_composed_maps_go_along_both(one, two):
    both, pairs = compose(one, two), table(two)
    assert table(both) == {i: pairs[j] for i, j in table(one).items() if j in pairs}


@given(maps(), st.integers(0, 40), st.integers(0, 40))
def test_spans_hold_exactly_the_partners(one, start, end):
    covered = [i for low, high in one.spans(start, end) for i in range(low, high)]
    assert sorted(covered) == sorted(v for k, v in table(one).items() if start <= k < end)


def test_overlaps_are_refused():
    with pytest.raises(SpecError, match="overlap"):
        CoordinateMap((Block(0, 0, 4), Block(4, 3, 4)))
    with pytest.raises(SpecError, match="overlap"):
        CoordinateMap((Block(0, 0, 4), Block(3, 9, 4)))
