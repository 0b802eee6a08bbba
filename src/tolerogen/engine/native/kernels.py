"""The functions of a compiled model, written as vector code.

===============  =====================================================================
``start``        what patients bring -> initial states and held variables
``prepare``      what patients bring, held variables -> all that is steady
``infuse``       inputs -> the part of it that moves with them
``rates``        states and time of a stage -> rates, as the first stage
``slopes``       the same, added to what stands in the column of a stage
``jacobian``     states and time of the step -> rates, time derivative, factors
``step``         one attempt of a Rosenbrock step -> stages, new states, error
``pace``         error -> by how much the next step may be longer
``restore``      one Newton step of what algebraic rules determine -> first stage
``commit``       new states become the states, in the lanes that accepted
``dense``        stages -> coefficients of the continuous output
``interpolate``  coefficients and theta -> states inside the step
``sketch``       as ``dense``, of the states that the observables need
``glimpse``      as ``interpolate``, of the states that the observables need
``observe``      states and time -> observables, and 0 where all of them are finite
``trigger``      states and time -> conditions of the events, watched comparisons
``effect``       states and time -> delay, priority and assigned values of the events
===============  =====================================================================

All take the address of one block of memory (see `layout`) and work on every lane.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from tolerogen.engine.expression.graph import Node
from tolerogen.engine.native import elimination, stepping
from tolerogen.engine.native.blueprint import Blueprint, Program, event_table
from tolerogen.engine.native.demand import Demand
from tolerogen.engine.native.lane_math import LIBM, definitions
from tolerogen.engine.native.lanes import BLOCK, Lanes, Writer, function
from tolerogen.engine.native.tableau import Tableau
from tolerogen.engine.reader.system import System

PIECE = 6000
"""Operations above which a function is written in pieces."""

_OURS = {"exp", "ln", "pow", *LIBM}


class Composer(Demand):
    """Writes the functions of a model.

    Parameters
    ----------
    system, observables, tableau, width
        As `Demand`.
    """

    def __init__(
        self, system: System, observables: Iterable[str], tableau: Tableau, width: int
    ) -> None:
        super().__init__(system, observables, tableau, width)
        self._functions = {"exp2", "log2"}

    def writer(
        self,
        states: int,
        time: int,
        hoisted: bool = True,
        known: dict[Node, int] | None = None,
        thrifty: bool = False,
    ) -> Writer:
        """Return a writer that reads the states and the time from these rows.

        Without `hoisted` it computes what is steady, instead of reading it, but for what is
        `known` to stand in a row.
        """
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
        rows.update(known or {})
        places = {s: states + i for i, s in enumerate(self.states)}
        return Writer(self.width, graph, rows, time, places, thrifty)

    def _note(self, nodes: Iterable[Node]) -> None:
        for node in self.graph.reach(nodes):
            if self.graph.op(node) in _OURS:
                self._functions.update((self.graph.op(node), "root"))

    def _store(self, b: Writer, first: int, nodes: list[Node]) -> None:
        self._note(nodes)
        for i, value in enumerate(b.numbers(nodes)):
            b.store(first + i, value)

    def _in_pieces(
        self,
        name: str,
        nodes: list[Node],
        body: Callable[[Writer, int, list[str]], None],
        given: str = BLOCK,
        linkage: str = "",
        thrifty: bool = False,
    ) -> str:
        """Write a function of nodes where the stage stands, in pieces if it is long.

        `body` writes what becomes of the values of some nodes, the first of which has a place.
        """
        self._note(nodes)
        pieces = self._pieces(nodes)
        parts = []
        for k, (start, some) in enumerate(pieces):
            b = self.writer(self.layout.stage_y, self.layout.stage_t, thrifty=thrifty)
            body(b, start, b.numbers(some))
            own = name if len(pieces) == 1 else f"{name}_{k}"
            parts.append(function(own, b, given, linkage))
        if len(pieces) > 1:
            parts.append(self._calls(name, len(pieces), given=given, linkage=linkage))
        return "\n".join(parts)

    def _slopes(self) -> str:
        """Write the rates, added to a column of stages."""

        def add(b: Writer, start: int, values: list[str]) -> None:
            for i, value in enumerate(values, start):
                b.store(i, b.do("add", value, b.fetch(i, "%b")), "%b")

        given = f"{BLOCK}, ptr noalias %b"
        return self._in_pieces("slopes", self.rates, add, given, "internal ", thrifty=True)

    def _observe(self) -> str:
        """Write the observables, and whether all are finite: then the sum of their zeros is 0."""
        layout = self.layout

        def show(b: Writer, start: int, values: list[str]) -> None:
            sound = b.fetch(layout.sound) if start else b.const(0.0)
            for i, value in enumerate(values, start):
                b.store(layout.observable + i, value)
                if not self.odd(self.observed[i]):
                    sound = b.fma(value, b.const(0.0), sound)
            b.store(layout.sound, sound)

        return self._in_pieces("observe", self.observed, show)

    def _evaluation(self, name: str, first: int, nodes: list[Node]) -> str:
        """Write a function that stores nodes."""

        def keep(b: Writer, start: int, values: list[str]) -> None:
            for i, value in enumerate(values, start):
                b.store(first + i, value)

        return self._in_pieces(name, nodes, keep)

    def _pieces(self, nodes: list[Node]) -> list[tuple[int, list[Node]]]:
        """Cut a list of nodes where computing them takes more than `PIECE` operations.

        Compilers need more than proportionally long for long functions; what two pieces share is
        computed in both.
        """
        pieces: list[tuple[int, list[Node]]] = []
        some: list[Node] = []
        size = 0
        for at, node in enumerate(nodes):
            some.append(node)
            size += len(self.graph.reach([node]))
            if size > PIECE:
                pieces.append((at + 1 - len(some), some))
                some, size = [], 0
        if some or not pieces:
            pieces.append((len(nodes) - len(some), some))
        return pieces

    def _calls(
        self,
        name: str,
        count: int,
        first: str = "",
        last: str = "",
        given: str = BLOCK,
        linkage: str = "",
    ) -> str:
        b = Lanes(self.width)
        for part in (first, *(f"{name}_{k}" for k in range(count)), last):
            if part:
                b.say(f"call void @{part}({given.replace(' noalias', '')})")
        return function(name, b, given, linkage)

    def _start(self) -> str:
        system = self.system
        b = self.writer(self.layout.stage_y, self.layout.stage_t, hoisted=False)
        self._store(b, self.layout.first_y, [system.initial[s] for s in self.states])
        self._store(b, self.layout.first_held, [system.initial[h] for h in system.held])
        return function("start", b)

    def _prepare(self) -> str:
        b = self.writer(self.layout.stage_y, self.layout.stage_t, hoisted=False)
        self._place(b, [(row, node) for row, node in self.all_steady() if node not in self.fed])
        return function("prepare", b)

    def _infuse(self) -> str:
        """Write the rest of what is steady: a dose changes it, and little else."""
        layout = self.layout
        known = {
            node: layout.hoisted + i for i, node in enumerate(self.hoisted) if node not in self.fed
        }
        b = self.writer(layout.stage_y, layout.stage_t, hoisted=False, known=known)
        self._place(b, [(row, node) for row, node in self.all_steady() if node in self.fed])
        return function("infuse", b)

    def _place(self, b: Writer, wanted: list[tuple[int, Node]]) -> None:
        nodes = [node for _, node in wanted]
        self._note(nodes)
        for (row, _), value in zip(wanted, b.numbers(nodes), strict=True):
            b.store(row, value)

    def _jacobian_function(self) -> str:
        layout, order = self.layout, self.factors.order
        place = {state: at for at, state in enumerate(order)}
        entries = {(place[i], place[j]): n for (i, j), n in self.jacobian.items()}
        massless = {i for i, s in enumerate(self.states) if s in self.system.massless}
        wanted = [(layout.u + i, n) for i, n in enumerate(self.rates)]
        if self.timed:
            wanted += [(layout.ft + i, n) for i, n in enumerate(self.by_time)]
        if elimination.looped(self.factors):
            return self._jacobian_by_tables(wanted, entries, massless)
        b = self.writer(layout.y, layout.t, thrifty=True)
        keys = sorted(entries)
        roots = [*(n for _, n in wanted), *(entries[k] for k in keys)]
        self._note(roots)
        values = b.numbers(roots)
        for (row, _), value in zip(wanted, values, strict=False):
            b.store(row, value)
        found = dict(zip(keys, values[len(wanted) :], strict=True))
        stepping.write_factors(b, layout, self.factors, found, massless, self.tableau)
        return function("jacobian", b, linkage="internal ")

    def _jacobian_by_tables(
        self,
        wanted: list[tuple[int, Node]],
        entries: dict[tuple[int, int], Node],
        massless: set[int],
    ) -> str:
        """Write the entries in pieces, and leave the elimination to loops."""
        layout = self.layout
        at = {entry: layout.lu + k for k, entry in enumerate(self.factors.entries)}
        zero = self.graph.const(0)
        own = {**{(i, i): zero for i in range(len(self.states))}, **entries}
        listed = [*wanted, *((at[e], own[e]) for e in sorted(own))]
        diagonal = {at[i, i] for i in range(len(self.states)) if i not in massless}
        pieces = self._pieces([n for _, n in listed])
        parts = []
        for k, (start, nodes) in enumerate(pieces):
            b = self.writer(layout.y, layout.t, thrifty=True)
            self._note(nodes)
            shift = b.do("div", b.const(1 / self.tableau.gamma), b.fetch(layout.h))
            for (row, _), value in zip(listed[start:], b.numbers(nodes), strict=False):
                if row in diagonal:
                    value = b.do("sub", shift, value)
                elif row >= layout.lu and row < layout.lu + len(at):
                    value = b.negate(value)
                b.store(row, value)
            parts.append(function(f"jacobian_{k}", b, linkage="internal "))
        calls = self._calls("jacobian", len(pieces), first="clear", last="eliminate")
        return "\n".join([*parts, elimination.clear(layout, len(at), self.width), calls])

    def _elimination(self, shape: stepping.Shape) -> list[str]:
        """Write how to solve: unrolled, or by tables."""
        if not elimination.looped(self.factors):
            return [stepping.solve(shape)]
        layout, factors, width = self.layout, self.factors, self.width
        return [
            elimination.tables(layout, factors),
            elimination.eliminate(factors, width),
            elimination.solve(layout, factors, width),
        ]

    def text(self) -> Program:
        """Write everything."""
        layout, system = self.layout, self.system
        massless = [s in system.massless for s in self.states]
        shape = stepping.Shape(
            self.tableau, layout, self.factors, tuple(massless), self.timed, self.width
        )
        needed = {name for node in self.observed for name in self.graph.states(node)}
        seen = [i for i, name in enumerate(self.states) if name in needed]
        every = range(len(self.states))
        parts = [
            self._start(),
            self._prepare(),
            self._infuse(),
            self._slopes(),
            stepping.rates(shape),
            self._jacobian_function(),
            *self._elimination(shape),
            stepping.step(shape),
            stepping.pace(shape),
            stepping.restore(shape),
            stepping.commit(shape),
            stepping.dense(shape, "dense", every),
            stepping.interpolate(shape, "interpolate", every),
            stepping.dense(shape, "sketch", seen),
            stepping.interpolate(shape, "glimpse", seen),
            self._observe(),
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
            events=event_table(system, place),
            width=self.width,
            entries=len(self.jacobian),
            odd=tuple(i for i, n in enumerate(self.observed) if self.odd(n)),
        )


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
