"""What is known of compiled code besides its bytes: enough to run it without the model."""

from __future__ import annotations

from dataclasses import dataclass

from tolerogen.engine.expression.graph import Graph, Node
from tolerogen.engine.native.layout import Layout, Sizes
from tolerogen.engine.reader.system import Event, System

KERNELS = (
    *("start", "prepare", "infuse", "step", "commit", "dense", "interpolate", "observe"),
    *("sketch", "glimpse", "trigger", "effect", "rates", "restore", "pace"),
)
"""Functions the driver calls."""


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


def effects_of(graph: Graph, event: Event) -> list[Node]:
    """List what is computed for an event: delay, priority, values, factors."""
    none = graph.const(0)
    priority = none if event.priority is None else event.priority
    factors = [a.factor for a in event.assignments if a.factor is not None]
    return [event.delay, priority, *(a.value for a in event.assignments), *factors]


def event_table(system: System, place: dict[str, int]) -> EventTable:
    """Return what the driver must know of a model's events; `place` is that of each state."""
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
