"""Closed testing over stages: what may be claimed after arms or populations were chosen.

Every intersection of null hypotheses has a p-value in each stage, from what was still tested
there; stages are combined by the inverse normal method with weights fixed beforehand. A hypothesis
is rejected when every intersection it belongs to is. The familywise error holds whatever rule
chose what goes on.

References
----------
Bauer P, Kieser M, Stat Med 1999;18:1833 (doi:10.1002/(SICI)1097-0258(19990730)18:14<1833::AID-
SIM221>3.0.CO;2-3); Koenig F, Brannath W, Bretz F, Posch M, Stat Med 2008;27:1612
(doi:10.1002/sim.3048); Jenkins M, Stone A, Jennison C, Pharm Stat 2011;10:347
(doi:10.1002/pst.472).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy.special import ndtr, ndtri

from tolerogen.trials.designs.plan import inverse_normal_z
from tolerogen.trials.designs.reading import FAR

StageP = Callable[[frozenset[str]], float | None]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)


def closed_test(
    names: Sequence[str], stages: Sequence[StageP], weights: Sequence[float], alpha: float
) -> frozenset[str]:
    """Return the hypotheses that are rejected.

    Parameters
    ----------
    names
        Hypotheses.
    stages
        For each stage, the one-sided p-value of an intersection; None when nothing in it was
        tested in that stage.
    weights
        Of the stages, fixed beforehand.
    alpha
        One-sided, of all hypotheses together.
    """
    critical = float(ndtri(1 - alpha))
    rejected = set(names)
    for size in range(1, len(names) + 1):
        for one in combinations(names, size):
            inside = frozenset(one)
            values = [stage(inside) for stage in stages]
            z = -np.inf  # where everything in it was dropped, it cannot be rejected
            known = [p for p in values if p is not None]
            if len(known) == len(values):
                scores = [float(np.clip(-ndtri(p), -FAR, FAR)) for p in known]
                z = inverse_normal_z(scores, weights)
            if not z > critical:
                rejected -= inside
    return frozenset(rejected)


def largest_p(z: Mapping[str, float], loading: Mapping[str, float]) -> float:
    """P-value of the largest of statistics that share one factor.

    Parameters
    ----------
    z
        Statistics that are looked at.
    loading
        Loading of each on the shared factor: two correlate by the product.

    Examples
    --------
    >>> round(largest_p({"a": 2.212, "b": 1.0}, {"a": 0.5 ** 0.5, "b": 0.5 ** 0.5}), 3)
    0.025
    """
    names = list(z)
    top = max(z.values())
    if len(names) == 1:
        return float(ndtr(-top))
    load = np.array([min(loading[name], 1 - 1e-9) for name in names])
    x = FAR * NODES
    mass = FAR * WEIGHTS * np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi)
    inside = ndtr((top - np.outer(x, load)) / np.sqrt(1 - load**2)).prod(axis=1)
    return float(np.clip(1.0 - inside @ mass, 1e-16, 1.0))
