"""The functions of a compiled model, written as vector code.

===============  =====================================================================
``start``        what patients bring -> initial states and held variables
``prepare``      what patients bring, held variables, inputs -> all that is steady
``rates``        states and time of a stage -> rates
``jacobian``     states and time of the step -> rates, time derivative, factors
``step``         one attempt of a Rosenbrock step -> stages, new states, error
``restore``      one Newton step of what algebraic rules determine -> first stage
``commit``       new states become the states, in the lanes that accepted
``dense``        stages -> coefficients of the continuous output
``interpolate``  coefficients and theta -> states inside the step
``observe``      states and time -> observables
``trigger``      states and time -> conditions of the events, watched comparisons
``effect``       states and time -> delay, priority and assigned values of the events
===============  =====================================================================

All take the address of one block of memory (see `layout`) and work on every lane.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tolerogen.engine.expression import Derivative
from tolerogen.engine.expression.graph import Graph, Node
from tolerogen.engine.native import stepping
from tolerogen.engine.native.lane_math import LIBM, definitions
from tolerogen.engine.native.lanes import Lanes, Writer
from tolerogen.engine.native.layout import Layout, Sizes, arrange
from tolerogen.engine.native.ordering import Factors, factors
from tolerogen.engine.native.switches import Switches, switches
from tolerogen.engine.native.tableau import Tableau
from tolerogen.engine.reader.system import Event, System

KERNELS = (
    *("start", "prepare", "step", "commit", "dense", "interpolate", "observe"),
    *("trigger", "effect", "rates", "restore"),
)
"""Functions the driver calls."""

_OURS = {"exp", "ln", "pow", *LIBM}


@dataclass(frozen=True)
class EventTable:
    """What the driver must know of the events, besides their code.

    Attributes
    ----------
    initially, persistent, from_trigger, prioritised
        Per event, as in `Event`.
    first, last
        Per event: its first effect (the delay; the priority and the values follow), and one
        past its last value.
    target
        Per effect: the state a value is for, or -1 - held variable; 0 for delay and priority.
    factor
        Per effect: the effect that multiplies the value when it is assigned, or -1.
    """

    initially: tuple[int, ...]
    persistent: tuple[int, ...]
    from_trigger: tuple[int, ...]
    prioritised: tuple[int, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]
    target: tuple[int, ...]
    factor: tuple[int, ...]


@dataclass(frozen=True)
class Blueprint:
    """All there is to know of compiled code: enough to run it without reading the model again.

    Attributes
    ----------
    layout, sizes
        Where its memory lies.
    states, held
        Ids of the states in the order of memory (that of elimination), and of held variables.
    doseable
        Place of the state a dose enters, by species.
    massless
        Place of the states that algebraic rules determine.
    events
        As `EventTable`.
    width
        Lanes.
    entries
        Entries of the Jacobian.
    odd
        Observables that are not finite by the model's own word, such as a constant NaN.
    """

    layout: Layout
    sizes: Sizes
    states: tuple[str, ...]
    held: tuple[str, ...]
    doseable: dict[str, int]
    massless: tuple[int, ...]
    events: EventTable
    width: int
    entries: int
    odd: tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """A model as code in LLVM's intermediate language, with its blueprint."""

    text: str
    blueprint: Blueprint


class Composer:
    """Collects what a model needs and writes its functions.

    Parameters
    ----------
    system
        The equations.
    observables
        Ids to report, in order.
    tableau
        The method.
    width
        Lanes.
    """

    def __init__(
        self, system: System, observables: Iterable[str], tableau: Tableau, width: int
    ) -> None:
        self.system, self.graph = system, system.graph
        self.tableau, self.width = tableau, width
        self.observed = [system.observables[o] for o in observables]
        self.jacobian = self._jacobian()
        self.factors = self._factors()
        self.states = [system.states[i] for i in self.factors.order]
        self.rates = [system.rates[i] for i in self.factors.order]
        self.switches = self._switches()
        by_time = Derivative(self.graph, self.graph.symbol("time"))
        self.by_time = [by_time(r) for r in self.rates]
        self.effects = [n for e in system.events for n in _effects(self.graph, e)]
        self.scales = [self._scale(s) for s in self.states]
        self.hoisted = self._hoisted()
        self.sizes = self._sizes()
        self.layout = arrange(self.sizes)
        self._functions: set[str] = set()

    # ── what the model needs ────────────────────────────────────────────────────────────

    def _jacobian(self) -> dict[tuple[int, int], Node]:
        system, graph = self.system, self.graph
        found = {}
        for j, state in enumerate(system.states):
            derive = Derivative(graph, graph.symbol("state", state))
            for i, rate in enumerate(system.rates):
                if state in graph.states(rate):
                    entry = derive(rate)
                    if graph.value(entry) != 0:
                        found[i, j] = entry
        return found

    def _factors(self) -> Factors:
        return factors(len(self.system.states), self.jacobian)

    def _switches(self) -> Switches:
        events = self.system.events
        others = [
            *self.system.rates,
            *(n for e in events for n in _effects(self.graph, e)),
            *self.observed,
        ]
        return switches(self.graph, [e.trigger for e in events], others)

    def _scale(self, state: str) -> Node:
        """How much the state changes when what is reported of it changes by one."""
        graph, one = self.graph, self.graph.const(1)
        shown = self.system.observables.get(state)
        if shown is None:
            return one
        slope = Derivative(graph, graph.symbol("state", state))(shown)
        if not graph.steady(slope) or graph.value(slope) == 0:
            return one
        return graph.div(one, slope)

    def _odd(self, node: Node) -> bool:
        value = self.graph.value(node)
        return value is not None and not math.isfinite(value)

    def _moving(self) -> list[Node]:
        """List the roots of all that is computed while the solver runs."""
        triggers = [e.trigger for e in self.system.events]
        moving = [*self.rates, *self.by_time, *self.jacobian.values(), *self.observed]
        return [*moving, *triggers, *self.effects]

    def _hoisted(self) -> list[Node]:
        """List steady sub-expressions that unsteady ones use: computed once per patient."""
        graph = self.graph
        leaves = {"const", "true", "false", "given", "held", "input"}
        roots = self._moving()
        used = {
            n for each in graph.reach(roots) if not graph.steady(each) for n in graph.operands(each)
        }
        used.update(roots)
        return sorted(n for n in used if graph.steady(n) and graph.op(n) not in leaves)

    def _sizes(self) -> Sizes:
        system = self.system
        return Sizes(
            given=len(system.given),
            held=len(system.held),
            inputs=len(system.infused),
            hoisted=len(self.hoisted),
            states=len(system.states),
            stages=self.tableau.stages,
            dense=len(self.tableau.dense),
            factors=len(self.factors.entries),
            observables=len(self.observed),
            triggers=len(system.events),
            watched=len(self.switches.watched),
            switches=len(self.switches.times),
            effects=len(self.effects),
            doseable=len(system.doseable),
        )

    # ── writing ─────────────────────────────────────────────────────────────────────────

    def writer(self, states: int, time: int, hoisted: bool = True) -> Writer:
        """Return a writer that reads the states and the time from these rows."""
        layout, system, graph = self.layout, self.system, self.graph
        rows: dict[Node, int] = {}
        for kind, first, names in (
            ("given", layout.given, system.given),
            ("held", layout.held, system.held),
            ("input", layout.input, system.infused),
        ):
            rows.update({graph.symbol(kind, n): first + i for i, n in enumerate(names)})
        if hoisted:
            rows.update({n: layout.hoisted + i for i, n in enumerate(self.hoisted)})
        places = {s: states + i for i, s in enumerate(self.states)}
        return Writer(self.width, graph, rows, time, places)

    def _note(self, nodes: Iterable[Node]) -> None:
        for node in self.graph.reach(nodes):
            if self.graph.op(node) in _OURS:
                self._functions.update((self.graph.op(node), "root"))

    def _store(self, b: Writer, first: int, nodes: list[Node]) -> None:
        self._note(nodes)
        for i, value in enumerate(b.numbers(nodes)):
            b.store(first + i, value)

    def _evaluation(self, name: str, first: int, nodes: list[Node]) -> str:
        b = self.writer(self.layout.stage_y, self.layout.stage_t)
        self._store(b, first, nodes)
        return function(name, b)

    def _start(self) -> str:
        system = self.system
        b = self.writer(self.layout.stage_y, self.layout.stage_t, hoisted=False)
        self._store(b, self.layout.first_y, [system.initial[s] for s in self.states])
        self._store(b, self.layout.first_held, [system.initial[h] for h in system.held])
        return function("start", b)

    def _prepare(self) -> str:
        layout, system = self.layout, self.system
        b = self.writer(layout.stage_y, layout.stage_t, hoisted=False)
        self._store(b, layout.hoisted, self.hoisted)
        self._store(b, layout.switch, list(self.switches.times))
        whole = self.graph.const(1)
        self._store(b, layout.share, [system.share.get(s, whole) for s in system.doseable])
        self._store(b, layout.dose, [factor for _, factor in system.doseable.values()])
        self._store(b, layout.scale, self.scales)
        return function("prepare", b)

    def _jacobian_function(self) -> str:
        layout, order = self.layout, self.factors.order
        place = {state: at for at, state in enumerate(order)}
        b = self.writer(layout.y, layout.t)
        timed = any(self.graph.value(n) != 0 for n in self.by_time)
        entries = {(place[i], place[j]): n for (i, j), n in self.jacobian.items()}
        keys = sorted(entries)
        roots = [*self.rates, *(self.by_time if timed else []), *(entries[k] for k in keys)]
        self._note(roots)
        values = b.numbers(roots)
        n = len(self.rates)
        for i in range(n):
            b.store(layout.f + i, values[i])
            if timed:
                b.store(layout.ft + i, values[n + i])
        found = dict(zip(keys, values[-len(keys) :] if keys else [], strict=True))
        massless = {i for i, s in enumerate(self.states) if s in self.system.massless}
        stepping.write_factors(b, layout, self.factors, found, massless, self.tableau)
        return function("jacobian", b, linkage="internal ")

    def text(self) -> Program:
        """Write everything."""
        layout, system = self.layout, self.system
        timed = any(self.graph.value(n) != 0 for n in self.by_time)
        massless = [s in system.massless for s in self.states]
        shape = stepping.Shape(
            self.tableau, layout, self.factors, tuple(massless), timed, self.width
        )
        parts = [
            self._start(),
            self._prepare(),
            self._evaluation("rates", layout.f, self.rates),
            self._jacobian_function(),
            stepping.solve(shape),
            stepping.step(shape),
            stepping.restore(shape),
            stepping.commit(shape),
            stepping.dense(shape),
            stepping.interpolate(shape),
            self._evaluation("observe", layout.observable, self.observed),
            self._evaluation(
                "trigger",
                layout.trigger,
                [*(e.trigger for e in system.events), *self.switches.watched],
            ),
            self._evaluation("effect", layout.effect, self.effects),
        ]
        head = definitions(self.width, self._functions)
        tail = 'attributes #0 = { nounwind "prefer-vector-width"="512" "no-trapping-math"="true" }'
        text = "\n".join([head, stepping.mass_table(shape), *parts, tail])
        return Program(text, self._blueprint())

    def _blueprint(self) -> Blueprint:
        system = self.system
        place = {state: i for i, state in enumerate(self.states)}
        return Blueprint(
            layout=self.layout,
            sizes=self.sizes,
            states=tuple(self.states),
            held=system.held,
            doseable={s: place[state] for s, (state, _) in system.doseable.items()},
            massless=tuple(sorted(place[s] for s in system.massless)),
            events=_event_table(system, place),
            width=self.width,
            entries=len(self.jacobian),
            odd=tuple(i for i, n in enumerate(self.observed) if self._odd(n)),
        )


def _effects(graph: Graph, event: Event) -> list[Node]:
    """List what is computed for an event: delay, priority, values, factors."""
    none = graph.const(0)
    priority = none if event.priority is None else event.priority
    factors = [a.factor for a in event.assignments if a.factor is not None]
    return [event.delay, priority, *(a.value for a in event.assignments), *factors]


def _event_table(system: System, place: dict[str, int]) -> EventTable:
    targets = place | {h: -1 - i for i, h in enumerate(system.held)}
    first: list[int] = []
    last: list[int] = []
    target: list[int] = []
    factor: list[int] = []
    for event in system.events:
        first.append(len(target))
        values = [targets[a.variable] for a in event.assignments]
        last.append(len(target) + 2 + len(values))
        target += [0, 0, *values]
        factor += [-1, -1]
        at = last[-1]
        for assignment in event.assignments:
            factor.append(-1 if assignment.factor is None else at)
            at += assignment.factor is not None
        spare = at - last[-1]
        target += [0] * spare
        factor += [-1] * spare
    events = system.events
    return EventTable(
        initially=tuple(int(e.initially) for e in events),
        persistent=tuple(int(e.persistent) for e in events),
        from_trigger=tuple(int(e.from_trigger) for e in events),
        prioritised=tuple(int(e.priority is not None) for e in events),
        first=tuple(first),
        last=tuple(last),
        target=tuple(target),
        factor=tuple(factor),
    )


def function(name: str, body: Lanes, linkage: str = "") -> str:
    """Wrap a body as a function of the block's address."""
    lines = "\n".join(body.lines)
    return f"define {linkage}void @{name}(ptr noalias %w) noinline #0 {{\n{lines}\n  ret void\n}}"


def compose(system: System, observables: Iterable[str], tableau: Tableau, width: int) -> Program:
    """Write a model as vector code.

    Parameters
    ----------
    system
        The equations.
    observables
        Ids to report, in order.
    tableau
        The method.
    width
        Lanes: patients side by side.

    Returns
    -------
    Program
        Code and where its memory lies.
    """
    if not system.states:
        system = _with_idle_state(system)
    return Composer(system, observables, tableau, width).text()


def _with_idle_state(system: System) -> System:
    """Give a model without states one that stays put, so that there is something to step."""
    zero = system.graph.const(0)
    return replace(system, states=(_IDLE,), rates=(zero,), initial={**system.initial, _IDLE: zero})


_IDLE = "tolerogen_idle"
