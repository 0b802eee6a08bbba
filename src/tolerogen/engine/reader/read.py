"""From SBML text to equations."""

from __future__ import annotations

from collections.abc import Sequence

from tolerogen.engine.expression.graph import Graph
from tolerogen.engine.reader.algebraic import settle
from tolerogen.engine.reader.course import Course
from tolerogen.engine.reader.document import read_document
from tolerogen.engine.reader.events import read_events
from tolerogen.engine.reader.system import System


def read_system(sbml: str, given: Sequence[str] = (), infused: Sequence[str] = ()) -> System:
    """Read a model as equations.

    Parameters
    ----------
    sbml
        SBML of level 2 or 3, core.
    given
        Ids of parameters and compartments the patients bring. All else that does not change
        becomes a number, or an expression of these.
    infused
        Species that doses enter although nothing else changes them, or that infusions enter:
        an ``input`` of that name, an amount per day, is added to their rate.

    Returns
    -------
    System
        The equations.

    Raises
    ------
    ModelError
        When the text is not valid SBML: with the line; or when an id is undefined, or defined by
        itself.
    Refusal
        When the model uses what the native engine does not offer.

    Examples
    --------
    >>> from tolerogen.engine import load_model
    >>> model = load_model("model m; S = 2; k = 0.5; S -> ; k*S; end")
    >>> system = read_system(model.sbml, given=["k"])
    >>> system.states, system.graph.text(system.rates[0])
    (('S',), 'neg((k * S))')
    """
    declared = read_document(sbml)
    graph = Graph()
    roles, rules = settle(declared, graph, given, infused)
    course = Course(graph, declared, roles)
    every = (*declared.species, *declared.parameters, *declared.compartments)
    observables = (*every, *declared.reactions, *declared.references)
    return System(
        graph=graph,
        given=tuple(given),
        states=roles.states,
        rates=tuple(
            graph.number(course.formula(declared.algebraic[rules[state]]))
            if state in rules
            else course.motion(state)
            for state in roles.states
        ),
        massless=roles.massless,
        held=roles.held,
        initial={name: course.start.symbol(name) for name in (*roles.states, *roles.held)},
        observables={name: course.value(name) for name in observables},
        doseable={
            name: (name, course.per_amount(name))
            for name in roles.states
            if name in declared.species and name not in roles.massless
        },
        infused=tuple(infused),
        events=read_events(course),
    )
