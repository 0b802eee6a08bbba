"""A design is a rule: given what was seen so far, who is taken in next, or what is concluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from tolerogen.patients import Criterion
from tolerogen.trials.designs.reading import NONE, Gap, Readings


@dataclass(frozen=True)
class Stage:
    """Patients to be taken in.

    Attributes
    ----------
    patients
        How many.
    arms
        Names of the arms they are randomised to; None for those of the stage before.
    criteria
        Criteria of entry beside those of the trial.
    """

    patients: int
    arms: tuple[str, ...] | None = None
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class Claim:
    """What is concluded about one comparison.

    Attributes
    ----------
    estimate, low, high
        Estimate and interval that the design reports.
    rejected
        Whether an effect was shown.
    carried
        Whether the comparison was carried to the end.
    """

    estimate: float
    low: float
    high: float
    rejected: bool
    carried: bool = True


@dataclass(frozen=True)
class Verdict:
    """How a trial ended.

    Attributes
    ----------
    claims
        By the name of the comparison: an arm, or an arm in a subgroup.
    patients
        Randomised.
    looks
        Looks taken.
    reason
        ``efficacy``, ``futility`` or ``end``.
    """

    claims: Mapping[str, Claim]
    patients: int
    looks: int
    reason: str = "end"
    extra: Mapping[str, float] = field(default_factory=dict)


class Plan(Protocol):
    """A design that takes patients in stages."""

    @property
    def label(self) -> str:
        """Name for a page."""
        ...

    def first(self, size: int) -> Stage:
        """Return the first stage of a trial of at most `size` patients as planned."""
        ...

    def then(self, size: int, seen: Sequence[Readings]) -> Stage | Verdict:
        """Return the next stage, or the end, after the stages seen."""
        ...

    def unbound(self) -> Plan:
        """Return the plan as its type I error is to be counted: without futility not binding."""
        ...

    def largest(self, size: int) -> int:
        """Return the most patients that may be taken in without a change of arms or entry."""
        ...

    def sources(self) -> tuple[str, ...]:
        """Return the sources of the method."""
        ...


def share_of(size: int, share: float, block: int) -> int:
    """Return a share of the patients, in whole blocks, one at least and not all."""
    count = round(size * share / block) * block
    return int(min(max(count, block), size))


def inverse_normal_z(stages: Sequence[float], weights: Sequence[float]) -> float:
    """Combine z statistics of stages with weights (squared ones sum to 1)."""
    root = np.sqrt(np.asarray(weights, dtype=float))
    return float(np.asarray(stages) @ root / np.sqrt((root**2).sum()))


def combined(gaps: Sequence[Gap], weights: Sequence[float], critical: float) -> Claim:
    """Estimate and interval that go with an inverse normal combination of stages.

    The estimate is where the combined statistic would be zero, and the interval where it would
    be within its critical value (Lawrence J, Hung HMJ, Biom J 2003;45:143,
    doi:10.1002/bimj.200390001).
    """
    known = [(g, w) for g, w in zip(gaps, weights, strict=True) if g.known and g.se > 0]
    if not known:
        return Claim(NONE.estimate, NONE.se, NONE.se, rejected=False)
    root = np.sqrt([w for _, w in known])
    precision = root / np.array([g.se for g, _ in known])
    scale = float(precision.sum())
    estimate = float(precision @ np.array([g.estimate for g, _ in known])) / scale
    wide = float((root / np.array([g.spread(critical) for g, _ in known])).sum())
    half = critical * float(np.sqrt((root**2).sum())) / wide
    z = inverse_normal_z([g.z for g, _ in known], [w for _, w in known])
    return Claim(estimate, estimate - half, estimate + half, rejected=z > critical)
