"""What a job of this page is from the terminal and from Python."""

from __future__ import annotations

import shlex
from typing import Any

from tolerogen.workbench.jobs import Job
from tolerogen.workbench.pages.antibodies.measured import read_goals


def same(job: Job) -> dict[str, Any]:
    """Return commands and Python of a job."""
    return {"commands": _commands(job), "python": _python(job)}


def _commands(job: Job) -> list[str]:
    task, verb = job.task, ["tolerogen", "antibody"]
    if job.kind == "sequences":
        return [
            shlex.join([*verb, "number", "mine.fasta", "--scheme", task["setting"]]),
            shlex.join([*verb, "annotate", "mine.fasta", "--svg", "annotated.svg"]),
            shlex.join([*verb, "humanness", "mine.fasta"]),
        ]
    if job.kind == "humanise":
        return [shlex.join([*verb, "humanise", "mine.fasta", "--dial", task["setting"]])]
    if job.kind == "kinetics":
        return [shlex.join([*verb, "kinetics", "sensorgrams.csv", "--model", task["model"],
                            "--figure", "results/sensorgrams"])]  # fmt: skip
    words = [*verb, "select", "panel.csv"]
    for goal in read_goals(task["low"], task["high"], task["log"]):
        words += [f"--{goal.direction}", f"{goal.column}={goal.weight:g}"]
        words += ["--log", goal.column] if goal.log else []
    return [shlex.join([*words, "--seed", str(task["seed"]), "--figure", "results/panel"])]


def _python(job: Job) -> str:
    task = job.task
    if job.kind == "sequences":
        return (
            "from tolerogen.antibodies import number_many, read_sequences\n"
            "from tolerogen.antibodies.annotation import liabilities\n"
            "from tolerogen.antibodies.humanness import humanness\n\n"
            f"for found in number_many(read_sequences('mine.fasta'), {task['setting']!r}):\n"
            "    for domain in found.domains:\n"
            "        print(domain.cdrs, humanness(domain).score, liabilities(domain))"
        )
    if job.kind == "humanise":
        return (
            "from tolerogen.antibodies import read_sequences\n"
            "from tolerogen.antibodies.humanness import humanise\n\n"
            f"for one in humanise(read_sequences('mine.fasta'), {task['setting']!r}):\n"
            "    print(one.id, one.before, one.after, one.vh, one.vl)"
        )
    if job.kind == "kinetics":
        return (
            "from tolerogen.antibodies.kinetics import fit_kinetics, read_sensorgrams\n\n"
            "for data in read_sensorgrams('sensorgrams.csv'):\n"
            f"    print(fit_kinetics(data, {task['model']!r}))"
        )
    goals = read_goals(task["low"], task["high"], task["log"])
    return (
        "from tolerogen.antibodies.selection import Goal, rank_panel, read_panel\n\n"
        f"goals = {goals!r}\n"
        f"for one in rank_panel(read_panel('panel.csv', goals), seed={task['seed']}):\n"
        "    print(one.rank, one.id, one.score, one.front)"
    )
