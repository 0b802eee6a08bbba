"""A linear model with normal observations: its posterior is known in closed form."""

from __future__ import annotations

import numpy as np

from tolerogen.trials.calibration.emulator import Emulator
from tolerogen.trials.calibration.inputs import Likelihood, Observation

SLOPES = np.array([[1.0, 0.5, 0.0], [0.0, -1.0, 2.0]]).T  # parameters x outcomes
LIKELIHOOD = Likelihood(0.0, 0.0, 0.0, "assumed")


def observation(value: float, sd: float, kind: str = "difference", who: str = "A") -> Observation:
    return Observation(
        "trial", "arm", who, "essdai", 24.0, kind, value, sd, "", "made for this test", ""  # type: ignore[arg-type]
    )  # fmt: skip


OBSERVED = (observation(1.0, 0.5, who="A"), observation(-0.5, 1.0, who="B"))


def emulator() -> Emulator:
    pairs = np.empty((0, 2), dtype=np.intp)
    weights = np.vstack([np.zeros((1, 2)), SLOPES, np.zeros((3, 2))])
    return Emulator(pairs, weights, np.ones(2), np.zeros(2))


def posterior(which: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance with a standard normal prior."""
    x = SLOPES[:, which]
    precision = np.diag([1 / OBSERVED[i].sd ** 2 for i in which])
    covariance = np.linalg.inv(np.eye(3) + x @ precision @ x.T)
    return covariance @ x @ precision @ np.array([OBSERVED[i].value for i in which]), covariance
