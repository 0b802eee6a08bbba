"""What events set, and when, written in terms of states and held variables."""

from __future__ import annotations

from tests.engine.reader import writing as w
from tests.engine.reader.test_read import at

from tolerogen.engine.reader import Event, System, read_system


def growing(*events: str) -> System:
    """Return a species in a compartment that a rate rule changes, with events."""
    return read_system(
        w.document(
            Compartments=w.compartment(size=2),
            Species=w.species("S", 'initialConcentration="3"'),
            Parameters=w.parameters(p=1),
            Rules=w.rule("rate", "C", "1"),
            Events="".join(events),
        )
    )


def only(system: System) -> Event:
    (event,) = system.events
    return event


def test_what_only_events_change_is_held():
    system = growing(w.event("p > 0", p="p + 1", S="2"))
    assert (system.states, system.held) == (("C",), ("S", "p"))
    assert at(system, system.initial["S"]) == 6  # an amount: 3 in a size of 2


def test_an_assigned_concentration_keeps_for_the_execution_what_the_size_makes_of_it():
    system = growing(w.event("p > 0", S="7"))
    (assignment,) = only(system).assignments
    assert at(system, assignment.value) == 7
    assert at(system, assignment.factor, C=5.0) == 5


def test_an_assigned_concentration_at_the_execution_is_an_amount_at_once():
    attributes = 'useValuesFromTriggerTime="false"'
    system = growing(w.event("p > 0", attributes=attributes, S="7"))
    (assignment,) = only(system).assignments
    assert assignment.factor is None
    assert at(system, assignment.value, C=5.0) == 35


def test_flags_delay_and_priority():
    inner = f"<priority>{w.math('3')}</priority><delay>{w.math('2 * p')}</delay>"
    system = growing(w.event("time > 4", inner, p="0"))
    event = only(system)
    assert not event.initially
    assert not event.persistent
    assert event.from_trigger
    assert event.id == "event 1"
    assert (at(system, event.delay, p=6.0), at(system, event.priority)) == (12, 3)
    assert system.graph.text(event.trigger) == "(4 < time)"


def test_level_2_events_are_persistent_and_do_not_fire_at_the_start():
    text = f"""<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4"><model>
    <listOfParameters><parameter id="p" value="1" constant="false"/></listOfParameters>
    <listOfEvents><event><trigger>{w.math("p > 0")}</trigger>
    <listOfEventAssignments><eventAssignment variable="p">{w.math("2")}</eventAssignment>
    </listOfEventAssignments></event></listOfEvents></model></sbml>"""
    event = only(read_system(text))
    assert event.initially
    assert event.persistent
    assert event.from_trigger
    assert event.priority is None


def test_an_event_that_can_do_nothing_is_left_out():
    silent = w.event("p > 0", p="2")
    silent = silent.replace(w.math("p > 0"), "")
    assert growing(silent).events == ()


def test_a_trigger_written_as_a_choice_of_numbers_is_the_condition_itself():
    system = growing(w.event("piecewise(1, time > 4, 0)", p="0"))
    assert system.graph.text(only(system).trigger) == "(4 < time)"
