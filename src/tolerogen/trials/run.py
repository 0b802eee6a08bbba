"""Run a virtual trial: enrol, randomise, treat, observe, lose some, analyse; and again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.provenance import Provenance, versions
from tolerogen.trials.analysis import analyse
from tolerogen.trials.cohort import Cohort, enrol
from tolerogen.trials.course import Backend, Engine, Progress, schedules
from tolerogen.trials.intercurrent import Happened, follow_events
from tolerogen.trials.intercurrent.values import KINDS
from tolerogen.trials.mechanism import mechanism
from tolerogen.trials.replicates import replicate_rows
from tolerogen.trials.result import TrialResult
from tolerogen.trials.visits import Visits, seen

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.trials.spec import TrialSpec


def run_trial(
    spec: TrialSpec,
    patients: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    backend: Backend = "native",
    threads: int | None = None,
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
        Called with (patients simulated, patients in all).
    backend, threads
        Of the engine; neither changes the numbers beyond the tolerance of the solver
        (`backend`) or at all (`threads`).

    Returns
    -------
    TrialResult
        The first replicate in full, the others reduced to a row an arm.

    Raises
    ------
    SpecError
        A number of patients or replicates below 1, or what the rooms below refuse.
    SimulationError
        When the engine cannot run the model at all; single failing patients are reported in
        the result and count as missing.
    """
    spec = _override(spec, patients, replicates, seed)
    if progress is not None:  # the total is known before the first patient is drawn
        progress(0, spec.patients * spec.replicates)
    cohorts = [enrol(spec, number) for number in range(spec.replicates)]
    happened = follow_events(spec, cohorts, Engine(backend, threads, progress))
    full, courses = _simulated(happened)
    visits = [seen(spec, c, courses[c.replicate], happened.events[c.replicate]) for c in cohorts]
    first, shown = cohorts[0], visits[0]
    table = _patient_table(spec, first, shown, full)
    values = [visit.handled(spec) for visit in visits]
    return TrialResult(
        spec=spec,
        provenance=_provenance(spec),
        patients=table,
        trajectories=full,
        observations=shown.observations,
        analysis=analyse(spec, table, *values[0]),
        mechanism=mechanism(spec, full, schedules(spec)),
        replicates=_replicates(spec, cohorts, [value[0] for value in values]),
        screened=first.population.screened,
        failures=_failures(cohorts, courses),
    )


def _simulated(happened: Happened) -> tuple[xr.Dataset, dict[int, xr.Dataset]]:
    courses = {number: data for number, data in happened.courses.items() if data is not None}
    if happened.full is None:
        raise AssertionError("a trial that is shown is simulated")
    return happened.full, courses


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
    spec: TrialSpec, cohort: Cohort, shown: Visits, full: xr.Dataset
) -> pd.DataFrame:
    table = cohort.population.frame()
    table.index = table.index.rename("patient")
    table.insert(0, "arm", list(cohort.arms))
    table.insert(1, "stratum", list(cohort.strata))
    table.insert(2, "dropout_day", shown.dropout.reindex(table.index).to_numpy())
    table.insert(3, "status", full["status"].to_numpy())
    for place, kind in enumerate(k for k in KINDS if getattr(spec, k) is not None):
        table.insert(3 + place, f"{kind}_day", shown.events[kind].reindex(table.index).to_numpy())
    return table


def _replicates(
    spec: TrialSpec, cohorts: list[Cohort], observations: list[pd.DataFrame]
) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for cohort, observed in zip(cohorts, observations, strict=True):
        covariates = cohort.population.covariates
        table = covariates[list(spec.strata)].assign(arm=list(cohort.arms))
        rows.extend(replicate_rows(spec, table, observed, cohort.replicate))
    return pd.DataFrame(rows)


def _failures(cohorts: list[Cohort], courses: dict[int, xr.Dataset]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for cohort in cohorts:
        data = courses[cohort.replicate]
        bad = data.isel(patient=data["status"].to_numpy() != 0)
        for patient, arm, message in zip(
            bad["patient"].to_numpy(), bad["arm"].to_numpy(), bad["message"].to_numpy(), strict=True
        ):
            rows.append((cohort.replicate, int(patient), str(arm), str(message)))
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
