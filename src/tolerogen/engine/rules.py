"""Dosing rules as data: hold, stop, titrate or rescue, depending on what is observed.

A rule looks at one observable, all the time or at visits, and changes what is given from then
on. It is written in Python as a `DosingRule`, or in TOML::

    [[rule]]
    action = "hold"
    observable = "IgG"
    below = "4 g/L"
    every = "4 weeks"

`with_rules` turns rules into events of the model, so they need no machinery of their own and
their times are met exactly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from tolerogen.engine.expression.graph import Graph, Node
from tolerogen.engine.reader.system import Assignment, Event, System
from tolerogen.errors import SpecError, choices

Action = Literal["hold", "stop", "titrate", "rescue"]


@dataclass(frozen=True)
class DosingRule:
    """One rule.

    Attributes
    ----------
    action
        ``hold``: no dose while the condition holds. ``stop``: no dose ever after. ``titrate``:
        multiply later doses by `factor`. ``rescue``: give `amount` into `into`.
    observable
        Id of what is looked at.
    above, below
        The condition: beyond this value, in the model's unit of the observable. Give one.
    every
        Days between looks; None to look all the time (then a rule acts when the condition
        begins to hold).
    start
        Day of the first look.
    factor, least, most
        For ``titrate``: change per look, and bounds of the share of the planned dose.
    amount, into, times
        For ``rescue``: amount, species, and how often at most.
    governs
        Species whose planned doses the rule changes; none named means all.

    Raises
    ------
    SpecError
        When what the action needs is missing, or a number makes no sense.

    Examples
    --------
    >>> DosingRule("hold", "IgG", below=4000.0, every=28.0).text
    'hold while IgG < 4000, looked at every 28 days'
    """

    action: Action
    observable: str
    above: float | None = None
    below: float | None = None
    every: float | None = None
    start: float = 0.0
    factor: float = 1.0
    least: float = 0.0
    most: float = math.inf
    amount: float = 0.0
    into: str = ""
    times: int = 1_000_000
    governs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        where = f"rule '{self.action}' on '{self.observable}'"
        if self.action not in get_args(Action):
            raise SpecError(f"{where}: no such action; {choices(self.action, get_args(Action))}")
        if (self.above is None) == (self.below is None):
            raise SpecError(f"{where}: give either above or below.")
        if self.every is not None and not self.every > 0:
            raise SpecError(f"{where}: every is {self.every}; give days, more than 0.")
        if not self.start >= 0:
            raise SpecError(f"{where}: start is {self.start}; give a day, 0 or later.")
        if self.action == "titrate" and not (self.factor > 0 and self.factor != 1):
            raise SpecError(f"{where}: factor is {self.factor}; give one above 0, not 1.")
        if not 0 <= self.least <= self.most:
            raise SpecError(f"{where}: least {self.least} and most {self.most} are no range.")
        if self.action == "rescue" and not (self.amount > 0 and self.into):
            raise SpecError(f"{where}: a rescue needs an amount above 0 and the species it enters.")
        if self.times < 1:
            raise SpecError(f"{where}: times is {self.times}; give 1 or more.")

    @property
    def text(self) -> str:
        """The rule in words."""
        sign, limit = (">", self.above) if self.above is not None else ("<", self.below)
        condition = f"{self.observable} {sign} {limit:g}"
        does = {
            "hold": f"hold while {condition}",
            "stop": f"stop when {condition}",
            "titrate": f"multiply doses by {self.factor:g} when {condition}",
            "rescue": f"give {self.amount:g} into {self.into} when {condition}",
        }[self.action]
        return f"{does}, looked at every {self.every:g} days" if self.every else does


def shown_as(index: int) -> str:
    """Return the id under which a rule reports: a share of the dose, or rescues given.

    Examples
    --------
    >>> shown_as(0)
    'rule_1'
    """
    return f"rule_{index + 1}"


def with_rules(system: System, rules: Sequence[DosingRule]) -> System:
    """Write rules into a model as events.

    Parameters
    ----------
    system
        The model.
    rules
        Act in this order where several act at one time.

    Returns
    -------
    System
        With a held variable and one or two events a rule. Its `share` is the part of each
        planned dose that is given; each rule can be observed as ``rule_1``, ``rule_2``, ...

    Raises
    ------
    SpecError
        When a rule names an observable or a species the model does not have.
    """
    for index, rule in enumerate(rules):
        system = _with_rule(system, rule, shown_as(index))
    return system


def _with_rule(system: System, rule: DosingRule, name: str) -> System:
    g = system.graph
    if rule.observable not in system.observables:
        known = choices(rule.observable, system.observables)
        raise SpecError(f"rule '{rule.action}': the model has no '{rule.observable}'; {known}")
    if rule.action == "rescue" and rule.into not in system.doseable:
        known = choices(rule.into, system.doseable)
        raise SpecError(f"rule 'rescue': '{rule.into}' cannot be dosed; {known}")
    value = g.symbol("held", name)
    start = g.const(0.0 if rule.action == "rescue" else 1.0)
    condition = _condition(g, system.observables[rule.observable], rule)
    write = _watching if rule.every is None else _looking
    events = write(system, rule, name, condition)
    held = [name] if rule.every is None else [name, f"{name}_next"]
    initial = {name: start, f"{name}_next": g.const(rule.start)}
    return replace(
        system,
        held=(*system.held, *held),
        initial={**system.initial, **{h: initial[h] for h in held}},
        observables={**system.observables, name: value},
        events=(*system.events, *events),
        share=system.share if rule.action == "rescue" else _shares(system, rule, value),
    )


def _shares(system: System, rule: DosingRule, value: Node) -> dict[str, Node]:
    """Multiply the share of every species the rule governs by the rule's variable."""
    one = system.graph.const(1)
    for species in rule.governs:
        if species not in system.doseable:
            known = choices(species, system.doseable)
            raise SpecError(f"rule '{rule.action}': '{species}' cannot be dosed; {known}")
    governed = rule.governs or tuple(system.doseable)
    changed = {s: system.graph.mul(system.share.get(s, one), value) for s in governed}
    return {**system.share, **changed}


def _condition(g: Graph, observable: Node, rule: DosingRule) -> Node:
    if rule.above is not None:
        return g.compare("gt", observable, g.const(rule.above))
    return g.compare("lt", observable, g.const(rule.below or 0.0))


def _new_value(g: Graph, rule: DosingRule, name: str) -> Node:
    """Return what the rule's variable becomes where the condition holds."""
    value = g.symbol("held", name)
    if rule.action in ("hold", "stop"):
        return g.const(0)
    if rule.action == "rescue":
        return g.add(value, g.const(1))
    most = g.const(min(rule.most, 1e300))
    return g.smaller(g.larger(g.mul(value, g.const(rule.factor)), g.const(rule.least)), most)


def _acts(system: System, rule: DosingRule, name: str, condition: Node) -> tuple[Assignment, ...]:
    """Return what happens at a look: the variable, and the dose of a rescue."""
    g = system.graph
    value = g.symbol("held", name)
    if rule.action == "rescue":
        condition = g.both(condition, g.compare("lt", value, g.const(rule.times)))
    otherwise = g.const(1) if rule.action == "hold" else value
    found = [Assignment(name, g.choose(condition, _new_value(g, rule, name), otherwise))]
    if rule.action == "rescue":
        state, per_amount = system.doseable[rule.into]
        here = g.symbol("state", state)
        dosed = g.add(here, g.mul(g.const(rule.amount), per_amount))
        found.append(Assignment(state, g.choose(condition, dosed, here)))
    return tuple(found)


def _watching(system: System, rule: DosingRule, name: str, condition: Node) -> tuple[Event, ...]:
    g = system.graph
    open_ = g.compare("ge", g.symbol("time"), g.const(rule.start)) if rule.start else g.truth(True)
    begins = g.both(condition, open_)
    found = [_event(g, name, begins, False, _acts(system, rule, name, g.truth(True)))]
    if rule.action == "hold":
        ends = (Assignment(name, g.const(1)),)
        found.append(_event(g, f"{name}_end", g.negate(begins), True, ends))
    return tuple(found)


def _looking(system: System, rule: DosingRule, name: str, condition: Node) -> tuple[Event, ...]:
    g = system.graph
    after = g.symbol("held", f"{name}_next")
    look = g.compare("ge", g.symbol("time"), after)
    onward = Assignment(f"{name}_next", g.add(after, g.const(rule.every or 0.0)))
    return (_event(g, name, look, False, (*_acts(system, rule, name, condition), onward)),)


def _event(
    g: Graph, name: str, trigger: Node, initially: bool, acts: tuple[Assignment, ...]
) -> Event:
    return Event(
        id=name,
        trigger=trigger,
        initially=initially,
        persistent=True,
        delay=g.const(0),
        priority=None,
        from_trigger=True,
        assignments=acts,
    )
