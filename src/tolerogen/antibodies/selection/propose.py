"""What to measure next: the batch that is expected to beat the best by most.

Expected improvement (Jones 1998, doi:10.1023/A:1008306431147), one variant after another: what was
chosen counts as measured with the value expected of it (kriging believer, Ginsbourger 2010,
doi:10.1007/978-3-642-10701-6_6), so that the next one is not its twin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tolerogen.antibodies.selection.surrogate import Surrogate
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

MOST = 3000
"""Candidates whose covariance is kept; of more, those of the best mean."""


@dataclass(frozen=True)
class Proposal:
    """A variant worth measuring: what is expected of it, and by how much it may beat the best."""

    sequence: str
    mean: float
    sd: float
    improvement: float

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: those of ``antibody propose --json``."""
        return {
            "sequence": self.sequence,
            "mean": self.mean,
            "sd": self.sd,
            "expected_improvement": self.improvement,
        }


def propose_batch(
    surrogate: Surrogate, candidates: Sequence[str], size: int, best: float
) -> list[Proposal]:
    """Choose the variants to measure next, the most promising first.

    Parameters
    ----------
    candidates
        Variants that could be made; more of the property is better.
    size
        How many can be measured.
    best
        The best value measured so far.

    Raises
    ------
    SpecError
        When there are fewer candidates than places.
    """
    import numpy as np

    pool = list(dict.fromkeys(candidates))
    if size < 1 or len(pool) < size:
        raise SpecError(f"{len(pool)} different candidates cannot fill a batch of {size}.")
    if len(pool) > MOST:
        order = np.argsort(-surrogate.mean(pool), kind="stable")[:MOST]
        pool = [pool[i] for i in order]
    mean, spread = surrogate.predict(pool)
    chosen: list[Proposal] = []
    free = np.ones(len(pool), dtype=bool)
    for _ in range(size):
        sd = np.sqrt(np.maximum(np.diag(spread), 1e-12))
        gain = np.where(free, expected_improvement(mean, sd, best), -np.inf)
        at = int(gain.argmax())
        chosen.append(Proposal(pool[at], float(mean[at]), float(sd[at]), float(gain[at])))
        free[at] = False
        best = max(best, float(mean[at]))
        column = spread[:, at].copy()
        spread -= np.outer(column, column) / (column[at] + surrogate.noise**2)
    return chosen


def expected_improvement(mean: Array, sd: Array, best: float) -> Array:
    """Return by how much a normal value is expected to exceed `best`, nothing counting below it.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(expected_improvement(np.array([0.0]), np.array([1.0]), 0.0)[0]), 4)
    0.3989
    """
    import numpy as np
    from scipy.stats import norm

    score = (mean - best) / sd
    return np.asarray((mean - best) * norm.cdf(score) + sd * norm.pdf(score))
