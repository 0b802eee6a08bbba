"""Projects: candidates side by side, what is known of them, what was decided, what comes next.

A project is a folder that a team keeps under version control:

``project.toml``
    What it is about, its candidates, costs and times, and what a launch would be worth.
``evidence/``
    What was computed or measured: a file each, with its figures and the hashes of its files.
``decisions.jsonl``
    Who decided what, when and why. Only ever added to; each line holds the hash of the line before,
    so a line that is changed, dropped or moved is found.

`read_project` reads it, `status_of` says where each candidate stands and what it lacks, `advance`
decides. `chances` starts from public base rates and lets simulated trials move them, shown as prior
and posterior; `worth` puts cost, time and value on top. `compare` and `write_page` show them.
`run_programme` goes the whole way, from a target to a dossier, by a file that lists the steps.
"""

from __future__ import annotations

from tolerogen.projects.chances import Chance, Step, chances, pooled
from tolerogen.projects.compare import compare
from tolerogen.projects.decide import advance, decide
from tolerogen.projects.evidence import Evidence, add_evidence, read_evidence
from tolerogen.projects.figures import draw_bubbles, draw_chances, draw_gantt
from tolerogen.projects.ledger import Broken, Decision, append, read_ledger, verify
from tolerogen.projects.page import write_page
from tolerogen.projects.programme import run_programme
from tolerogen.projects.project import (
    Candidate,
    Project,
    add_candidate,
    init_project,
    read_project,
)
from tolerogen.projects.snapshot import write_snapshot
from tolerogen.projects.stages import Criterion, Stage, stages_of
from tolerogen.projects.status import CandidateStatus, ProjectStatus, status_of
from tolerogen.projects.value import Worth, worth

__all__ = [
    "Broken",
    "Candidate",
    "CandidateStatus",
    "Chance",
    "Criterion",
    "Decision",
    "Evidence",
    "Project",
    "ProjectStatus",
    "Stage",
    "Step",
    "Worth",
    "add_candidate",
    "add_evidence",
    "advance",
    "append",
    "chances",
    "compare",
    "decide",
    "draw_bubbles",
    "draw_chances",
    "draw_gantt",
    "init_project",
    "pooled",
    "read_evidence",
    "read_ledger",
    "read_project",
    "run_programme",
    "stages_of",
    "status_of",
    "verify",
    "worth",
    "write_page",
    "write_snapshot",
]
