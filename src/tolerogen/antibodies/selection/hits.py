"""What to measure next where several things must hold: the variants most likely to meet them all.

Expected improvement asks for more of one number. Where a variant is a hit once it binds and sticks
to nothing else, each property is learnt by itself, and a candidate is worth the chance that it
meets every goal: the product of the chances, the properties taken as independent given the
sequence. One label made of several loses most of what was measured.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tolerogen.antibodies.selection.surrogate import Surrogate
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

_GOAL = re.compile(r"\s*(.+?)\s*(>=|<=)\s*(\S+)\s*")


@dataclass(frozen=True)
class Threshold:
    """What a property must be: at least (``>=``) or at most (``<=``) a limit."""

    property: str
    side: Literal[">=", "<="]
    limit: float


@dataclass(frozen=True)
class Hit:
    """A candidate with its chance of meeting every goal, and of each by itself."""

    sequence: str
    chance: float
    chances: tuple[tuple[str, float], ...]

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: ``antibody propose --goal ... --json``."""
        return {"sequence": self.sequence, "chance": self.chance, "chances": dict(self.chances)}


def read_threshold(text: str) -> Threshold:
    """Read a goal as people write it.

    Raises
    ------
    SpecError
        When it is not a property, ``>=`` or ``<=``, and a number.

    Examples
    --------
    >>> read_threshold("off_target <= 0.5")
    Threshold(property='off_target', side='<=', limit=0.5)
    """
    found = _GOAL.fullmatch(text)
    try:
        name, side, limit = found.groups() if found else ("", "", "")
        return Threshold(name, ">=" if side == ">=" else "<=", float(limit))
    except ValueError:
        raise SpecError(
            f"goal '{text}': write a column, >= or <=, and a number, for example 'binding>=0.5'."
        ) from None


def propose_hits(
    goals: Sequence[tuple[Threshold, Surrogate]], candidates: Sequence[str], size: int
) -> list[Hit]:
    """Choose the candidates that are most likely to meet every goal.

    Parameters
    ----------
    goals
        Each with the surrogate that learnt its property.
    candidates
        Variants that could be made.
    size
        How many can be measured.

    Raises
    ------
    SpecError
        When there is no goal, or there are fewer candidates than places.
    """
    import numpy as np
    from scipy.stats import norm

    pool = list(dict.fromkeys(candidates))
    if not goals:
        raise SpecError("Give at least one goal.")
    if size < 1 or len(pool) < size:
        raise SpecError(f"{len(pool)} different candidates cannot fill a batch of {size}.")
    logs: list[Array] = []
    for goal, surrogate in goals:
        mean, sd = surrogate.marginal(pool)
        score = (mean - goal.limit) / sd * (1.0 if goal.side == ">=" else -1.0)
        logs.append(np.asarray(norm.logcdf(score)))
    total = np.sum(logs, axis=0)
    chosen = np.argsort(-total, kind="stable")[:size]
    return [
        Hit(
            pool[at],
            float(np.exp(total[at])),
            tuple(
                (goal.property, float(np.exp(log[at])))
                for (goal, _), log in zip(goals, logs, strict=True)
            ),
        )
        for at in chosen
    ]
