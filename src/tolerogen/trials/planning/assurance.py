"""Assurance: the probability of success when the parameters of the model are uncertain.

Power is computed for one set of parameters. Over draws of a posterior each draw has a power of its
own, and their mean is what a sponsor may expect. Every draw runs trials of its own, so that the
spread between draws holds the luck of the trials as well.

References
----------
O'Hagan A, Stevens JW, Campbell MJ, Pharm Stat 2005;4:187 (doi:10.1002/pst.175).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.planning.analyse import rows
from tolerogen.trials.planning.simulate import simulate
from tolerogen.trials.scale.crews import crew

if TYPE_CHECKING:
    import pandas as pd
    from distributed import Client

    from tolerogen.trials.course import Engine
    from tolerogen.trials.planning.options import Entry, Options

KEYS = ["endpoint", "day", "patients", "arm"]


@dataclass(frozen=True)
class Drawn:
    """Trials ``first`` to ``last - 1`` under one draw of the posterior.

    Attributes
    ----------
    draw
        Its place.
    size
        Patients of the largest trial as planned.
    """

    draw: int
    first: int
    last: int
    size: int

    @property
    def patients(self) -> int:
        """Patients as planned."""
        return (self.last - self.first) * self.size

    def do(self, context: Options, engine: Engine) -> list[dict[str, Any]]:
        """Return one row a trial and option: whether the claim was shown."""
        sets = context.posterior
        if sets is None:
            raise AssertionError("assurance needs a posterior")
        disease = sets.disease(context.spec.disease, self.draw)
        mine = replace(context, spec=replace(context.spec, disease=disease))
        return _successes(mine, engine, range(self.first, self.last))


def assurance(
    options: Options, entry: Entry, engine: Engine, client: Client | None = None
) -> pd.DataFrame:
    """Return the probability of success over the posterior of the options.

    Parameters
    ----------
    options
        What is open, with a posterior.
    entry
        The way of entry.
    engine
        Of the simulation.
    client
        Of a cluster whose workers do it; None for this machine.

    Returns
    -------
    pandas.DataFrame
        One row an endpoint, day, size and claim: ``assurance`` with ``_low`` and ``_high``, a
        95 % Monte-Carlo interval over the draws, and ``draws``.

    Raises
    ------
    SpecError
        A draw names a parameter that the disease does not have.
    """
    import pandas as pd

    sets = options.posterior
    if sets is None:
        raise AssertionError("assurance needs a posterior")
    each, size = max(1, math.ceil(options.replicates / len(sets.draws))), options.spec.patients
    mine = replace(options, spec=replace(options.spec, criteria=entry.criteria))
    # trials that no other draw runs, and the options without uncertainty neither
    first = [options.replicates + draw * each for draw in range(len(sets.draws))]
    plan = [Drawn(draw, start, start + each, size) for draw, start in enumerate(first)]
    workers = crew(engine, sum(piece.patients for piece in plan), client)
    done = dict(workers.each(mine, plan))
    parts = [
        pd.DataFrame(done[k]).groupby(KEYS, sort=False)["success"].mean() for k in range(len(plan))
    ]
    table = pd.concat(parts, axis=1)
    count = table.shape[1]
    mean = table.mean(axis=1)
    half = 1.96 * table.std(axis=1, ddof=1) / math.sqrt(count) if count > 1 else mean * np.nan
    out = pd.DataFrame(
        {
            "assurance": mean,
            "assurance_low": (mean - half).clip(lower=0.0),
            "assurance_high": (mean + half).clip(upper=1.0),
            "draws": count,
        }
    )
    return out.reset_index()


def _successes(options: Options, engine: Engine, numbers: range) -> list[dict[str, Any]]:
    """Return one row a trial and option: whether the claim was shown."""
    if options.plan is None:
        return [
            {**{key: row[key] for key in KEYS}, "success": float(row["low"] > 0)}
            for trial in simulate(options.spec, numbers, engine)
            for row in rows(options, trial)
        ]
    from tolerogen.trials.designs.rate import run_design

    return [
        {
            "endpoint": ended.endpoint,
            "day": ended.day,
            "patients": ended.size,
            "arm": name,
            "success": float(claim.rejected),
        }
        for ended in run_design(options, options.spec, engine, numbers)
        for name, claim in ended.verdict.claims.items()
    ]
