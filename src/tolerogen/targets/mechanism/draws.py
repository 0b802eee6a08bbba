"""Parameter sets to run over: a posterior where there is one, else an honest prior.

The strengths of the model's arrows are the least known of its numbers. Where no posterior is
given, they are varied by what such numbers may be off by; the result says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.patients.streams import normals

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.parameters import Parameter
    from tolerogen.trials.validation.posterior import Posterior

STARTS = ("s_", "g_", "reach_")
EXACT = ("q", "q_IC")
"""Ids of arrow strengths, and their beginnings: shares, gains, reach of a drug; saturation."""
LOG_SD = 0.5  # assumed: a gain is known within a factor of e to the 0.5
LOGIT_SD = 0.7  # assumed: a share of 0.3 may be 0.1 to 0.6, the ranges that parameters.csv states
PRIOR = (
    "{n} draws of a prior: strengths of {m} arrows vary by a logit SD of 0.7 (shares) or a log SD "
    "of 0.5 (gains), assumed; no posterior of a calibration was given"
)


def draws_for(
    disease: Disease, posterior: str | Path | Posterior | None, n: int, seed: int
) -> Posterior:
    """Return the parameter sets of a run.

    Parameters
    ----------
    posterior
        Draws, or the CSV that holds them. None takes ``posterior.csv`` of the disease's folder
        and, without one, a prior.
    n
        Most draws; of more, n evenly spaced ones are taken.
    seed
        Of the prior.

    Raises
    ------
    SpecError
        The file cannot be used, or `n` is below 1.
    """
    from tolerogen.trials.validation.posterior import (
        Posterior,
        disease_posterior,
        read_posterior,
    )

    if n < 1:
        raise SpecError(f"{n} draws were asked for; give at least 1.")
    if isinstance(posterior, Posterior):
        found = posterior
    elif posterior is not None:
        found = read_posterior(posterior)
    else:
        found = disease_posterior(disease)
        if not any(found.draws):  # the disease brings none
            return prior(disease, n, seed)
    if len(found.draws) <= n:
        return found
    chosen = np.linspace(0, len(found.draws) - 1, n).round().astype(int)
    picked = tuple(found.draws[i] for i in chosen.tolist())
    return Posterior(picked, f"{n} of {found.source}")


def prior(disease: Disease, n: int, seed: int) -> Posterior:
    """Draw strengths of the arrows around their table values; the first draw is the table.

    Draw 3 is the same whatever `n`.
    """
    from tolerogen.trials.validation.posterior import Posterior

    varied = arrows(disease)
    indices = np.arange(n, dtype=np.int64)
    scores = {p.id: normals(seed, f"arrow/{p.id}", indices)[:, 0] for p in varied}
    draws: list[dict[str, float]] = [
        {p.id: _moved(p, float(scores[p.id][i])) for p in varied} if i else {} for i in range(n)
    ]
    return Posterior(tuple(draws), PRIOR.format(n=n, m=len(varied)))


def fixed_values(disease: Disease, draw: dict[str, float]) -> Iterator[tuple[str, float]]:
    """Yield what a draw changes of parameters that do not differ between patients.

    The population brings the others.
    """
    fixed = {p.id for p in disease.parameters if p.distribution == "fixed"}
    yield from ((name, value) for name, value in draw.items() if name in fixed)


def arrows(disease: Disease) -> tuple[Parameter, ...]:
    """Return the arrow strengths of a model that were not measured."""
    return tuple(p for p in disease.parameters if p.status != "measured" and _is_arrow(p))


def arrow_range(p: Parameter) -> tuple[float, float]:
    """Return the central 90 % of a strength under the prior."""
    low, high = _moved(p, -1.6448536269514722), _moved(p, 1.6448536269514722)
    return low, high


def _is_arrow(p: Parameter) -> bool:
    return p.value > 0 and (p.id in EXACT or p.id.startswith(STARTS))


def _moved(p: Parameter, score: float) -> float:
    if p.distribution == "logitnormal" or (p.id.startswith(("s_", "reach_")) and p.value < 1):
        odds = np.log(p.value / (1 - p.value)) + LOGIT_SD * score
        value = 1 / (1 + np.exp(-odds))
    else:
        value = p.value * np.exp(LOG_SD * score)
    return float(np.clip(value, p.low, p.high) if p.low is not None else value)
