"""The likelihood of the model, restricted or not, with its exact first and second derivatives.

For patient *i* with visits seen *i*, ``y_i ~ N(X_i b, S_i)``, where ``S_i`` holds the rows and
columns of the covariance for those visits: values missing at random need no more than that.
Twice the negative logarithm of the (restricted) likelihood is, with ``V`` block-diagonal,

``(n - q) log 2 pi + log|V| + log|X' V^-1 X| + (y - X b)' V^-1 (y - X b)``

(without ``q`` and the third term for ML). Derivatives are taken by the entries of the
covariance first and carried to the parameters of a structure by the chain rule, so that all
structures share this file. Patients with the same visits share one inverse.

References
----------
Lindstrom MJ, Bates DM, JASA 1988;83:1014 (doi:10.1080/01621459.1988.10478693); Wolfinger R,
Tobias R, Sall J, SIAM J Sci Comput 1994;15:1294 (doi:10.1137/0915079).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tolerogen.trials.mmrm.design import Design
from tolerogen.trials.mmrm.structures import Structure

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Point:
    """The likelihood at one value of the parameters.

    Attributes
    ----------
    theta
        Shape (group, parameter).
    value
        -2 log-likelihood, restricted or not.
    beta, information
        Generalised least-squares estimate and ``X' V^-1 X``.
    inverses
        Inverse covariance of each pattern, zero where a visit is missing.
    weighted
        Shape (patient, visit, effect + 1): inverse covariance times [X y].
    """

    theta: Array
    value: float
    beta: Array
    information: Array
    inverses: Array
    weighted: Array

    @property
    def covariance(self) -> Array:
        """Model-based covariance of the estimate."""
        return np.linalg.inv(self.information)


@dataclass(frozen=True, eq=False)
class Slopes:
    """Derivatives at a point, parameters of all groups in one row.

    Attributes
    ----------
    gradient, hessian
        Of -2 log-likelihood.
    information
        Derivative of ``X' V^-1 X`` by each parameter, shape (parameter, effect, effect).
    """

    gradient: Array
    hessian: Array
    information: Array


def evaluate(design: Design, structure: Structure, theta: Array, reml: bool) -> Point | None:
    """Return the likelihood at `theta`; None where a covariance is not positive definite."""
    if not np.isfinite(theta).all() or (theta[:, structure.variances] <= 0).any():
        return None
    group, seen = design.patterns
    sigma = np.stack([structure.matrix(row) for row in theta])
    both = seen[:, :, None] & seen[:, None, :]
    # a missing visit becomes an independent one of variance 1: no part in inverse or determinant
    padded = np.where(both, sigma[group], np.eye(structure.size))
    try:
        np.linalg.cholesky(sigma)
        lower = np.linalg.cholesky(padded)
        inverses = np.linalg.inv(padded) * both
    except np.linalg.LinAlgError:
        return None
    logs = 2.0 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
    counts = np.bincount(design.pattern, minlength=len(group))

    both_sides = _sides(design)
    weighted = inverses[design.pattern] @ both_sides
    width = both_sides.shape[2]
    cross = both_sides.reshape(-1, width).T @ weighted.reshape(-1, width)
    information, right, square = cross[:-1, :-1], cross[:-1, -1], cross[-1, -1]
    information = (information + information.T) / 2
    try:
        root = np.linalg.cholesky(information)
    except np.linalg.LinAlgError:  # the covariance is singular to rounding
        return None
    beta = np.linalg.solve(information, right)
    free = design.observations - (width - 1 if reml else 0)
    value = free * np.log(2 * np.pi) + counts @ logs - design.log_weights
    value += square - right @ beta
    if reml:
        value += 2.0 * np.log(np.diag(root)).sum()
    return Point(theta, float(value), beta, information, inverses, weighted)


def slopes(design: Design, structure: Structure, point: Point, reml: bool) -> Slopes:
    """Return first and second derivatives at `point`."""
    groups, size = point.theta.shape[0], structure.size
    residual = np.append(-point.beta, 1.0)
    spread = point.covariance
    outer = np.outer(residual, residual)
    if reml:
        outer[:-1, :-1] += spread
    # per patient: inverse covariance x [X y] W [X y]' x inverse covariance
    bent = (point.weighted @ outer) @ point.weighted.transpose(0, 2, 1)

    starts = np.searchsorted(design.pattern, np.arange(len(point.inverses)))
    counts = np.diff(np.append(starts, len(bent)))
    bent = np.add.reduceat(bent, starts)
    inverse = point.inverses * counts[:, None, None]

    gradients, blocks, first = [], [], []
    for g in range(groups):
        here = design.patterns[0] == g
        steps = structure.jacobian(point.theta[g])
        by_entry = (inverse[here] - bent[here]).sum(axis=0)
        gradients.append(steps.reshape(len(steps), -1) @ by_entry.ravel())
        block = _second(point.inverses[here], 2.0 * bent[here] - inverse[here], steps)
        if not structure.linear:
            block += np.einsum("ijkl,kl->ij", structure.curvature(point.theta[g]), by_entry)
        blocks.append(block)
        first.append(_cross(point.weighted[design.group == g], steps, size))
    derivative = np.concatenate(first)
    hessian = _block_diagonal(blocks)
    effect = derivative[:, :-1, :] @ residual
    hessian -= 2.0 * effect @ spread @ effect.T
    if reml:
        moved = (spread @ derivative[:, :-1, :-1]).reshape(len(derivative), -1)
        turned = (spread @ derivative[:, :-1, :-1]).transpose(0, 2, 1).reshape(len(derivative), -1)
        hessian -= moved @ turned.T
    return Slopes(np.concatenate(gradients), (hessian + hessian.T) / 2, derivative[:, :-1, :-1])


def second_order(
    design: Design, structure: Structure, point: Point, spread: Array
) -> tuple[Array, Array]:
    """Return the two sums over pairs of parameters that Kenward and Roger's adjustment needs.

    Parameters
    ----------
    spread
        Covariance of the parameters.

    Returns
    -------
    tuple
        ``sum W_ij X' V^-1 V_i V^-1 V_j V^-1 X`` and ``sum W_ij X' V^-1 V_ij V^-1 X``.
    """
    groups, width = point.theta.shape
    effects = len(point.beta)
    products, bends = np.zeros((effects, effects)), np.zeros((effects, effects))
    for g in range(groups):
        mine = design.group == g
        inverse, x = point.inverses[design.pattern[mine]], point.weighted[mine][:, :, :-1]
        size = structure.size
        block = spread[g * width : (g + 1) * width, g * width : (g + 1) * width]
        steps = structure.jacobian(point.theta[g])
        # sum over pairs first, sum_ij W_ij V_i (x) V_j, then V_i V^-1 V_j for every patient
        flat = steps.reshape(len(steps), -1)
        pairs = (flat.T @ block @ flat).reshape(size, size, size, size)  # [ab, cd]
        pairs = pairs.transpose(1, 2, 0, 3).reshape(size**2, size**2)  # [bc, ad]
        middle = (inverse.reshape(len(inverse), -1) @ pairs).reshape(-1, size, size)
        rows = x.reshape(-1, effects)
        products += rows.T @ (middle @ x).reshape(-1, effects)
        if not structure.linear:
            curve = np.einsum("ij,ijab->ab", block, structure.curvature(point.theta[g]))
            bends += rows.T @ (curve @ x).reshape(-1, effects)
    return products, bends


def _sides(design: Design) -> Array:
    return np.concatenate([design.x, design.y[:, :, None]], axis=2)


def _second(inverse: Array, turned: Array, steps: Array) -> Array:
    """Sum over patients of ``trace(S_i inverse S_j turned)`` for every pair of parameters."""
    size = inverse.shape[1]
    pairs = inverse.reshape(-1, size**2).T @ turned.reshape(-1, size**2)
    # pairs[bc, da]: bring to [ab, cd]
    tensor = pairs.reshape(size, size, size, size).transpose(3, 0, 1, 2)
    flat = steps.reshape(len(steps), -1)
    return np.asarray(flat @ tensor.reshape(size**2, size**2) @ flat.T)


def _cross(weighted: Array, steps: Array, size: int) -> Array:
    """Return the derivative of ``[X y]' V^-1 [X y]`` by each parameter of a group."""
    width = weighted.shape[2]
    flat = weighted.reshape(len(weighted), -1)
    pairs = (flat.T @ flat).reshape(size, width, size, width).transpose(0, 2, 1, 3)
    out = steps.reshape(len(steps), -1) @ pairs.reshape(size**2, width**2)
    return np.asarray(-out.reshape(len(steps), width, width))


def _block_diagonal(blocks: list[Array]) -> Array:
    sizes = [len(block) for block in blocks]
    out = np.zeros((sum(sizes), sum(sizes)))
    start = 0
    for block in blocks:
        out[start : start + len(block), start : start + len(block)] = block
        start += len(block)
    return out
