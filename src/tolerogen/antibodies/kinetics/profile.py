"""Intervals by profile likelihood.

A parameter is held at a value and all others are fitted again; the interval is where twice the
loss in log-likelihood stays under the quantile of chi-square with one degree of freedom. With the
noise level unknown, ``n ln(RSS / RSS_min)`` is that loss. Noise that remembers (drift, slow
fluctuation) makes points count less: `effective` shrinks n by the correlation of neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from tolerogen.antibodies.kinetics.fit import Solution, projected, search
from tolerogen.antibodies.kinetics.models import Model
from tolerogen.antibodies.kinetics.sensorgram import Sensorgram

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array

FURTHEST = 30.0
"""Natural logarithms away from the estimate at which a side counts as unbounded."""
STEP = 1e-5
CLOSE, MOST_STEPS = 2e-3, 40
EXACT = 1e-12
"""Share of the signal's power below which residuals are rounding, not noise."""
IGNORED = 0.1
"""Correlation of neighbouring residuals that white noise shows by chance."""


def effective(residuals: Array) -> tuple[float, float]:
    """Return how many independent points `residuals` are worth, and their lag-1 correlation."""
    power = float(residuals @ residuals)
    correlation = float(residuals[1:] @ residuals[:-1]) / power if power > 0 else 0.0
    if correlation < max(IGNORED, 3.0 / len(residuals) ** 0.5):
        return float(len(residuals)), correlation
    return len(residuals) * (1 - correlation) / (1 + correlation), correlation


def interval(
    model: Model, data: Sensorgram, best: Solution, direction: Array, level: float = 0.95
) -> tuple[float, float]:
    """Return the interval of the logarithm ``direction @ log``, -inf or inf where it is open.

    Parameters
    ----------
    direction
        Which combination: ``[1, 0]`` for ln ka, ``[0, 1]`` for ln kd, ``[-1, 1]`` for ln KD.
    """
    import numpy as np
    from scipy.stats import chi2

    response = np.concatenate([cycle.response for cycle in data.cycles])
    points, _ = effective(best.residuals)
    allowed = float(chi2.ppf(level, 1)) / points
    turned = _Turned(model, data, response, direction, best.log)
    floor = max(best.rss, float(response @ response) * EXACT)

    def excess(shift: float) -> float:
        # The loss is nearly a parabola, so its root is nearly a straight line.
        loss = float(np.log(max(turned.rss(shift), floor) / floor))
        return math.sqrt(loss) - math.sqrt(allowed)

    centre = float(direction @ best.log)
    sides = []
    for sign in (-1.0, 1.0):
        turned.reset()
        reach = turned.width(allowed * points)
        found = _crossing(lambda shift: excess(sign * shift), reach, -math.sqrt(allowed))  # noqa: B023
        sides.append(centre + sign * found)
    return float(sides[0]), float(sides[1])


def _crossing(excess: Callable[[float], float], reach: float, at_zero: float) -> float:
    # Bracket, then regula falsi (Illinois). Values are kept and not computed again: a search that
    # starts elsewhere may end a little lower, and a bracket must not vanish for that.
    low, below = 0.0, at_zero
    above = excess(reach)
    while above < 0:
        low, below, reach = reach, above, 1.5 * reach
        if reach >= FURTHEST:
            return math.inf
        above = excess(reach)
    high, kept = reach, 0
    for _ in range(MOST_STEPS):
        if high - low < CLOSE * high:
            break
        share = min(max(below / (below - above), 0.02), 0.98)
        tried = low + share * (high - low)
        value = excess(tried)
        if abs(value) < CLOSE * abs(at_zero):
            return tried
        if value < 0:
            low, below = tried, value
            above = above / 2 if kept < 0 else above
            kept = -1
        else:
            high, above = tried, value
            below = below / 2 if kept > 0 else below
            kept = 1
    return low + (high - low) * below / (below - above)


class _Turned:
    """The model in parameters turned so that the profiled combination is the first of them."""

    def __init__(
        self, model: Model, data: Sensorgram, response: Array, direction: Array, log: Array
    ) -> None:
        import numpy as np

        size = len(log)
        pivot = int(np.flatnonzero(direction)[-1])
        rows = [direction, *(np.eye(size)[i] for i in range(size) if i != pivot)]
        self.turn = np.array(rows)
        self.back = np.linalg.inv(self.turn)
        self.best = self.turn @ log
        self.last = self.best.copy()
        self.data, self.response = data, response
        low, high = model.bounds(data)
        self.model = Model(
            model.name,
            model.parameters,
            lambda some, values: model.columns(
                some, np.exp(np.clip(self.back @ np.log(values), low, high))
            ),
        )
        self.low = np.full(size, -80.0)
        self.high = np.full(size, 80.0)
        for row, line in enumerate(self.turn):
            if np.count_nonzero(line) == 1 and line.sum() == 1:
                which = int(np.flatnonzero(line)[0])
                self.low[row], self.high[row] = low[which], high[which]

    def reset(self) -> None:
        """Begin again at the estimate."""
        self.last = self.best.copy()

    def width(self, quantile: float) -> float:
        """Return half the interval that the curvature at the estimate promises."""
        import numpy as np

        base = projected(self.model, self.data, self.response, self.best)[2]
        slopes = np.empty((len(base), len(self.best)))
        for i in range(len(self.best)):
            moved = self.best.copy()
            moved[i] += STEP
            slopes[:, i] = (projected(self.model, self.data, self.response, moved)[2] - base) / STEP
        power = float(base @ base) / max(len(base) - len(self.best) - 1, 1)
        points, _ = effective(base)
        inflated = power * len(base) / points
        try:
            spread = float(np.linalg.inv(slopes.T @ slopes)[0, 0]) * inflated
        except np.linalg.LinAlgError:
            spread = 0.0
        return float(np.clip(np.sqrt(max(spread * quantile, 0.0)), 1e-6, 5.0))

    def rss(self, shift: float) -> float:
        """Return the least residual sum of squares with the first parameter moved by `shift`."""
        start = self.last.copy()
        start[0] = self.best[0] + shift
        found, rss, _ = search(
            self.model, self.data, self.response, start, self.low, self.high, held=(0,)
        )
        self.last = found
        return rss
