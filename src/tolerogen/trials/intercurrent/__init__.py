"""Intercurrent events: what happens to a patient during a trial and changes what a value means.

Two are simulated. *Rescue medication* is given at a visit whose score meets a rule, by a
physician who does not always follow it; it is a therapy of the library with doses of its own, or
a stated relief where no mechanism is modelled. *Discontinuation* ends the treatment and not the
trial: the doses stop, the drug washes out by the model, and a part of the patients goes on being
seen. Leaving the trial is a third thing, in the dropout of the disease.

Before an event nothing changes. A course is therefore simulated without events, the first event
of each patient is read off it, the course is simulated again from there, and so on: events act on
each other as they would in time.

What is then compared is the estimand: for each kind of event the trial file names a strategy of
ICH E9(R1), ``treatment-policy``, ``hypothetical`` or ``composite``, and how values are imputed
that nobody saw.
"""

from __future__ import annotations

from tolerogen.trials.intercurrent.course import Happened, follow_events
from tolerogen.trials.intercurrent.handle import handle
from tolerogen.trials.intercurrent.values import Discontinuation, Estimand, Rescue

__all__ = ["Discontinuation", "Estimand", "Happened", "Rescue", "follow_events", "handle"]
