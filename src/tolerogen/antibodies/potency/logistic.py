"""The logistic curve, and least squares with what is linear solved.

``response = zero + (full - zero) s``, with ``s = 1 - (1 + (c / C)^h)^-g`` rising from 0 without
antibody to 1 far above C; g is 1 for four parameters. Half of the way is at ``EC50 = C (2^(1/g) -
1)^(1/h)``, which is searched instead of C, so that an asymmetric curve keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

HILLS = (0.5, 1.0, 2.0)
SKEWS = (0.3, 1.0, 3.0)
HILL_BOUNDS = (0.1, 20.0)
SKEW_BOUNDS = (0.05, 20.0)
BEYOND = 1e3
"""How far outside the concentrations tested a half-way point is searched."""
MOST_STARTS = 4


@dataclass(frozen=True, eq=False)
class Solved:
    """Logarithms of half-way points and shape, zero and full effect, what is left over."""

    log: Array
    zero: float
    full: float
    rss: float
    converged: bool


def shape(concentration: Array, log_half: Array | float, hill: float, skew: float) -> Array:
    """Return the share (0 to 1) of the effect at each concentration."""
    import numpy as np

    with np.errstate(divide="ignore"):
        distance = np.log(concentration) - log_half
    moved = hill * distance + np.log(np.expm1(np.log(2.0) / skew))
    share: Array = -np.expm1(-skew * np.logaddexp(0.0, moved))
    return share


def solve(
    parts: Sequence[tuple[Array, Array]],
    skewed: bool,
    held: tuple[int, float] | None = None,
    start: Array | None = None,
) -> Solved:
    """Fit samples with a half-way point each and everything else in common.

    Parameters
    ----------
    parts
        Concentration and response of each sample.
    skewed
        Whether the fifth parameter is free.
    held
        Index of a parameter to keep, and its value. The parameters are the first sample's log
        half-way point, the others' logarithms of relative potency, log hill, and log skew.
    start
        Where to begin; a grid where None.
    """
    import numpy as np
    from scipy.optimize import least_squares

    level = np.concatenate([c for c, _ in parts])
    response = np.concatenate([r for _, r in parts])
    which = np.repeat(np.arange(len(parts)), [len(c) for c, _ in parts])
    above = level[level > 0]
    reach = np.log([above.min() / BEYOND, above.max() * BEYOND])
    spread = reach[1] - reach[0]
    low = [reach[0], *[-spread] * (len(parts) - 1), np.log(HILL_BOUNDS[0])]
    high = [reach[1], *[spread] * (len(parts) - 1), np.log(HILL_BOUNDS[1])]
    if skewed:
        low, high = [*low, np.log(SKEW_BOUNDS[0])], [*high, np.log(SKEW_BOUNDS[1])]
    free = [i for i in range(len(low)) if held is None or i != held[0]]

    def whole(values: Array) -> Array:
        full = np.zeros(len(low))
        full[free] = values
        if held is not None:
            full[held[0]] = held[1]
        return full

    def projected(values: Array) -> tuple[Array, Array]:
        full = whole(values)
        potency = np.concatenate([[0.0], full[1 : len(parts)]])
        skew = np.exp(full[-1]) if skewed else 1.0
        hill = np.exp(full[len(parts)])
        share = shape(level, full[0] - potency[which], hill, skew)
        columns = np.column_stack([1.0 - share, share])
        ends, *_ = np.linalg.lstsq(columns, response, rcond=None)
        return response - columns @ ends, ends

    halves = np.log(np.quantile(above, [0.1, 0.3, 0.5, 0.7, 0.9]))
    grid = [
        [half, *[0.0] * (len(parts) - 1), np.log(hill), *([np.log(skew)] if skewed else [])]
        for half, hill, skew in product(halves, HILLS, SKEWS if skewed else (1.0,))
    ]
    starts = sorted(
        (float(np.sum(projected(np.array(s)[free])[0] ** 2)), tuple(s))
        for s in (grid if start is None else [start])
    )[:MOST_STARTS]
    bounds = (np.array(low)[free], np.array(high)[free])
    found = [
        least_squares(
            lambda v: projected(v)[0], np.clip(np.array(one)[free], *bounds), bounds=bounds,
            xtol=1e-11, ftol=1e-12, gtol=1e-12,
        )
        for _, one in starts
    ]  # fmt: skip
    best = min(found, key=lambda one: one.cost)
    inside = bool(np.all(best.x > bounds[0] + 1e-6) and np.all(best.x < bounds[1] - 1e-6))
    ends = projected(best.x)[1]
    return Solved(
        whole(best.x), float(ends[0]), float(ends[1]), float(2 * best.cost), inside
    )  # fmt: skip


def profile(
    parts: Sequence[tuple[Array, Array]], skewed: bool, best: Solved, index: int, level: float
) -> tuple[float | None, float | None]:
    """Return the interval of a parameter: where the loss in fit stays under its F quantile."""
    import numpy as np
    from scipy.optimize import brentq
    from scipy.stats import f

    points = sum(len(c) for c, _ in parts)
    degrees = points - len(best.log) - 2
    if degrees < 1:
        return None, None
    allowed = best.rss * (1 + float(f.ppf(level, 1, degrees)) / degrees) + 1e-300

    def excess(value: float) -> float:
        return solve(parts, skewed, (index, value), best.log).rss - allowed

    sides: list[float | None] = []
    for sign in (-1.0, 1.0):
        reach = 0.05
        while excess(best.log[index] + sign * reach) < 0 and reach < np.log(BEYOND):
            reach *= 2
        if reach >= np.log(BEYOND):
            sides.append(None)
            continue
        centre = float(best.log[index])
        inner = 0.0 if reach == 0.05 else sign * reach / 2
        sides.append(float(brentq(excess, centre + inner, centre + sign * reach, xtol=1e-4)))
    return sides[0], sides[1]
