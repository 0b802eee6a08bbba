"""What trials have shown: the share of patients-in-trials whose primary outcome was met, shrunken.

A target without trials stands where an average phase 2 programme in autoimmunity stands; trials
move it by their size. ``(p0 n0 + sum of n met) / (n0 + sum of n)``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.targets.evidence import read_date
from tolerogen.targets.support import success

PRIOR_PATIENTS = 60.0  # assumed: the prior counts as one small trial
FILE = "precedence.csv"


@dataclass(frozen=True)
class Precedent:
    """A controlled trial at a node.

    Attributes
    ----------
    share
        Of the trial that counts for this node: a half where two drugs were given together.
    met
        Whether its primary outcome was met.
    """

    trial: str
    node: str
    drug: str
    phase: str
    n: int
    met: bool
    date: date | None
    endpoint: str
    source: str
    share: float = 1.0


def read_precedence(folder: Path) -> tuple[Precedent, ...]:
    """Read ``precedence.csv`` of a disease folder, one entry a trial and node.

    Raises
    ------
    SpecError
        Names the trial that cannot be used.
    """
    path = folder / FILE
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    found = []
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        where = f"{FILE}, '{row['id']}'"
        if row["met"] not in ("yes", "no"):
            raise SpecError(f"{where}: met is '{row['met']}'; write yes or no.")
        nodes = row["nodes"].split(";")
        found += [
            Precedent(
                trial=row["id"],
                node=node,
                drug=row["drug"],
                phase=row["phase"],
                n=int(row["n"]),
                met=row["met"] == "yes",
                date=read_date(row["date"], where),
                endpoint=row["endpoint"],
                source=row["source"],
                share=1.0 / len(nodes),
            )
            for node in nodes
        ]
    return tuple(found)


def until(trials: Iterable[Precedent], day: date | None) -> tuple[Precedent, ...]:
    """Leave out trials reported after a day."""
    return tuple(t for t in trials if day is None or (t.date is not None and t.date <= day))


def precedence_score(trials: Iterable[Precedent]) -> float:
    """Return the shrunken share of patients whose trial met its primary outcome.

    Examples
    --------
    >>> round(precedence_score([]), 3)
    0.367
    """
    prior = success().transitions["phase_2_to_3"]
    won, all_ = prior * PRIOR_PATIENTS, PRIOR_PATIENTS
    for trial in trials:
        won += trial.share * trial.n * trial.met
        all_ += trial.share * trial.n
    return won / all_
