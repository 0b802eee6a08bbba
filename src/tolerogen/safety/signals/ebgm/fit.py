"""Fit the prior: several starts, a check of the gradient, and a diagnosis in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.safety.signals.counts import Floats, PairCounts
from tolerogen.safety.signals.ebgm.diagnosis import diagnose, remarks
from tolerogen.safety.signals.ebgm.likelihood import (
    Form,
    Objective,
    Points,
    negative_log_likelihood,
)
from tolerogen.safety.signals.ebgm.prior import Prior, from_free, to_free
from tolerogen.safety.signals.ebgm.squash import coarser, points_of

STARTS = (
    Prior(0.2, 0.1, 2.0, 4.0, 1 / 3),  # DuMouchel 1999, and the default of PhViD
    Prior(0.2, 0.06, 1.4, 1.8, 0.1),
    Prior(0.5, 0.3, 2.0, 2.0, 0.65),
    Prior(1.0, 0.1, 1.0, 1.0, 0.02),
    Prior(3.0, 0.4, 2.0, 1.9, 0.07),
    Prior(5.0, 0.5, 5.0, 5.0, 0.2),
    Prior(0.1, 0.01, 10.0, 10.0, 0.01),
    Prior(24.0, 2.0, 3.5, 3.0, 0.03),
)
"""Where searches begin: scattered over what published fits found (assumed, none is decisive)."""

STEPS, LONGEST = 100, 1.5
"""Most steps of a search, and the longest step in the log of a hyperparameter."""

BOUND = 14.0
"""Logs of the hyperparameters are kept within ± this, so that a runaway fit ends and is seen."""


@dataclass(frozen=True)
class Fit:
    """A fitted prior.

    Attributes
    ----------
    prior
        The hyperparameters.
    form
        Likelihood that was used, after a fall-back if there was one.
    negative_log_likelihood
        At the solution, over `cells` cells.
    gradient
        Largest slope of the negative log-likelihood per cell, in the logs of the parameters.
    points, cells
        How many points the fit saw, and how many cells they stand for.
    exact
        Whether no cells were merged.
    optima
        Negative log-likelihoods of the different optima that the starts led to, best first.
    problems
        What is wrong with the solution, in words; empty for a sound one.
    notes
        What was done about it.
    """

    prior: Prior
    form: Form
    negative_log_likelihood: float
    gradient: float
    points: int
    cells: float
    exact: bool
    optima: tuple[float, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def fit_prior(counts: PairCounts, form: Form = "zeros") -> Fit:
    """Fit the five hyperparameters by maximum likelihood.

    Parameters
    ----------
    counts
        Counts of pairs.
    form
        ``zeros`` counts the cells nobody reported; ``component`` and ``joint`` leave them out. When
        one of these degenerates and the cells are known, the fit falls back to ``zeros`` and says
        so. ``zeros`` itself falls back to ``joint`` when the table says nothing about other cells.

    Raises
    ------
    SpecError
        When fewer than 5 pairs were reported.
    """
    if int((counts.n > 0).sum()) < 5:
        raise SpecError(
            "EBGM fits five numbers to the table, and fewer than 5 pairs were reported: give "
            "--hyperparameters, or use ic."
        )
    known = counts.margins is not None or counts.lists_zeros
    if form == "zeros" and not known:
        note = (
            "The table lists no cells without reports and no margins, so they could not be fitted: "
            "the joint form was used instead of zeros."
        )
        return _noted(fit_points(points_of(counts, "joint"), "joint"), note)
    fit = fit_points(points_of(counts, form), form)
    if fit.problems and form != "zeros" and known:
        note = (
            f"The {form} form gave no usable prior ({' '.join(fit.problems)}) "
            f"The zeros form was used instead."
        )
        return _noted(fit_points(points_of(counts, "zeros"), "zeros"), note)
    return fit


def fit_points(points: Points, form: Form) -> Fit:
    """Fit to points with weights: cheap searches from every start, then the best ones in full."""
    rough = coarser(points, 0.25) if len(points) > 3_000 else points
    found = _search(negative_log_likelihood(rough, form), [to_free(s) for s in STARTS])
    objective = negative_log_likelihood(points, form)
    if rough is not points:
        found = _search(objective, _different(found)[:2])
    optima = _different(found)
    best = optima[0]
    value, slope = objective(best)
    prior = from_free(best).ordered()
    gradient = float(np.abs(slope).max() / points.cells)
    return Fit(
        prior=prior,
        form=form,
        negative_log_likelihood=value,
        gradient=gradient,
        points=len(points),
        cells=points.cells,
        exact=points.exact,
        optima=tuple(round(objective(free)[0], 6) for free in optima),
        problems=diagnose(prior, gradient),
        notes=remarks(prior),
    )


def _search(objective: Objective, starts: list[Floats]) -> list[tuple[float, Floats]]:
    found = []
    for start in starts:
        free = _descend(objective, start)
        value = objective(free)[0]
        if np.isfinite(value):
            found.append((value, free))
    return sorted(found, key=lambda pair: pair[0])


def _different(found: list[tuple[float, Floats]]) -> list[Floats]:
    """Keep one of each optimum, the best first; 1e-6 of the likelihood tells two apart."""
    kept: list[tuple[float, Floats]] = []
    for value, free in found:
        if all(value - other > 1e-6 * abs(other) for other, _ in kept):
            kept.append((value, free))
    return [free for _, free in kept]


def _descend(objective: Objective, free: Floats) -> Floats:
    """Newton's method on five numbers: curvature made positive, steps short enough to go down."""
    value, slope = objective(free)
    for _ in range(STEPS):
        size, axes = np.linalg.eigh(_hessian(objective, free))
        size = np.maximum(np.abs(size), 1e-10 * max(np.abs(size).max(), 1e-300))
        step = -axes @ ((axes.T @ slope) / size)
        step *= min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300))
        for _ in range(20):
            ahead = np.clip(free + step, -BOUND, BOUND)
            trial, steeper = objective(ahead)
            if trial < value:
                break
            step /= 3
        else:
            break
        gain, free, value, slope = value - trial, ahead, trial, steeper
        if gain <= 1e-14 * abs(value):
            break
    return free


def _hessian(objective: Objective, free: Floats, step: float = 1e-4) -> Floats:
    rows = []
    for k in range(len(free)):
        move = np.zeros_like(free)
        move[k] = step
        rows.append((objective(free + move)[1] - objective(free - move)[1]) / (2 * step))
    table = np.array(rows)
    return (table + table.T) / 2


def _noted(fit: Fit, note: str) -> Fit:
    return replace(fit, notes=(*fit.notes, note))
