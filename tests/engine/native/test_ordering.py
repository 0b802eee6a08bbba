"""Elimination of random sparse matrices: the pattern holds, and solutions are numpy's."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.native.compiling import link

from tolerogen.engine.native import stepping
from tolerogen.engine.native.lanes import Lanes
from tolerogen.engine.native.layout import Sizes, arrange
from tolerogen.engine.native.ordering import Factors, factors
from tolerogen.engine.native.tableau import RODAS5P

WIDTH = 2


def random_jacobian(size, entries, seed):
    draw = np.random.default_rng(seed)
    found = np.zeros((size, size))
    at = draw.integers(0, size, (entries, 2))
    found[at[:, 0], at[:, 1]] = draw.normal(0, 1, entries)
    return found


def pattern(matrix):
    return [tuple(map(int, entry)) for entry in np.argwhere(matrix)]


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 25), density=st.floats(0, 4), seed=st.integers(0, 10**6))
def test_elimination_stays_inside_the_pattern(size, density, seed):
    """Eliminate densely in the chosen order: nothing may appear outside of what was foreseen."""
    jacobian = random_jacobian(size, int(density * size), seed)
    found = factors(size, pattern(jacobian))
    assert sorted(found.order) == list(range(size))
    dense = (np.eye(size) * 20 - jacobian)[np.ix_(found.order, found.order)]
    for k in range(size):
        for i in range(k + 1, size):
            dense[i, k] /= dense[k, k]
            dense[i, k + 1 :] -= dense[i, k] * dense[k, k + 1 :]
    assert {tuple(map(int, e)) for e in np.argwhere(dense)} <= set(found.entries)
    assert all(i in row for i, row in enumerate(found.rows))


def test_a_tree_is_eliminated_without_fill_in():
    """An arrow matrix fills up entirely from its tip, and not at all from its leaves."""
    size = 12
    arrow = [(0, i) for i in range(size)] + [(i, 0) for i in range(size)]
    assert len(factors(size, arrow).entries) == 3 * size - 2
    chain = [(i, i + 1) for i in range(size - 1)] + [(i + 1, i) for i in range(size - 1)]
    assert len(factors(size, chain).entries) == 3 * size - 2


def compiled_solution(jacobian, h, right, massless=frozenset()):
    """Solve ``(M/(gamma h) - J) x = right`` with the code that goes into every model."""
    size = len(jacobian)
    found: Factors = factors(size, pattern(jacobian))
    sizes = dict.fromkeys(Sizes.__dataclass_fields__, 0)
    layout = arrange(Sizes(**sizes | {"states": size, "stages": 1, "factors": len(found.entries)}))
    tableau = RODAS5P
    b = Lanes(WIDTH)
    place = {state: at for at, state in enumerate(found.order)}
    entries = {(place[i], place[j]): b.const(jacobian[i, j]) for i, j in pattern(jacobian)}
    places = {place[i] for i in massless}
    stepping.write_factors(b, layout, found, entries, places, tableau)
    shape = stepping.Shape(
        tableau, layout, found, tuple(i in places for i in range(size)), False, WIDTH
    )
    text = "\n".join(
        [
            "define internal void @factorise(ptr %w) {",
            *b.lines,
            "  ret void\n}",
            stepping.solve(shape),
            "define void @go(ptr %w, ptr %b) {",
            "  call void @factorise(ptr %w)",
            "  call void @solve(ptr %w, ptr %b)",
            "  ret void\n}",
            "attributes #0 = { nounwind }",
        ]
    )
    (address,), alive = link(text, "go")
    raw = np.zeros((layout.rows + 8) * WIDTH + 8)
    skip = (-raw.ctypes.data % 64) // 8
    block = raw[skip : skip + layout.rows * WIDTH].reshape(layout.rows, WIDTH)
    block[layout.h] = h
    space = np.zeros(size * WIDTH + 8)
    skip = (-space.ctypes.data % 64) // 8
    column = space[skip : skip + size * WIDTH].reshape(size, WIDTH)
    column[:] = right[list(found.order), None]
    ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(address)(
        block.ctypes.data, column.ctypes.data
    )
    assert alive
    solution = np.empty((size, WIDTH))
    solution[list(found.order)] = column
    return solution


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("size", "per_row"), [(1, 1), (5, 2), (20, 3), (40, 4)])
def test_the_compiled_solution_is_numpys(size, per_row, seed):
    jacobian = random_jacobian(size, per_row * size, seed)
    right = np.random.default_rng(seed + 99).normal(0, 1, size)
    h = np.array([0.05, 0.4])
    got = compiled_solution(jacobian, h, right)
    for lane in range(WIDTH):
        matrix = np.eye(size) / (RODAS5P.gamma * h[lane]) - jacobian
        expected = np.linalg.solve(matrix, right)
        scale = np.abs(expected).max() * np.linalg.cond(matrix)
        np.testing.assert_allclose(got[:, lane], expected, atol=1e-13 * scale)


def test_massless_states_have_no_step_on_the_diagonal():
    jacobian = np.array([[-1.0, 2.0, 0], [0.5, -3.0, 1], [0, 1, -2.0]])
    right, h = np.array([1.0, 2.0, 3.0]), 0.1
    got = compiled_solution(jacobian, np.full(2, h), right, frozenset({1}))
    mass = np.diag([1.0, 0.0, 1.0]) / (RODAS5P.gamma * h)
    np.testing.assert_allclose(got[:, 0], np.linalg.solve(mass - jacobian, right), rtol=1e-13)
