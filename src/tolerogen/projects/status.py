"""Where each candidate stands, what it lacks, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tolerogen.projects.chances import Chance, chances
from tolerogen.projects.evidence import Evidence, read_evidence
from tolerogen.projects.ledger import Broken, Decision, read_ledger, stage_of, verify
from tolerogen.projects.project import FILE, Candidate, Project, read_project
from tolerogen.projects.stages import Criterion, Stage, priced, stages_of
from tolerogen.projects.value import Worth, worth


@dataclass(frozen=True)
class Checked:
    """A criterion of the next stage, and whether it is met, with the figure that was found."""

    criterion: Criterion
    met: bool
    found: float | None
    said: str


@dataclass(frozen=True, eq=False)
class CandidateStatus:
    """A candidate: stage and state, criteria of the next stage, chances, worth, evidence."""

    candidate: Candidate
    stage: str
    state: str
    next_stage: str | None
    checks: tuple[Checked, ...]
    chance: Chance
    worth: Worth
    evidence: tuple[Evidence, ...]

    @property
    def ready(self) -> bool:
        """Whether every criterion of the next stage is met."""
        return self.next_stage is not None and all(check.met for check in self.checks)


@dataclass(frozen=True, eq=False)
class ProjectStatus:
    """A project: its candidates, decisions and what is wrong with its files."""

    project: Project
    stages: tuple[Stage, ...]
    candidates: tuple[CandidateStatus, ...]
    decisions: tuple[Decision, ...]
    broken: tuple[Broken, ...]
    changed: tuple[str, ...]
    actions: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        from tolerogen.provenance import finite, plain

        made = {
            "project": self.project.model_dump(mode="json"),
            "candidates": [_row(one) for one in self.candidates],
            "decisions": [plain(one) for one in self.decisions],
            "broken": [plain(one) for one in self.broken],
            "changed": list(self.changed),
            "next": list(self.actions),
        }
        cleaned: dict[str, Any] = finite(made)
        return cleaned


def status_of(folder: str | Path, *, seed: int = 1) -> ProjectStatus:
    """Read a project and judge its candidates.

    Parameters
    ----------
    folder
        Of the project.
    seed
        Of the draws of chances and value.

    Raises
    ------
    SpecError
        When a file of the project is wrong. A broken chain of decisions is told, not raised: then
        stages are as the readable lines say.
    """
    root = Path(folder)
    project, evidence = read_project(root), read_evidence(root)
    stages = priced(stages_of(root), project, str(root / FILE))
    broken = verify(root)
    decisions = () if broken else read_ledger(root)
    found = tuple(
        _candidate(one, project, stages, evidence, decisions, seed) for one in project.candidate
    )
    changed = tuple(
        f"{one.file}: {name}" for one in evidence for name in one.changed
    )  # fmt: skip
    return ProjectStatus(
        project, stages, found, decisions, broken, changed, _actions(found, root, project)
    )


def check(criterion: Criterion, evidence: Sequence[Evidence]) -> Checked:
    """Look whether a criterion is met by evidence about a candidate."""
    mine = [one for one in evidence if one.kind == criterion.evidence]
    if not mine:
        return Checked(criterion, False, None, "no such evidence yet")
    if any(one.changed for one in mine):
        return Checked(criterion, False, None, "its files are not what they were")
    if criterion.figure is None:
        return Checked(criterion, True, None, "there")
    value = mine[-1].figures.get(criterion.figure)
    if value is None:
        return Checked(criterion, False, None, f"the evidence has no figure '{criterion.figure}'")
    low = criterion.at_least is not None and value < criterion.at_least
    high = criterion.at_most is not None and value > criterion.at_most
    return Checked(criterion, not (low or high), value, f"{criterion.figure} is {value:.3g}")


def about(evidence: Sequence[Evidence], candidate: str) -> tuple[Evidence, ...]:
    """Return the evidence about a candidate, with what is about all; its own comes last."""
    return tuple(
        one
        for mine in ("", candidate)
        for one in evidence
        if one.candidate == mine
    )  # fmt: skip


def _candidate(
    one: Candidate,
    project: Project,
    stages: tuple[Stage, ...],
    evidence: Sequence[Evidence],
    decisions: Sequence[Decision],
    seed: int,
) -> CandidateStatus:
    stage, state = stage_of(decisions, one.id, stages[0].id)
    names = [s.id for s in stages]
    at = names.index(stage) if stage in names else 0
    following = stages[at + 1] if at + 1 < len(stages) else None
    mine = about(evidence, one.id)
    checks = tuple(check(c, mine) for c in following.criterion) if following else ()
    chance = chances(project, stages, names[at], mine, seed=seed)
    return CandidateStatus(
        one, names[at], state, following.id if following else None, checks, chance,
        worth(project, stages, names[at], chance, seed=seed), mine,
    )  # fmt: skip


def _actions(found: Sequence[CandidateStatus], folder: Path, project: Project) -> tuple[str, ...]:
    """Say what to do next, the candidate that is worth most for its cost first."""
    active = [one for one in found if one.state == "active" and one.next_stage]
    active.sort(key=lambda one: -one.worth.value[0] / max(one.worth.cost, 1e-9))
    said = []
    for one in active:
        name = one.candidate.id
        lacking = next((check for check in one.checks if not check.met), None)
        if lacking is None:
            said.append(
                f"{name}: all criteria of {one.next_stage} are met. Decide: tolerogen project "
                f"advance {folder} {name} --to {one.next_stage} --reason '…' --by '…'"
            )
            continue
        command = lacking.criterion.command.format(
            folder=folder, candidate=name, disease=project.disease
        )
        said.append(
            f"{name}: for {one.next_stage}, {lacking.criterion.why} ({lacking.said}). {command}"
        )
    return tuple(said)


def _row(one: CandidateStatus) -> dict[str, Any]:
    from tolerogen.provenance import plain

    return {
        "id": one.candidate.id,
        "name": one.candidate.name,
        "modality": one.candidate.modality,
        "stage": one.stage,
        "state": one.state,
        "next_stage": one.next_stage,
        "ready": one.ready,
        "criteria": [
            {"criterion": c.criterion.words(), "met": c.met, "found": c.found, "said": c.said}
            for c in one.checks
        ],
        "chances": {
            "weight": one.chance.weight,
            "steps": [plain(step) for step in one.chance.steps],
            "launch_prior": list(one.chance.prior),
            "launch_posterior": list(one.chance.posterior),
        },
        "worth": plain(one.worth),
        "evidence": [
            {"kind": e.kind, "figures": e.figures, "note": e.note, "file": e.file}
            for e in one.evidence
        ],
    }
