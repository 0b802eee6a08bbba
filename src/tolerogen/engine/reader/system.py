"""A model as equations: what the reader makes of SBML and the compiler takes.

Everything is an expression of one `Graph`, in terms of its symbols. Assignment rules,
functions, local parameters, conversion factors and concentrations are gone: they are written
out. What the patients do not bring is a constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tolerogen.engine.expression.graph import Graph, Node


@dataclass(frozen=True)
class Assignment:
    """What an event does to one variable.

    Attributes
    ----------
    variable
        Id of a state or a held variable.
    value
        What it becomes; worked out at the trigger or at the execution (`Event.from_trigger`).
    factor
        What the value is multiplied by, always worked out at the execution, with the values
        just before it; None for 1. A concentration kept from the trigger becomes an amount
        this way in a compartment that may have changed since.
    """

    variable: str
    value: Node
    factor: Node | None = None


@dataclass(frozen=True)
class Event:
    """A discontinuity of the model's own (SBML L3V2 section 4.11).

    Attributes
    ----------
    id
        Its id, or ``event 3`` for the third of those without one.
    trigger
        Condition; the event fires when it turns from false to true.
    initially
        Value the trigger had before the start: with False, an event whose trigger holds at the
        start fires there.
    persistent
        Whether an event waiting for its delay happens even when the trigger turns false.
    delay
        Days from trigger to execution; a constant 0 when there is none.
    priority
        Of events due at one time the highest comes first; None when it has none.
    from_trigger
        Whether the values assigned are those at the time of the trigger, or of the execution.
    assignments
        What it sets, all at once.
    """

    id: str
    trigger: Node
    initially: bool
    persistent: bool
    delay: Node
    priority: Node | None
    from_trigger: bool
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True)
class System:
    """The equations of a model, specialised to what the patients bring.

    Attributes
    ----------
    graph
        Holds every node below.
    given
        Ids of parameters and compartments the patients bring: symbols ``given``.
    states
        Ids of what the equations move: symbols ``state``. A species that reactions change is
        its amount; what a rate rule moves is the quantity the rule means (for a concentration
        in a compartment whose size varies: the amount, with the rule rewritten).
    rates
        Derivative of each state by the time, per day; for a state in `massless` the residual of
        its algebraic rule, which is 0 at all times.
    massless
        States that algebraic rules determine.
    held
        Ids of what only events change: symbols ``held``.
    initial
        Value at time 0 of each state and held variable, in terms of ``given`` alone.
    observables
        Every id that can be reported, in terms of symbols: species (a concentration, or an
        amount where declared ``substanceOnly``), parameters, compartments, reactions (their
        rate), species references with an id.
    doseable
        Species a dose may enter: (state, change of the state per amount).
    events
        The model's events, in its order.
    share
        Part of the planned doses that is given, by species, where dosing rules change it.
    """

    graph: Graph
    given: tuple[str, ...]
    states: tuple[str, ...]
    rates: tuple[Node, ...]
    massless: frozenset[str]
    held: tuple[str, ...]
    initial: Mapping[str, Node]
    observables: Mapping[str, Node]
    doseable: Mapping[str, tuple[str, Node]]
    infused: tuple[str, ...] = ()
    events: tuple[Event, ...] = field(default=())
    share: Mapping[str, Node] = field(default_factory=dict)
