"""When buffer replaced analyte: as recorded, or found where a fit is best."""

from __future__ import annotations

from dataclasses import replace

from tolerogen.antibodies.kinetics.fit import search, slowed, solve
from tolerogen.antibodies.kinetics.models import MODELS, Model
from tolerogen.antibodies.kinetics.sensorgram import Cycle, Sensorgram
from tolerogen.errors import SpecError

TRIED = 24
THIN = 80


def locate_switches(data: Sensorgram, model: Model = MODELS["mass-transport"]) -> Sensorgram:
    """Return `data` with steps that begin where they truly do.

    A record that names the concentration of each row can switch at the last row of one level or
    at the first of the next; the better fit of `model` decides. By default that is 1:1 with
    transport: without it, a limited record would be moved by a row, and its constants with it.
    A record with one constant level for each cycle is taken as association, then dissociation in
    all cycles at the same time, which is searched for.

    Raises
    ------
    SpecError
        When no switch can be found in a record that does not name it.
    """
    return _between_rows(data, model) if data.switch_known else _searched(data)


def _between_rows(data: Sensorgram, model: Model) -> Sensorgram:
    import numpy as np

    early = replace(data, cycles=tuple(_early(cycle) for cycle in data.cycles))
    if all(a.starts == b.starts for a, b in zip(early.cycles, data.cycles, strict=True)):
        return data
    plain = solve(MODELS["1:1"], data)
    best = solve(model, data, slowed(plain) if model.name == "mass-transport" else ())
    # A row is little: the other choice ends in the valley next to this one.
    response = np.concatenate([cycle.response for cycle in early.cycles])
    other = min(
        search(each, early, response, one.log, *each.bounds(data))[1]
        for each, one in ((model, best), (MODELS["1:1"], plain))
    )
    return early if other < min(best.rss, plain.rss) else data


def _early(cycle: Cycle) -> Cycle:
    import numpy as np

    first = [int(np.searchsorted(cycle.time, start)) for start in cycle.starts]
    earlier = [float(cycle.time[max(i - 1, 0)]) for i in first]
    return cycle.moved((cycle.starts[0], *earlier[1:]))


def _searched(data: Sensorgram) -> Sensorgram:
    import numpy as np

    first = max(float(cycle.time[0]) for cycle in data.cycles)
    last = min(float(cycle.time[-1]) for cycle in data.cycles)
    thin = replace(data, cycles=tuple(cycle.thinned(THIN) for cycle in data.cycles))
    low, high = first, last
    best = (np.inf, high)
    for _ in range(3):
        for switch in np.linspace(low, high, TRIED):
            rss = solve(MODELS["1:1"], _at(thin, float(switch))).rss
            best = min(best, (rss, float(switch)))
        width = (high - low) / (TRIED - 1)
        low, high = max(first, best[1] - width), min(last, best[1] + width)
    if best[1] >= last - 2 * (high - low) or best[1] <= first:
        raise SpecError(
            f"'{data.analyte}': the concentration never returns to 0 and no dissociation can be "
            "seen. Set concentration_nM to 0 in the rows after the injection."
        )
    return replace(_at(data, _nearest(data.cycles[0], best[1])), switch_known=True)


def _nearest(cycle: Cycle, switch: float) -> float:
    import numpy as np

    return float(cycle.time[int(np.argmin(np.abs(cycle.time - switch)))])


def _at(data: Sensorgram, switch: float) -> Sensorgram:
    cycles = tuple(
        replace(
            cycle,
            starts=(float(cycle.time[0]), switch),
            concentrations=(cycle.concentrations[0], 0.0),
        )
        for cycle in data.cycles
    )
    return replace(data, cycles=cycles)
