"""Decisions that the programme brings: taken where their criteria are met."""

from __future__ import annotations

from tolerogen.errors import SpecError
from tolerogen.projects.decide import advance, decide
from tolerogen.projects.ledger import read_ledger
from tolerogen.projects.steps.setting import Setting


def decide_step(setting: Setting) -> None:
    """Run the step: ``decision``, a list of ``candidate``, ``to`` or ``kind``, ``reason``, ``by``.

    What was decided in an earlier run is not decided again. A move whose criteria are not met is
    kept as a note that says so.
    """
    for one in setting.options.get("decision", ()):
        name, reason, who = (str(one[key]) for key in ("candidate", "reason", "by"))
        known = {(d.candidate, d.reason) for d in read_ledger(setting.out)}
        if (name, reason) in known or any(d[0] == name and reason in d[1] for d in known):
            continue
        if "to" not in one:
            decide(setting.out, name, str(one.get("kind", "note")), reason=reason, who=who)
            continue
        try:
            advance(setting.out, name, str(one["to"]), reason=reason, who=who)
        except SpecError as error:
            told = f"{reason} Not moved: {error}"
            decide(setting.out, name, "note", reason=told, who=who)
    setting.progress(1, 1)
