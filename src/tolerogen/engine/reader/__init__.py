"""SBML text read as equations.

`read_system` goes in four steps, each a value the next one takes:

1. `Declared`: what the text says, defaults filled in, mathematics in reverse Polish order.
2. `Roles`: who changes what. A variable that reactions or rate rules move is a *state*, one that
   only events change is *held*, one with an assignment rule is written out wherever it is used,
   and what nothing changes is a constant: its value at the start.
3. `Start` and `Course`: what every id means at time 0 and at any time. The first is in terms of
   what the patients bring, so that a patient's value moves all that was derived from it.
4. `System`: rates, initial values, observables and events in one expression graph.

What the native engine does not offer is refused by name (`Refusal`).
"""

from __future__ import annotations

from tolerogen.engine.reader.read import read_system
from tolerogen.engine.reader.refusal import Refusal
from tolerogen.engine.reader.system import Assignment, Event, System

__all__ = ["Assignment", "Event", "Refusal", "System", "read_system"]
