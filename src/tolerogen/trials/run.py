"""Run a virtual trial: enrol, randomise, treat, observe, lose some, analyse; and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.provenance import Provenance, versions
from tolerogen.trials.analysis import analyse
from tolerogen.trials.cohort import Cohort, enrol
from tolerogen.trials.course import Backend, Engine, Progress
from tolerogen.trials.intercurrent.values import KINDS
from tolerogen.trials.mechanism import mechanism_table
from tolerogen.trials.pieces import Followed, Reduced, Replicates, parts, reduced
from tolerogen.trials.result import TrialResult
from tolerogen.trials.scale import Crew, crew
from tolerogen.trials.visits import Visits, joined

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from distributed import Client

    from tolerogen.trials.spec import TrialSpec


def run_trial(
    spec: TrialSpec,
    patients: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    backend: Backend = "native",
    threads: int | None = None,
    client: Client | None = None,
) -> TrialResult:
    """Simulate a trial, and replicates of it.

    Parameters
    ----------
    spec
        The design, from `load_trial`.
    patients, replicates, seed
        Override what the design says. A trial of fewer patients holds the first ones of the
        larger trial; a replicate is the same however many there are.
    progress
        Called with (patients simulated, patients in all). An exception it raises, or Ctrl-C,
        cancels the run, on a cluster too.
    backend, threads
        Of the engine; neither changes the numbers beyond the tolerance of the solver
        (`backend`) or at all (`threads`).
    client
        A ``dask.distributed.Client``: its workers do the run, with the same numbers. None runs
        on this machine.

    Returns
    -------
    TrialResult
        The first replicate in full (day by day for its first 5,000 patients), the others reduced
        to a row an arm.

    Raises
    ------
    SpecError
        A number of patients or replicates below 1, or what the rooms below refuse.
    SimulationError
        When the engine cannot run the model at all; single failing patients are reported in
        the result and count as missing. When the cluster is lost.
    """
    import pandas as pd

    spec = _override(spec, patients, replicates, seed)
    total = spec.patients * spec.replicates
    if progress is not None:  # the total is known before the first patient is drawn
        progress(0, total)
    first = enrol(spec, 0)
    followed, others = _simulated(
        spec, first, crew(Engine(backend, threads, progress), total, client)
    )
    visits = joined([part.visits for part in followed])
    table = _patient_table(spec, first, visits, np.concatenate([p.status for p in followed]))
    full = _course([part.course for part in followed if part.course is not None])
    values, answers = visits.handled(spec)
    rows = reduced(spec, first, values)
    return TrialResult(
        spec=spec,
        provenance=_provenance(spec),
        patients=table,
        trajectories=full,
        observations=visits.observations,
        analysis=analyse(spec, table, values, answers),
        mechanism=mechanism_table(spec, [part.mechanism for part in followed]),
        replicates=pd.DataFrame([*rows, *(row for other in others for row in other.rows)]),
        screened=first.population.screened,
        failures=_failures([*followed, *others]),
    )


def _simulated(
    spec: TrialSpec, first: Cohort, workers: Crew
) -> tuple[list[Followed], list[Reduced]]:
    """Do all pieces, and return what is kept of the first trial and of the others, in order."""
    step = workers.step(spec.patients, spec.replicates - 1)
    others = (
        Replicates(start, min(start + step, spec.replicates), spec.patients)
        for start in range(1, spec.replicates, step)
    )
    done = dict(workers.each(spec, chain(parts(first), others)))
    kept = [done[place] for place in range(len(done))]
    return (
        [piece for piece in kept if isinstance(piece, Followed)],
        [piece for piece in kept if isinstance(piece, Reduced)],
    )


def _override(
    spec: TrialSpec, patients: int | None, replicates: int | None, seed: int | None
) -> TrialSpec:
    wanted = {"patients": patients, "replicates": replicates, "seed": seed}
    changed = {name: value for name, value in wanted.items() if value is not None}
    for name, value in changed.items():
        least = 0 if name == "seed" else 1
        if value < least:
            raise SpecError(f"{name} is {value}; it must be at least {least}.")
    spec = replace(spec, **changed)  # type: ignore[arg-type]  # all three are int
    if spec.patients < len(spec.arms):
        raise SpecError(
            f"{spec.patients} patient(s) cannot fill {len(spec.arms)} arms: one would be empty. "
            f"Ask for more, at best a multiple of the block of {spec.block}."
        )
    return spec


def _patient_table(
    spec: TrialSpec, cohort: Cohort, shown: Visits, status: np.ndarray
) -> pd.DataFrame:
    table = cohort.population.frame()
    table.index = table.index.rename("patient")
    table.insert(0, "arm", list(cohort.arms))
    table.insert(1, "stratum", list(cohort.strata))
    table.insert(2, "dropout_day", shown.dropout.reindex(table.index).to_numpy())
    table.insert(3, "status", status)
    for place, kind in enumerate(k for k in KINDS if getattr(spec, k) is not None):
        table.insert(3 + place, f"{kind}_day", shown.events[kind].reindex(table.index).to_numpy())
    return table


def _course(courses: list[xr.Dataset]) -> xr.Dataset:
    import xarray as xr

    if len(courses) == 1:
        return courses[0]
    options: dict[str, Any] = {"join": "exact", "combine_attrs": "override"}
    return xr.concat(courses, dim="patient", data_vars="all", coords="minimal", **options)


def _failures(pieces: Sequence[Followed | Reduced]) -> pd.DataFrame:
    import pandas as pd

    rows = [row for piece in pieces for row in piece.failures]
    return pd.DataFrame(rows, columns=["replicate", "patient", "arm", "message"])


def _provenance(spec: TrialSpec) -> Provenance:
    cited = [*spec.sources, *spec.disease.sources]
    for therapy in spec.therapies:
        cited.extend(therapy.citation().splitlines())
    return Provenance(
        content=spec.content(),
        seed=spec.seed,
        versions=versions(),
        sources=tuple(dict.fromkeys(source for source in cited if source)),
    )
