"""A model's events, with what they set written in terms of states and held variables."""

from __future__ import annotations

from tolerogen.engine.expression.graph import Node
from tolerogen.engine.reader.course import Course
from tolerogen.engine.reader.declared import Happening
from tolerogen.engine.reader.operations import condition
from tolerogen.engine.reader.system import Assignment, Event
from tolerogen.errors import ModelError


def read_events(course: Course) -> tuple[Event, ...]:
    """Return the events that can do something: those with a trigger and an assignment."""
    every = course.declared.happenings
    return tuple(_event(course, h) for h in every if h.trigger is not None and h.assignments)


def _event(course: Course, happening: Happening) -> Event:
    g = course.graph
    delay, priority = happening.delay, happening.priority
    return Event(
        id=happening.id,
        trigger=condition(g, course.formula(happening.trigger or ())),
        initially=happening.initially,
        persistent=happening.persistent,
        delay=g.const(0) if delay is None else g.number(course.formula(delay)),
        priority=None if priority is None else g.number(course.formula(priority)),
        from_trigger=happening.from_trigger,
        assignments=_assignments(course, happening),
    )


def _assignments(course: Course, happening: Happening) -> tuple[Assignment, ...]:
    g = course.graph
    values = {
        name: g.number(course.formula(formula)) for name, formula in happening.assignments.items()
    }
    for name in values.keys() - course.symbols.keys():
        raise ModelError(f"{happening.id} assigns '{name}', which is not a variable of the model.")
    return tuple(
        _amount(course, name, value, happening.from_trigger)
        if name in course.roles.sized
        else Assignment(name, value)
        for name, value in values.items()
    )


def _amount(course: Course, name: str, value: Node, from_trigger: bool) -> Assignment:
    """Assign a concentration to a species that is its amount: multiply by the size.

    The size is the one just before the execution, even if the event changes it as well: the
    amount follows from the old size, and is kept (case 01779 of the SBML Test Suite).
    """
    g = course.graph
    size = course.value(course.declared.species[name].compartment)
    moves = any(g.op(n) in ("state", "held", "time") for n in g.reach([size]))
    if from_trigger and moves:
        return Assignment(name, value, factor=size)
    return Assignment(name, g.mul(value, size))
