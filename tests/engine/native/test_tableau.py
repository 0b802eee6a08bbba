"""The methods as data: order of the result and of the continuous output, by halving the step.

The stages are worked out here a second time, with numpy, straight from the formula of the module.
"""

from __future__ import annotations

import numpy as np
import pytest

from tolerogen.engine.native.tableau import RODAS4P2, RODAS5P, TABLEAUS, Tableau, tableau
from tolerogen.errors import SpecError


class Rotation:
    """Non-linear, two states: (cos t^2, sin t^2) by rates 2 t (-y, x), squeezed to the circle."""

    end = 1.0

    @staticmethod
    def exact(t):
        return np.array([np.cos(t**2), np.sin(t**2)])

    @staticmethod
    def rates(t, y):
        pull = 3 * (1 - y @ y)
        return np.array([-2 * t * y[1] + pull * y[0], 2 * t * y[0] + pull * y[1]])

    @staticmethod
    def jacobian(t, y):
        pull = 3 * (1 - y @ y)
        return np.array([[pull, -2 * t], [2 * t, pull]]) - 6 * np.outer(y, y)

    @staticmethod
    def by_time(t, y):
        return np.array([-2 * y[1], 2 * y[0]])


class Logistic:
    """Non-linear and autonomous."""

    end = 3.0

    @staticmethod
    def exact(t):
        return np.array([1 / (1 + 9 * np.exp(-2 * t))])

    @staticmethod
    def rates(t, y):
        return 2 * y * (1 - y)

    @staticmethod
    def jacobian(t, y):
        return np.array([[2 - 4 * y[0]]])

    @staticmethod
    def by_time(t, y):
        return np.zeros(1)


class ProtheroRobinson:
    """Non-autonomous and stiff: y' = -1000 (y - sin t) + cos t."""

    end = 1.0

    @staticmethod
    def exact(t):
        return np.array([np.sin(t)])

    @staticmethod
    def rates(t, y):
        return -1000 * (y - np.sin(t)) + np.cos(t)

    @staticmethod
    def jacobian(t, y):
        return np.array([[-1000.0]])

    @staticmethod
    def by_time(t, y):
        return np.array([1000 * np.cos(t) - np.sin(t)])


def stages(method: Tableau, problem, t, y, h):
    a, size = method.full_a(), len(y)
    matrix = np.eye(size) / (method.gamma * h) - problem.jacobian(t, y)
    u = np.zeros((method.stages, size))
    for i in range(method.stages):
        right = problem.rates(t + method.alphas[i] * h, y + a[i, :i] @ u[:i])
        right = right + np.asarray(method.c[i]) @ u[: len(method.c[i])] / h
        right = right + method.gammas[i] * h * problem.by_time(t, y)
        u[i] = np.linalg.solve(matrix, right)
    return u


def course(method: Tableau, problem, steps):
    """Return the error at the end, and the largest one of the continuous output in between."""
    h, y, inside = problem.end / steps, problem.exact(0.0), 0.0
    for k in range(steps):
        t = k * h
        u = stages(method, problem, t, y, h)
        new = y + method.full_a()[-1] @ u
        shape = np.asarray(method.dense) @ u
        for theta in (0.2, 0.4, 0.5, 0.7, 0.9):
            bend = sum(theta**p * shape[p] for p in range(len(shape)))
            value = (1 - theta) * y + theta * (new + (1 - theta) * bend)
            inside = max(inside, np.abs(value - problem.exact(t + theta * h)).max())
        y = new
    return np.abs(y - problem.exact(problem.end)).max(), inside


@pytest.mark.parametrize("problem", [Logistic, Rotation])
@pytest.mark.parametrize("method", TABLEAUS.values(), ids=lambda m: m.name)
def test_order_of_convergence(method, problem):
    coarse, fine = course(method, problem, 16), course(method, problem, 32)
    assert np.log2(coarse[0] / fine[0]) > method.order - 0.3
    assert np.log2(coarse[1] / fine[1]) > method.order - 0.6  # of the continuous output
    assert fine[0] < 1e-5


@pytest.mark.parametrize(("method", "least"), [(RODAS5P, 3.5), (RODAS4P2, 3.5)])
def test_stiff_forcing_costs_little_of_the_order(method, least):
    """The problem of Prothero & Robinson (doi:10.2307/2005824), where most methods fall to 1."""
    coarse, fine = (course(method, ProtheroRobinson, n)[0] for n in (8, 16))
    assert np.log2(coarse / fine) > least - 0.6
    assert fine < 1e-7


@pytest.mark.parametrize("method", TABLEAUS.values(), ids=lambda m: m.name)
def test_the_last_stage_is_the_error_estimate(method):
    """Without the last stage the result has one order less."""
    start = Logistic.exact(0.0)
    sizes = [np.abs(stages(method, Logistic, 0.0, start, h)[-1]).max() for h in (0.2, 0.1)]
    assert method.order - 0.5 < np.log2(sizes[0] / sizes[1]) < method.order + 1.5


@pytest.mark.parametrize("method", TABLEAUS.values(), ids=lambda m: m.name)
def test_stiffly_accurate_and_stable_at_infinity(method):
    assert method.alphas[0] == 0
    assert method.alphas[-2:] == (1, 1)
    assert method.gammas[0] == pytest.approx(method.gamma)
    assert method.gammas[-2:] == (0, 0)

    class VeryStiff(ProtheroRobinson):
        rates = staticmethod(lambda t, y: -1e12 * y)
        jacobian = staticmethod(lambda t, y: np.array([[-1e12]]))
        by_time = staticmethod(lambda t, y: np.zeros(1))

    y = np.array([1.0])
    u = stages(method, VeryStiff, 0.0, y, 1.0)
    assert abs(y + method.full_a()[-1] @ u) < 1e-9


def test_methods_by_name():
    assert tableau("Rodas5P") is RODAS5P
    assert tableau("rodas4p2") is RODAS4P2
    assert all("doi:" in m.citation for m in TABLEAUS.values())
    with pytest.raises(SpecError, match="did you mean 'Rodas5P'"):
        tableau("rodas5")
