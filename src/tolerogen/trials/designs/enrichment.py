"""Adaptive enrichment: after a look the trial goes on in everybody, in a subgroup, or not at all.

Both claims, for everybody and for the subgroup, are tested in a closed test over the stages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from tolerogen.patients import Criterion
from tolerogen.trials.designs.closure import StageP, closed_test, largest_p
from tolerogen.trials.designs.plan import Claim, Plan, Stage, Verdict, combined, share_of
from tolerogen.trials.designs.reading import NONE, Gap, Readings

ALL, INSIDE = "all", "inside"


@dataclass(frozen=True)
class Enrichment:
    """A plan with one active arm and a subgroup.

    Attributes
    ----------
    biomarker
        Who belongs to the subgroup, as seen at screening.
    at
        Share of the patients at the look.
    margin
        The trial goes on in the subgroup alone when its estimate is better than that of everybody
        by more than this.
    futility
        The trial ends when the z of what would go on is not above this.
    binding
        Whether the type I error counts on that.
    alpha, block
        One-sided, of both claims together; patients in a block.
    """

    biomarker: Criterion
    at: float
    margin: float
    futility: float
    binding: bool
    alpha: float
    block: int

    @property
    def label(self) -> str:
        """Name for a page."""
        return f"adaptive enrichment at {self.at:.0%}, subgroup {self.biomarker}"

    def first(self, size: int) -> Stage:
        """Return everybody until the look."""
        return Stage(share_of(size, self.at, self.block))

    def then(self, size: int, seen: Sequence[Readings]) -> Stage | Verdict:
        """Choose who is taken in next, or conclude."""
        if len(seen) == 2:
            return self._end(seen, "end")
        everybody, inside = self._gaps(seen[0], only=False)
        narrow = self._narrow(everybody, inside)
        chosen = inside if narrow else everybody
        if not chosen.known or chosen.z <= self.futility:
            return self._end(seen, "futility")
        rest = size - len(seen[0])
        return Stage(max(rest, self.block), criteria=(self.biomarker,) if narrow else ())

    def unbound(self) -> Plan:
        """Ignore a futility bound that does not bind."""
        return self if self.binding else replace(self, futility=-np.inf)

    def largest(self, size: int) -> int:
        """Return the planned size."""
        return size

    def sources(self) -> tuple[str, ...]:
        """Return the sources of the method."""
        return (
            "Brannath W et al., Stat Med 2009;28:1445 (doi:10.1002/sim.3559)",
            "Jenkins M, Stone A, Jennison C, Pharm Stat 2011;10:347 (doi:10.1002/pst.472)",
        )

    def _narrow(self, everybody: Gap, inside: Gap) -> bool:
        if not inside.known:
            return False
        return not everybody.known or inside.estimate > everybody.estimate + self.margin

    def _gaps(self, part: Readings, *, only: bool) -> tuple[Gap, Gap]:
        arm = part.active[0]
        inside = part.rows(np.flatnonzero(part.inside)).compare()[arm]
        return (NONE if only else part.compare()[arm], inside)

    def _end(self, seen: Sequence[Readings], reason: str) -> Verdict:
        arm = seen[0].active[0]
        # the choice of the look, made again from what was seen then
        narrow = len(seen) == 2 and self._narrow(*self._gaps(seen[0], only=False))
        pairs = [self._gaps(part, only=narrow and k == 1) for k, part in enumerate(seen)]
        weights = (self.at, 1 - self.at)[: len(seen)]
        rejected: frozenset[str] = frozenset()
        if reason == "end":
            stages = [_stage_p(part, *pair) for part, pair in zip(seen, pairs, strict=True)]
            rejected = closed_test((ALL, INSIDE), stages, weights, self.alpha)
        critical = float(ndtri(1 - self.alpha))
        claims = {}
        names = {ALL: f"{arm}, everybody", INSIDE: f"{arm}, {self.biomarker}"}
        for place, (key, name) in enumerate(names.items()):
            gaps = [pair[place] for pair in pairs]
            carried = reason == "end" and gaps[-1].known
            claim = combined(gaps, weights, critical)
            claims[name] = Claim(
                claim.estimate, claim.low, claim.high, key in rejected and carried, carried
            )
        patients = sum(len(part) for part in seen)
        return Verdict(claims, patients, len(seen), reason, {"narrowed": float(narrow)})


def _stage_p(part: Readings, everybody: Gap, inside: Gap) -> StageP:
    seen = np.isfinite(part.value)
    share = float((seen & part.inside).sum() / max(int(seen.sum()), 1))
    z = {ALL: everybody.z, INSIDE: inside.z}
    # everybody is the shared factor: the subgroup correlates with it by the root of its share
    loading = {ALL: 1.0, INSIDE: float(np.sqrt(share))}

    def p(names: frozenset[str]) -> float | None:
        known = {name: z[name] for name in names if np.isfinite(z[name])}
        return largest_p(known, loading) if known else None

    return p
