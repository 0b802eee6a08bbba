"""A system integrated by SciPy, plainly: the equations are tested without the engine's solver.

Events are not carried out. States of algebraic rules are solved for at every evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import root
from tests.engine.reader.python_code import compiled

from tolerogen.engine.reader import System


class Course:
    """The values of a system's ids in the course of time."""

    def __init__(self, system: System, given: Mapping[str, float] | None = None) -> None:
        self.system = system
        self.symbols = {("given", name): value for name, value in (given or {}).items()}
        self.symbols |= {("input", name): 0.0 for name in system.infused}
        names = [*system.states, *system.held]
        start = compiled(system.graph, [system.initial[n] for n in names])(self.symbols)
        first = len(system.states)
        self.symbols |= {("held", n): v for n, v in zip(system.held, start[first:], strict=True)}
        self.start = np.array(start[:first], dtype=float)
        self.free = [i for i, n in enumerate(system.states) if n in system.massless]
        self.led = [i for i, n in enumerate(system.states) if n not in system.massless]
        self._rates = compiled(system.graph, system.rates)

    def run(self, times: np.ndarray, names: Sequence[str], rtol: float, atol: float) -> np.ndarray:
        """Return the values of ids at the times, one column an id."""
        states = self._states(times, rtol, atol)
        read = compiled(self.system.graph, [self.system.observables[n] for n in names])
        rows = [read(self._at(t, y)) for t, y in zip(times, states, strict=True)]
        return np.array(rows, dtype=float)

    def _states(self, times: np.ndarray, rtol: float, atol: float) -> np.ndarray:
        self.guess = self.start[self.free]
        if not self.led:
            return np.array([self._whole(t, self.start[:0]) for t in times])
        led = solve_ivp(
            lambda t, y: np.array(self._rates(self._at(t, self._whole(t, y))))[self.led],
            (times[0], times[-1]),
            self.start[self.led],
            "LSODA",
            times,
            rtol=rtol,
            atol=atol,
            max_step=(times[-1] - times[0]) / 200,
        )
        assert led.success, led.message
        return np.array([self._whole(t, y) for t, y in zip(times, led.y.T, strict=True)])

    def _whole(self, t: float, led: np.ndarray) -> np.ndarray:
        """Return all states, those of algebraic rules solved for."""
        states = self.start.copy()
        states[self.led] = led
        if self.free:

            def residual(free):
                states[self.free] = free
                return np.array(self._rates(self._at(t, states)), dtype=float)[self.free]

            found = root(residual, self.guess, tol=1e-13)
            assert np.abs(found.fun).max() < 1e-9, found.message
            states[self.free] = self.guess = found.x
        return states

    def _at(self, t: float, states: np.ndarray) -> dict[tuple[str, str], float]:
        moving = {("state", n): float(v) for n, v in zip(self.system.states, states, strict=True)}
        return self.symbols | moving | {("time", ""): float(t)}
