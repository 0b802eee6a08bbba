"""Who changes what: the part each id plays in the equations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tolerogen.engine.expression.graph import Node
from tolerogen.engine.reader.declared import Declared
from tolerogen.errors import ModelError


@dataclass(frozen=True)
class Roles:
    """The parts the ids of a model play.

    Attributes
    ----------
    given
        Ids the patients bring.
    infused
        Species that infusions enter.
    moved
        Species whose amount reactions or infusions change.
    states
        What the equations move: by reactions, rate rules, or (massless) algebraic rules.
    massless
        States that algebraic rules determine.
    held
        What only events change.
    sized
        Species whose symbol is an amount while their id stands for a concentration.
    solved
        Variables of algebraic rules that could be solved for, with their value.
    """

    given: frozenset[str]
    infused: tuple[str, ...]
    moved: frozenset[str]
    states: tuple[str, ...]
    massless: frozenset[str]
    held: tuple[str, ...]
    sized: frozenset[str]
    solved: Mapping[str, Node] = field(default_factory=dict)

    @property
    def symbols(self) -> dict[str, str]:
        """Return the kind of symbol of each id that has one."""
        return dict.fromkeys(self.held, "held") | dict.fromkeys(self.states, "state")


def find_roles(
    declared: Declared,
    given: Sequence[str],
    infused: Sequence[str],
    massless: Iterable[str] = (),
    solved: Mapping[str, Node] | None = None,
) -> Roles:
    """Give each id its part.

    Parameters
    ----------
    declared
        The model.
    given, infused
        Ids the patients bring, and species that infusions enter.
    massless, solved
        What algebraic rules determine: as states, or by formula.
    """
    check_targets(declared)
    solved = solved or {}
    massless = frozenset(massless)
    species = declared.species
    moved = moved_by_reactions(declared) | (frozenset(infused) & species.keys())
    ruled = declared.assigned.keys() | solved.keys()
    moving = (moved | declared.rated.keys() | massless) - ruled
    jumping = set(jumped(declared)) - ruled - moving
    order = (*species, *declared.parameters, *declared.compartments, *declared.references)
    changing = ruled | moving | jumping
    varying = changing & declared.compartments.keys()
    return Roles(
        given=frozenset(given),
        infused=tuple(infused),
        moved=moved - declared.rated.keys(),
        states=tuple(i for i in order if i in moving),
        massless=massless,
        held=tuple(i for i in order if i in jumping),
        sized=frozenset(
            name
            for name, each in species.items()
            if not (each.in_amounts or name in ruled or name in massless)
            and (name in moved - declared.rated.keys() or each.compartment in varying)
        ),
        solved=solved,
    )


def check_targets(declared: Declared) -> None:
    """Refuse a model that sets what it does not have, or sets a variable by two rules.

    Raises
    ------
    ModelError
        With the id, and what sets it.
    """
    known = {**declared.species, **declared.parameters, **declared.compartments}
    known |= declared.references
    touched = [r.species for reaction in declared.reactions.values() for r in reaction.references]
    setters = {
        "An assignment rule": declared.assigned,
        "A rate rule": declared.rated,
        "An initial assignment": declared.initial,
        "An event": jumped(declared),
        "A reaction": touched,
    }
    for setter, targets in setters.items():
        for name in targets:
            if name not in known:
                raise ModelError(f"{setter} of the model changes '{name}', which it has not.")
    for name in declared.assigned.keys() & declared.rated.keys():
        raise ModelError(f"An assignment rule and a rate rule of the model both set '{name}'.")


def moved_by_reactions(declared: Declared) -> frozenset[str]:
    """Return the species whose amount reactions change."""
    touched = {
        reference.species
        for reaction in declared.reactions.values()
        if reaction.rate is not None
        for reference in reaction.references
    }
    return frozenset(
        name
        for name in touched & declared.species.keys()
        if not (declared.species[name].boundary or declared.species[name].constant)
    )


def jumped(declared: Declared) -> list[str]:
    """Return what events assign, each once, in the order of the events."""
    every = (h.assignments for h in declared.happenings if h.trigger is not None)
    return list(dict.fromkeys(name for assignments in every for name in assignments))
