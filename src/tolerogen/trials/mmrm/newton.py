"""Newton's method with the exact Hessian, as PROC MIXED does, and a reason when it fails."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tolerogen.errors import AnalysisError
from tolerogen.trials.mmrm.design import Design
from tolerogen.trials.mmrm.likelihood import Point, Slopes, evaluate, slopes
from tolerogen.trials.mmrm.structures import Structure

ITERATIONS = 100
CRITERION = 1e-10  # twice the gain that a step promises; its size in standard errors, squared
ROUNDING = 1e-12  # of the likelihood, relative
SINGULAR = 1e-7  # smallest eigenvalue of a correlation matrix that is not called singular

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best parameters, derivatives there, and the number of iterations."""

    point: Point
    slopes: Slopes
    iterations: int


def maximise(design: Design, structure: Structure, reml: bool) -> Optimum:
    """Find the parameters that maximise the likelihood.

    Raises
    ------
    AnalysisError
        Too few patients for the covariance, a covariance on its way to singular, or no
        convergence; the message says which and what to do.
    """
    point = evaluate(design, structure, _start(design, structure), reml)
    if point is None:
        raise AnalysisError(_singular(structure, design, "at the start"))
    for iteration in range(1, ITERATIONS + 1):
        here = slopes(design, structure, point, reml)
        step, decrease, proper = _step(here)
        if proper and decrease < CRITERION:
            _regular(design, structure, point)
            return Optimum(point, here, iteration)
        better = _search(design, structure, reml, point, step, decrease)
        if better is None:
            _regular(design, structure, point)
            if proper and decrease < 1e-6:  # rounding: no digit of the likelihood is left to gain
                return Optimum(point, here, iteration)
            break
        point = better
    _regular(design, structure, point)
    raise AnalysisError(
        f"mmrm: covariance '{structure.name}' did not converge: no maximum of the likelihood was "
        f"found within {ITERATIONS} iterations. Try a covariance with fewer parameters (toeph, "
        "ar1h, csh), or drop a visit with few patients."
    )


def _step(here: Slopes) -> tuple[Array, float, bool]:
    """Return a downhill step, the decrease it promises, and whether the Hessian is positive."""
    scale = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(here.hessian)), 1e-12))
    values, vectors = np.linalg.eigh(here.hessian * np.outer(scale, scale))
    proper = bool(values.min() > 1e-10 * values.max())
    curved = np.maximum(np.abs(values), 1e-4 * np.abs(values).max()) if not proper else values
    slope = vectors.T @ (here.gradient * scale)
    step = -scale * (vectors @ (slope / curved))
    return step, float(slope @ (slope / curved)), proper


def _search(
    design: Design, structure: Structure, reml: bool, point: Point, step: Array, decrease: float
) -> Point | None:
    """Halve the step until the likelihood improves; None when it never does."""
    move, slack = step.reshape(point.theta.shape), ROUNDING * abs(point.value)
    for halving in range(30):
        share = 0.5**halving
        tried = evaluate(design, structure, point.theta + share * move, reml)
        if tried is not None and tried.value <= point.value - 1e-4 * share * decrease + slack:
            return tried
    return None


def _start(design: Design, structure: Structure) -> Array:
    """Parameters from residuals of ordinary least squares, pair of visits by pair."""
    flat = design.x.reshape(-1, design.x.shape[2])
    beta = np.linalg.lstsq(flat, design.y.ravel(), rcond=None)[0]
    residual = np.where(design.seen, design.y - design.x @ beta, 0.0)
    overall = float((residual**2).sum() / max(design.observations - len(beta), 1))
    if not overall > 0:
        raise AnalysisError("mmrm: the effects fit every value exactly; nothing varies.")
    rows = []
    for g in range(len(design.groups)):
        mine = design.group == g
        seen = design.seen[mine].astype(float)
        pairs = seen.T @ seen
        _enough(design, structure, g, pairs)
        moment = residual[mine].T @ residual[mine] / np.maximum(pairs, 1.0)
        np.fill_diagonal(moment, np.maximum(np.diag(moment), 1e-3 * overall))
        rows.append(structure.start(moment))
    return np.stack(rows)


def _enough(design: Design, structure: Structure, g: int, pairs: Array) -> None:
    """Every visit needs patients, and with ``us`` every pair of visits."""
    label = "" if design.groups[g] is None else f" of group '{design.groups[g]}'"
    for j, visit in enumerate(design.visits):
        if pairs[j, j] < 2:
            raise AnalysisError(
                f"mmrm: visit '{visit}'{label} has {int(pairs[j, j])} patient(s); a variance "
                "needs two. Leave out the visit, or share the covariance between groups."
            )
        for k in range(j) if structure.name == "us" else ():
            if pairs[j, k] < 2:
                raise AnalysisError(
                    f"mmrm: fewer than two patients{label} have both visits "
                    f"'{design.visits[k]}' and '{visit}', so their covariance cannot be "
                    "estimated. Choose a structure with fewer parameters (toeph, ar1h, csh)."
                )


def _regular(design: Design, structure: Structure, point: Point) -> None:
    for row in point.theta:
        sigma = structure.matrix(row)
        sd = np.sqrt(np.diag(sigma))
        least = np.linalg.eigvalsh(sigma / np.outer(sd, sd))[0]
        if least < SINGULAR or sd.min() < 1e-6 * sd.max():
            raise AnalysisError(_singular(structure, design, "at its maximum"))


def _singular(structure: Structure, design: Design, when: str) -> str:
    return (
        f"mmrm: covariance '{structure.name}' of {structure.size} visits is singular {when}: "
        f"{len(design.y)} patients do not determine its {len(structure.labels)} parameters. Two "
        "visits may repeat each other, or there are too few patients. Choose a structure with "
        "fewer parameters (toeph, ar1h, csh), or leave out a visit."
    )
