"""Response-adaptive dropping of arms: after a look only the better arms go on.

Their patients, and those of the dropped arms, are tested in closed Dunnett tests over the stages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from tolerogen.trials.designs.closure import StageP, closed_test, largest_p
from tolerogen.trials.designs.plan import Claim, Plan, Stage, Verdict, combined, share_of
from tolerogen.trials.designs.reading import NONE, Gap, Readings


@dataclass(frozen=True)
class Dropping:
    """A plan with several active arms.

    Attributes
    ----------
    at
        Shares of the patients at the looks, rising, each below 1.
    keep
        Most active arms that go on after each look.
    futility
        An arm whose z is not above this is dropped; the trial ends when none is left.
    binding
        Whether the type I error counts on that.
    reallocate
        Whether the patients of dropped arms go to the others; else the trial becomes smaller.
    shares
        Share of each arm in the randomisation.
    reference
        Name of the reference arm.
    alpha, block
        One-sided, of all arms together; patients in a block.
    """

    at: tuple[float, ...]
    keep: tuple[int, ...]
    futility: float
    binding: bool
    reallocate: bool
    shares: Mapping[str, int]
    reference: str
    alpha: float
    block: int

    @property
    def label(self) -> str:
        """Name for a page."""
        looks = ", ".join(f"{share:.0%}" for share in self.at)
        return f"dropping arms at {looks}, {'/'.join(str(k) for k in self.keep)} kept"

    def first(self, size: int) -> Stage:
        """Return all arms until the first look."""
        return Stage(self._planned(size, 0))

    def then(self, size: int, seen: Sequence[Readings]) -> Stage | Verdict:
        """Choose the arms that go on, or conclude."""
        place = len(seen) - 1
        if place == len(self.at):
            return self._end(seen, "end")
        alive = self._alive(seen)
        kept = self._kept(seen, alive, place)
        if not kept:
            return self._end(seen, "futility")
        patients = self._planned(size, place + 1)
        everyone = sum(self.shares.values())
        mine = self.shares[self.reference] + sum(self.shares[name] for name in kept)
        if not self.reallocate:
            patients = round(patients * mine / everyone)
        order = [name for name in self.shares if name in kept or name == self.reference]
        return Stage(max(patients, mine), arms=tuple(order))

    def unbound(self) -> Plan:
        """Ignore a futility bound that does not bind: the best arms then always go on."""
        return self if self.binding else replace(self, futility=-np.inf)

    def largest(self, size: int) -> int:
        """Return the patients of the first stage; later ones depend on the choice."""
        return self._planned(size, 0)

    def sources(self) -> tuple[str, ...]:
        """Return the sources of the method."""
        return (
            "Bauer P, Kieser M, Stat Med 1999;18:1833",
            "Koenig F, Brannath W, Bretz F, Posch M, Stat Med 2008;27:1612 (doi:10.1002/sim.3048)",
        )

    def _planned(self, size: int, place: int) -> int:
        ends = [0, *(share_of(size, share, self.block) for share in self.at), size]
        return ends[place + 1] - ends[place]

    @property
    def _weights(self) -> tuple[float, ...]:
        return tuple(float(w) for w in np.diff([0.0, *self.at, 1.0]))

    def _alive(self, seen: Sequence[Readings]) -> tuple[str, ...]:
        return seen[-1].active

    def _kept(self, seen: Sequence[Readings], alive: Sequence[str], place: int) -> list[str]:
        so_far = {name: self._so_far(seen, name) for name in alive}
        ranked = sorted(
            (n for n in alive if so_far[n].known and so_far[n].z > self.futility),
            key=lambda name: -so_far[name].estimate,
        )
        return ranked[: self.keep[place]]

    def _so_far(self, seen: Sequence[Readings], name: str) -> Gap:
        together = seen[0].join(seen[1:])
        return together.compare()[name]

    def _end(self, seen: Sequence[Readings], reason: str) -> Verdict:
        gaps = [part.compare() for part in seen]
        weights = self._weights
        patients = sum(len(part) for part in seen)
        names = list(seen[0].active)
        rejected: frozenset[str] = frozenset()
        if reason == "end":
            stages = [_stage_p(part, found) for part, found in zip(seen, gaps, strict=True)]
            rejected = closed_test(names, stages, weights, self.alpha)
        critical = float(ndtri(1 - self.alpha))
        claims = {}
        for name in names:
            mine = [found.get(name, NONE) for found in gaps]
            carried = all(name in found for found in gaps) and reason == "end"
            used = [(g, w) for g, w in zip(mine, weights, strict=False) if g.known]
            claim = combined([g for g, _ in used], [w for _, w in used], critical)
            claims[name] = Claim(
                claim.estimate, claim.low, claim.high, name in rejected and carried, carried
            )
        return Verdict(claims, patients, len(seen), reason)


def _stage_p(part: Readings, found: Mapping[str, Gap]) -> StageP:
    counts = {
        name: int((np.isfinite(part.value) & (part.arm == part.arms.index(name))).sum())
        for name in part.arms
    }
    control = counts[part.reference]
    loading = {
        name: float(np.sqrt(n / (n + control))) if n + control else 0.0
        for name, n in counts.items()
    }

    def p(names: frozenset[str]) -> float | None:
        z = {name: found[name].z for name in names if name in found and found[name].known}
        return largest_p(z, loading) if z else None

    return p
