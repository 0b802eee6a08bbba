"""A trial from a few choices: the text of a trial file, to be read, changed and run."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tolerogen.errors import SpecError
from tolerogen.trials.load import read_trial


@dataclass(frozen=True)
class Draft:
    """The choices that a first trial needs.

    Attributes
    ----------
    name
        What the trial is called.
    disease, therapy, regimen
        Names of the libraries.
    measure
        The primary endpoint: the change from baseline in this measure.
    weeks, every
        Length of the trial, and weeks between visits.
    patients, share
        Patients in all; patients on the drug for each one on placebo.
    least
        Least value of the measure at entry; None lets everybody in.
    seed, replicates
        Of the run.
    """

    name: str
    disease: str
    therapy: str
    regimen: str
    measure: str = "essdai"
    weeks: int = 24
    every: int = 4
    patients: int = 60
    share: int = 1
    least: float | None = 5.0
    seed: int = 1
    replicates: int = 1


def draft_trial(draft: Draft) -> str:
    """Return the trial file (TOML) that the choices stand for.

    Raises
    ------
    SpecError
        When the choices do not make a trial: an unknown name, a dose after the end, a number
        below 1.

    Examples
    --------
    >>> text = draft_trial(Draft("First", "sjogren", "s95011", "phase2a", weeks=13))
    >>> 'therapy = "s95011"' in text
    True
    """
    for name in ("weeks", "every", "patients", "share", "replicates"):
        if getattr(draft, name) < 1:
            raise SpecError(f"{name} is {getattr(draft, name)}; it must be at least 1.")
    text = _text(draft)
    read_trial(text, where="these choices")
    return text


def _text(draft: Draft) -> str:
    entry = ""
    if draft.least is not None:
        entry = f"\n[[entry]]\nmeasure = {_quoted(draft.measure)}\nminimum = {draft.least!r}\n"
    return f"""\
[trial]
name = {_quoted(draft.name)}
disease = {_quoted(draft.disease)}
patients = {draft.patients}
seed = {draft.seed}
replicates = {draft.replicates}
horizon = "{draft.weeks} weeks"
every = "{draft.every} weeks"
{entry}
[[arm]]
name = {_quoted(f"{draft.therapy} {draft.regimen}")}
role = "active"
share = {draft.share}
therapy = {_quoted(draft.therapy)}
regimen = {_quoted(draft.regimen)}

[[arm]]
name = "placebo"
role = "placebo"
share = 1

[endpoint]
measure = {_quoted(draft.measure)}
at = "{draft.weeks} weeks"
"""


def _quoted(text: str) -> str:
    # a JSON string is a TOML basic string, but for DEL, which JSON leaves bare
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
