"""A system with its events carried out one after the other (SBML L3V2 section 4.11.6).

Plain and slow: every step of the solver is sampled for changed triggers, each change is bisected.
Of several events of one priority any goes first, as the standard has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp
from tests.engine.reader.oracle import Course
from tests.engine.reader.python_code import compiled

from tolerogen.engine.reader import System

NEAR = 1e-9
SAMPLES = 16


@dataclass
class Waiting:
    """An event that was triggered: when it is due, and what it assigns if that is settled."""

    due: float
    event: int
    values: list[float] | None


class EventCourse(Course):
    """The values of a system's ids in the course of time, its events carried out."""

    def __init__(self, system: System, given: Mapping[str, float] | None = None) -> None:
        super().__init__(system, given)
        g, events = system.graph, system.events
        self.guess = self.start[self.free]
        self.y = self.start[self.led]
        self.truth = [e.initially for e in events]
        self.queue: list[Waiting] = []
        zero, one = g.const(0), g.const(1)
        self._triggers = compiled(g, [e.trigger for e in events])
        self._delays = compiled(g, [e.delay for e in events])
        self._priorities = compiled(g, [zero if e.priority is None else e.priority for e in events])
        self._values = [compiled(g, [a.value for a in e.assignments]) for e in events]
        self._factors = [
            compiled(g, [one if a.factor is None else a.factor for a in e.assignments])
            for e in events
        ]
        self._random = np.random.default_rng(1)

    def run(self, times: np.ndarray, names: Sequence[str], rtol: float, atol: float) -> np.ndarray:
        read = compiled(self.system.graph, [self.system.observables[n] for n in names])
        rows = []
        t = times[0]
        self._settle(t)
        for output in times:
            while t < output:
                t = self._advance(t, output, rtol, atol)
                self._settle(t)
            rows.append(read(self._now(t, self.y)))
        return np.array(rows, dtype=float)

    def _now(self, t: float, y: np.ndarray) -> dict[tuple[str, str], float]:
        return self._at(t, self._whole(t, y))

    # ── between events ──────────────────────────────────────────────────────────────────

    def _advance(self, t: float, end: float, rtol: float, atol: float) -> float:
        """Integrate to the end, to what is due next, or to the first change of a trigger."""
        end = min([end, *(w.due for w in self.queue)])
        if not self.led:
            dense, knots = (lambda at: self.y), np.linspace(t, end, 9)
        else:
            found = solve_ivp(
                lambda at, y: np.array(self._rates(self._now(at, y)))[self.led],
                (t, end),
                self.y,
                "LSODA",
                rtol=rtol,
                atol=atol,
                dense_output=True,
                max_step=(end - t) / 4,
            )
            assert found.success, found.message
            dense, knots = found.sol, found.t
        stop = self._first_change(dense, knots)
        at_end = found.y[:, -1] if self.led else self.y
        self.y = at_end if stop == end else dense(stop)
        return stop

    def _first_change(self, dense, knots: np.ndarray) -> float:
        if not self.truth:
            return knots[-1]
        before = knots[0]
        for after in self._samples(knots):
            if self._differs(after, dense):
                while after - before > 1e-14 * max(1.0, after):
                    middle = (before + after) / 2
                    if middle in (before, after):
                        break
                    before, after = (
                        (before, middle) if self._differs(middle, dense) else (middle, after)
                    )
                end = knots[-1]
                return end if end - after < NEAR and self._differs(end, dense) else after
            before = after
        return knots[-1]

    def _samples(self, knots: np.ndarray) -> Iterator[float]:
        for a, b in pairwise(knots):
            yield from np.linspace(a, b, SAMPLES + 1)[1:]

    def _differs(self, t: float, dense) -> bool:
        return list(self._triggers(self._now(t, dense(t)))) != self.truth

    # ── events ──────────────────────────────────────────────────────────────────────────

    def _settle(self, t: float) -> None:
        """Carry out all that is due, and what that triggers at once."""
        self._look(t)
        for _ in range(1000):
            due = [w for w in self.queue if w.due <= t + NEAR * max(1.0, t) * 1e-3]
            if not due:
                return
            priorities = self._priorities(self._now(t, self.y))
            ranked = [
                -math.inf if self.system.events[w.event].priority is None else priorities[w.event]
                for w in due
            ]
            best = [w for w, rank in zip(due, ranked, strict=True) if rank == max(ranked)]
            chosen = best[self._random.integers(len(best))]
            self.queue.remove(chosen)
            self._execute(t, chosen)
            self._look(t)
        raise AssertionError("events trigger each other without end")

    def _look(self, t: float) -> None:
        now = self._now(t, self.y)
        truth = list(self._triggers(now))
        for index, event in enumerate(self.system.events):
            if truth[index] and not self.truth[index]:
                values = list(self._values[index](now)) if event.from_trigger else None
                self.queue.append(Waiting(t + self._delays(now)[index], index, values))
            elif not truth[index] and not event.persistent:
                self.queue = [w for w in self.queue if w.event != index]
        self.truth = truth

    def _execute(self, t: float, waiting: Waiting) -> None:
        now = self._now(t, self.y)
        values = waiting.values or self._values[waiting.event](now)
        factors = self._factors[waiting.event](now)
        states = self._whole(t, self.y)
        assignments = self.system.events[waiting.event].assignments
        for assignment, value, factor in zip(assignments, values, factors, strict=True):
            key = ("held", assignment.variable)
            if key in self.symbols:
                self.symbols[key] = float(value * factor)
            else:
                states[self.system.states.index(assignment.variable)] = value * factor
        self.y = states[self.led]
