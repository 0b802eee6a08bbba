"""Fit a sensorgram, check whether the model may be believed, and say so."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tolerogen.antibodies.kinetics.fit import Solution, projected, search, slowed, solve
from tolerogen.antibodies.kinetics.models import MODELS, Model, interaction_model
from tolerogen.antibodies.kinetics.profile import effective, interval
from tolerogen.antibodies.kinetics.result import FittedCurve, Interval, KineticFit, Site
from tolerogen.antibodies.kinetics.sensorgram import Sensorgram
from tolerogen.antibodies.kinetics.steady import fit_steady_state
from tolerogen.antibodies.kinetics.switch import locate_switches
from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array

AUTO = "auto"
STEADY = "steady-state"
DETECTED = 3.84
"""Twice the log-likelihood a transport term must gain: with the term bounded at zero, 2.5 % of
experiments without transport reach it by chance (Self & Liang 1987)."""
STRONG = 5.0
LEAST_DISSOCIATED = 0.05
MOST_POINTS = 4000
"""Longer records are averaged in blocks: a fit of 14,000 points says no more than one of 4,000."""
SETTLED = 0.95
STRUCTURED = 0.3
"""Correlation of neighbouring residuals above which a model misses something visible."""


def fit_kinetics(data: Sensorgram, model: str = AUTO) -> KineticFit:
    """Fit an interaction model to all cycles of an analyte together.

    Parameters
    ----------
    data
        Reference-subtracted sensorgram.
    model
        ``1:1``, ``mass-transport``, ``heterogeneous``, ``bivalent``, ``steady-state``, or
        ``auto``: 1:1 unless transport to the surface is detected.

    Returns
    -------
    KineticFit
        With intervals and warnings. Whatever the model, a 1:1 fit is held against one with mass
        transport, since a wrong 1:1 fit can leave residuals that look like noise.

    Raises
    ------
    SpecError
        When the model is unknown, or the data hold no response above zero.
    """
    if model not in (AUTO, STEADY, *MODELS):
        raise SpecError(
            f"'{model}' is not an interaction model; {choices(model, (AUTO, STEADY, *MODELS))}"
        )
    given = replace(data, cycles=tuple(c for c in data.cycles if c.highest > 0))
    if max(float(cycle.response.max()) for cycle in given.cycles) <= 0:
        raise SpecError(f"'{data.analyte}': no response is above zero; is the sign turned?")
    used = locate_switches(given).condensed(MOST_POINTS)
    plain = solve(MODELS["1:1"], used)
    carried = solve(MODELS["mass-transport"], used, slowed(plain))
    gain = _gain(plain, carried)
    limited = gain > DETECTED
    notes = [_limited(plain, carried)] if limited and model in (AUTO, "1:1", STEADY) else []
    if not limited:
        notes += _undecided(used, plain)
    if model == STEADY:
        return _with(fit_steady_state(used), *_unsettled(used, plain), *notes)
    chosen = interaction_model(("mass-transport" if limited else "1:1") if model == AUTO else model)
    ready = {"1:1": plain, "mass-transport": carried}
    if chosen.name in ready:
        best = ready[chosen.name]
    else:
        used = locate_switches(given, chosen).condensed(MOST_POINTS)
        best = _led(solve(chosen, used))
    return _with(_result(chosen, used, best), *notes, *_misfit(chosen, used, best))


def _led(best: Solution) -> Solution:
    # Of two kinds of site the one with more capacity leads.
    if len(best.capacities) < 2 or best.capacities[0] >= best.capacities[1]:
        return best
    return replace(best, log=best.log[[2, 3, 0, 1]], capacities=best.capacities[::-1])


def _with(fit: KineticFit, *notes: str) -> KineticFit:
    return replace(fit, warnings=(*fit.warnings, *notes))


def _gain(plain: Solution, carried: Solution) -> float:
    points, _ = effective(carried.residuals)
    floor = max(carried.rss, 1e-20 * float(plain.residuals @ plain.residuals + 1.0))
    return points * math.log(max(plain.rss, floor) / floor)


def _limited(plain: Solution, carried: Solution) -> str:
    import numpy as np

    one, other = np.exp(plain.log[1] - plain.log[0]), np.exp(carried.log[1] - carried.log[0])
    return (
        f"mass transport detected (m = {np.exp(carried.log[2]):.2g}): a 1:1 fit gives KD "
        f"{one:.3g} M, with transport {other:.3g} M; use the mass-transport model"
    )


def _undecided(data: Sensorgram, plain: Solution) -> list[str]:
    # The dangerous case: transport would fit as well, and no residual can tell.
    import numpy as np

    model = MODELS["mass-transport"]
    response = np.concatenate([cycle.response for cycle in data.cycles])
    low, high = model.bounds(data)
    points, _ = effective(plain.residuals)
    held = [np.array([*start[:2], math.log(STRONG)]) for start in slowed(plain)]
    best = min(held, key=lambda start: projected(model, data, response, start)[0])
    log, rss, _ = search(model, data, response, best, low, high, held=(2,))
    if rss > 0 and points * math.log(rss / max(plain.rss, 1e-300)) < DETECTED:
        ratio = math.exp(plain.log[1] - plain.log[0] - log[1] + log[0])
        return [
            f"strong mass transport (m = {STRONG:g}) would fit as well, and KD would be "
            f"{ratio:.1f} times smaller: repeat at a lower density or a higher flow"
        ]
    return []


def _unsettled(data: Sensorgram, plain: Solution) -> list[str]:
    import numpy as np

    ka, kd = np.exp(plain.log[:2])
    reached = 1.0 - max(
        math.exp(-(ka * level + kd) * (end - start))
        for cycle in data.cycles
        for start, end, level in zip(
            cycle.starts,
            (*cycle.starts[1:], float(cycle.time[-1])),
            cycle.concentrations,
            strict=True,
        )
        if level > 0
    )
    if reached > SETTLED:
        return []
    return [
        f"the slowest injection reached {reached:.0%} of its plateau by a 1:1 fit: KD is biased; "
        "inject longer, or fit the curves"
    ]


def _misfit(model: Model, data: Sensorgram, best: Solution) -> list[str]:
    _, correlation = effective(best.residuals)
    if correlation < STRUCTURED:
        return []
    text = f"residuals are structured (neighbours correlate {correlation:.2f})"
    if model.name in ("heterogeneous", "bivalent"):
        return [text]
    other = solve(MODELS["heterogeneous"], data)
    ratio = math.sqrt(best.rss / max(other.rss, 1e-300))
    if ratio > 1.2:
        text += f"; two kinds of site fit with {ratio:.1f} times smaller residuals"
    return [text + f": the {model.name} model does not describe these data"]


def _result(model: Model, data: Sensorgram, best: Solution) -> KineticFit:
    import numpy as np

    ka, kd = (float(value) for value in np.exp(best.log[:2]))
    size = len(best.log)
    on = _interval(model, data, best, np.eye(size)[0])
    off = _interval(model, data, best, np.eye(size)[1])
    ratio = _interval(model, data, best, np.eye(size)[1] - np.eye(size)[0])
    correlation = effective(best.residuals)[1]
    degrees = max(len(best.residuals) - size - len(best.capacities), 1)
    fit = KineticFit(
        analyte=data.analyte,
        model=model.name,
        kon=ka,
        koff=kd,
        kd=kd / ka,
        rmax=float(best.capacities.sum()),
        kon_interval=on,
        koff_interval=off,
        kd_interval=ratio,
        noise=math.sqrt(best.rss / degrees),
        correlation=correlation,
        converged=best.converged,
        transport=float(np.exp(best.log[2])) if model.name == "mass-transport" else None,
        second=_second(model, data, best),
        curves=_curves(data, best),
    )
    return _bounded(fit, data)


def _curves(data: Sensorgram, best: Solution) -> tuple[FittedCurve, ...]:
    ends, made = 0, []
    for cycle in data.cycles:
        begin, ends = ends, ends + len(cycle.time)
        fitted = cycle.response - best.residuals[begin:ends]
        made.append(FittedCurve(cycle.name, cycle.highest, cycle.time, cycle.response, fitted))
    return tuple(made)


def _second(model: Model, data: Sensorgram, best: Solution) -> Site | None:
    import numpy as np

    if len(best.log) < 4:
        return None
    on, off = (_interval(model, data, best, row) for row in np.eye(4)[2:])
    return Site(
        kon=float(np.exp(best.log[2])),
        koff=float(np.exp(best.log[3])),
        kon_interval=on,
        koff_interval=off,
        rmax=float(best.capacities[1]) if len(best.capacities) > 1 else None,
    )


def _interval(model: Model, data: Sensorgram, best: Solution, direction: Array) -> Interval:
    low, high = interval(model, data, best, direction)
    return (
        math.exp(low) if math.isfinite(low) else None,
        math.exp(high) if math.isfinite(high) else None,
    )


def _bounded(fit: KineticFit, data: Sensorgram) -> KineticFit:
    longest = max(
        (end - start)
        for cycle in data.cycles
        for start, end, level in zip(
            cycle.starts,
            (*cycle.starts[1:], float(cycle.time[-1])),
            cycle.concentrations,
            strict=True,
        )
        if level == 0 or len(cycle.starts) == 1
    )
    notes = []
    koff = fit.koff or 0.0
    gone = 1.0 - math.exp(-koff * longest)
    if gone < LEAST_DISSOCIATED:
        bound = fit.koff_interval[1] or -math.log(1 - LEAST_DISSOCIATED) / longest
        notes.append(
            f"only {gone:.1%} dissociated in {longest:.0f} s: koff is a bound, below {bound:.2g} "
            "1/s; dissociate longer for a number"
        )
        fit = replace(
            fit,
            koff=None,
            kd=None,
            koff_interval=(None, bound),
            kd_interval=(None, bound / (fit.kon_interval[0] or fit.kon or math.nan)),
        )
    if fit.kon_interval == (None, None):
        notes.append("kon is not determined by these data")
    if not fit.converged:
        notes.append("the search ended at a bound or did not settle")
    return replace(fit, warnings=(*fit.warnings, *notes))
