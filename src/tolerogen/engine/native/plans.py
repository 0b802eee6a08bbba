"""Doses of all patients as flat arrays, the form the driver reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.schedule import Schedule

_SPECIAL = 2
"""Kinds the driver keeps for itself: the start, and moments without a dose."""


@dataclass(frozen=True)
class FlatPlans:
    """Plans, and which patient follows which.

    Attributes
    ----------
    of
        Plan of each patient.
    shared
        What the driver must know of the plans, by field of `problem`.
    """

    of: NDArray[np.int64]
    shared: Mapping[str, Any]

    def take(self, patients: NDArray[np.int64] | slice) -> FlatPlans:
        """Return the plans of some patients, in their order."""
        return FlatPlans(self.of[patients], self.shared)


def flatten(
    schedules: Sequence[Schedule],
    of: NDArray[np.int64],
    doseable: Mapping[str, int],
    infused: Sequence[str],
    atol: float | None,
) -> FlatPlans:
    """Flatten plans.

    Parameters
    ----------
    schedules
        The different plans.
    of
        Plan of each patient.
    doseable
        Place of the state of each doseable species, in the order the code knows them.
    infused
        Species with an infusion.
    atol
        Absolute tolerance, in concentration; None for one per state.
    """
    from tolerogen.engine.native.problem import KINDS

    names = list(doseable)
    place = {name: i for i, name in enumerate(names)}
    first, time, kind, rates = [0], [], [], []
    bolus_first, what, amount = [0], [], []
    kinds: dict[object, int] = {}
    largest = np.zeros((max(1, len(schedules)), len(names)))
    for p, plan in enumerate(schedules):
        flowing: tuple[bool, ...] = (False,) * len(infused)
        for segment in plan.segments:
            time.append(segment.times[0])
            row = [dict(segment.rates).get(s, 0.0) for s in infused]
            rates.append(row)
            for species, given in segment.boluses:
                what.append(place[species])
                amount.append(given)
            bolus_first.append(len(what))
            flows = tuple(r > 0 for r in row)
            sort = (tuple(s for s, _ in segment.boluses), flowing, flows)
            kind.append(min(kinds.setdefault(sort, len(kinds)), KINDS - _SPECIAL - 1))
            flowing = flows
        first.append(len(time))
        for species, most in plan.largest:
            largest[p, place[species]] = most
    shared = {
        "plan_first": np.array(first, np.int64),
        "stop_time": np.array(time, np.float64),
        "stop_kind": np.array(kind, np.int64),
        "bolus_first": np.array(bolus_first, np.int64),
        "bolus_what": np.array(what, np.int64),
        "bolus_amount": np.array(amount, np.float64),
        "flow": np.array(rates, np.float64).reshape(len(time), len(infused)),
        "flow_what": np.array([place.get(s, 0) for s in infused], np.int64),
        "largest": largest,
        "dose_state": np.array([doseable[n] for n in names], np.int64),
        "atol": float(atol or 0.0),
    }
    return FlatPlans(of, shared)
