"""Take a decision: only where the criteria are met, or with the reason why not."""

from __future__ import annotations

from pathlib import Path

from tolerogen.errors import SpecError, choices
from tolerogen.projects.evidence import digest_of
from tolerogen.projects.ledger import KINDS, Decision, append
from tolerogen.projects.stages import position
from tolerogen.projects.status import CandidateStatus, check, status_of


def advance(
    folder: str | Path, candidate: str, to: str, *, reason: str, who: str, override: bool = False
) -> Decision:
    """Move a candidate to the next stage.

    Parameters
    ----------
    to
        A later stage. Every stage on the way is entered by its own criteria.
    override
        Go on although criteria are not met; that stands in the decision.

    Raises
    ------
    SpecError
        When a criterion is not met: names each. When the stage is not later, or the candidate is
        on hold or stopped.
    """
    found = status_of(folder)
    found.project.find(candidate)
    one = next(c for c in found.candidates if c.candidate.id == candidate)
    if one.state != "active":
        raise SpecError(f"{candidate} is {one.state}: resume it first (--kind resume).")
    here, there = position(found.stages, one.stage), position(found.stages, to)
    if there <= here:
        raise SpecError(f"{candidate} is in stage '{one.stage}' already; '{to}' is not later.")
    lacking = [
        f"{stage.id}: {criterion.words()} ({done.said})"
        for stage in found.stages[here + 1 : there + 1]
        for criterion in stage.criterion
        if not (done := check(criterion, one.evidence)).met
    ]
    if lacking and not override:
        raise SpecError(
            f"{candidate} cannot enter '{to}': {'; '.join(lacking)}. Add the evidence, or decide "
            "all the same with --override and say why."
        )
    return append(
        folder, who=who, candidate=candidate, kind="advance", before=one.stage, after=to,
        reason=reason, override=bool(lacking), evidence=_rests_on(folder, one),
    )  # fmt: skip


def decide(folder: str | Path, candidate: str, kind: str, *, reason: str, who: str) -> Decision:
    """Put a candidate on hold, resume it, stop it, or note something.

    Raises
    ------
    SpecError
        For an unknown kind or candidate, or one that is stopped already.
    """
    kinds = tuple(word for word in KINDS if word != "advance")
    if kind not in kinds:
        raise SpecError(f"--kind: {choices(kind, kinds)}")
    found = status_of(folder)
    found.project.find(candidate)
    one = next(c for c in found.candidates if c.candidate.id == candidate)
    if one.state == "stopped" and kind not in ("note", "resume"):
        raise SpecError(f"{candidate} is stopped; resume it first.")
    return append(
        folder, who=who, candidate=candidate, kind=kind, before=one.stage, after=one.stage,
        reason=reason, evidence=_rests_on(folder, one),
    )  # fmt: skip


def _rests_on(folder: str | Path, one: CandidateStatus) -> dict[str, str]:
    return {evidence.file: digest_of(folder, evidence) for evidence in one.evidence}
