"""Many patients through one model: check, share out, gather into one labelled data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from tolerogen.engine import validate
from tolerogen.engine.inputs import with_inputs
from tolerogen.engine.model import Model
from tolerogen.engine.native.batch import cores
from tolerogen.engine.native.request import Request
from tolerogen.engine.native.sensitivity import differentiate
from tolerogen.engine.native.solve import Solved, solve
from tolerogen.engine.native.tableau import tableau
from tolerogen.engine.pool import Progress, gather
from tolerogen.engine.reference import Job
from tolerogen.engine.result import dataset, with_sensitivities
from tolerogen.engine.rules import DosingRule, shown_as
from tolerogen.engine.schedule import schedule
from tolerogen.engine.status import Status
from tolerogen.errors import ModelError, SpecError, choices

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Backend = Literal["native", "reference"]
Start = Literal["model", "rest"]


def simulate(
    model: Model,
    patients: pd.DataFrame,
    doses: validate.Doses,
    times: ArrayLike,
    observables: Sequence[str] | None = None,
    rtol: float = 1e-5,
    atol: float | None = None,
    backend: Backend = "native",
    threads: int | None = None,
    progress: Progress | None = None,
    *,
    sensitivities: Sequence[str] | None = None,
    start: Start = "model",
    method: str = "rodas5p",
    rules: Sequence[DosingRule] = (),
) -> xr.Dataset:
    """Simulate every patient.

    Parameters
    ----------
    model
        From `load_model`. Time in days.
    patients
        One row a patient. Columns are ids of parameters (or compartments) of the model, in the
        model's units; absent ones keep the model's value. Initial assignments are evaluated
        again for each patient. The index becomes the ``patient`` coordinate.
    doses
        Doses shared by all, or one sequence of doses per patient. They add, in any order. Those
        at or after the last time are ignored.
    times
        Days, increasing, 0 or later; they need not be regular nor start at 0. Every simulation
        starts on day 0.
    observables
        Ids to report; by default all species and all parameters that may change. A species is a
        concentration, unless declared ``substanceOnly``.
    rtol
        Relative tolerance. CVODE runs at a tenth of it, because it bounds the error of a step
        and steps add up.
    atol
        Absolute tolerance, in the unit of each state's concentration. By default one per state
        and patient: ``1e-3 * rtol`` times the initial value, the largest dose, or 0.01 for an
        undosed state that starts at 0.
    backend
        ``"native"`` runs patients side by side in compiled vector code and refuses by name the
        models it cannot take. ``"reference"`` is libRoadRunner (CVODE), one patient at a time.
    threads
        Most cores to use; all by default. It never changes a number.
    progress
        Called with (patients done, patients in all).
    sensitivities
        Parameters by which to differentiate; for each observable ``X`` the result has
        ``X_sensitivity`` (patient, time, parameter). Native backend only.
    start
        ``"model"``: the initial values of the model. ``"rest"``: where the untreated patient
        comes to rest, by integration until nothing moves. Native backend only.
    method
        Rosenbrock method of the native backend: ``"rodas5p"`` or ``"rodas4p2"``.
    rules
        Dosing rules that depend on what is observed, see `DosingRule`; the result then has
        ``rule_1``, ...: the share of the planned dose each leaves, or the rescues it gave.
        Native backend only.

    Returns
    -------
    xarray.Dataset
        Dimensions ``patient`` and ``time``; one float64 variable per observable with its
        ``units``; ``status`` (patient), 0 where all went well (see `Status`); ``message``
        (patient), the cause and the patient's parameters where it did not. Values at the time of
        a dose are those before the dose. A patient who failed is NaN. A patient the native lanes
        cannot solve, at two tolerances, is given to libRoadRunner before it counts as failed.
        Attributes tell the solver, tolerances, steps, the error reached, seconds and sources.

    Raises
    ------
    SpecError
        For an unknown column, species, observable or backend; a value that is not finite; times
        that are not sorted; dose lists that do not match the patients.
    ModelError
        When the backend cannot compile the model.
    SimulationError
        When a worker process dies.

    Examples
    --------
    >>> import pandas as pd
    >>> from tolerogen.engine import Dose, load_model
    >>> model = load_model("model m; S = 0; k = 0.1; S -> ; k*S; end")
    >>> two = pd.DataFrame({"k": [0.1, 0.2]}, index=["ann", "bob"])
    >>> data = simulate(model, two, [Dose(0, 8, "S")], [0, 10], backend="reference")
    >>> data["S"].sel(patient="bob").round(3).values.tolist()
    [0.0, 1.083]
    """
    _check_options(backend, start, sensitivities, rules)
    validate.tolerances(rtol, atol, threads)
    values = validate.patient_values(model, patients)
    lists = validate.dose_lists(model, doses, len(values))
    days = validate.output_times(times)
    names = validate.observable_ids(model, observables)
    wanted = validate.sensitivity_ids(model, sensitivities)
    columns = tuple(map(str, patients.columns))
    validate.no_value_missing(model, columns)
    added = tuple(p for p in wanted if p not in columns)
    own = np.full((len(values), len(added)), [model.value(p) for p in added])
    ask = Request(
        sbml=model.sbml,
        columns=(*columns, *added),
        values=np.hstack([values, own]) if added else values,
        doses=lists,
        times=days,
        observables=(*names, *(shown_as(i) for i in range(len(rules)))),
        rtol=float(rtol),
        atol=atol,
        threads=threads or cores(),
        method=tableau(method),
        rest=start == "rest",
        rules=tuple(rules),
    )
    if backend == "reference":
        return dataset(model, patients.index, ask, _by_reference(model, ask, progress))
    solved = solve(ask, progress)
    _rescue(model, ask, solved)
    data = dataset(model, patients.index, ask, solved)
    if wanted:
        found = differentiate(ask, wanted)
        data = with_sensitivities(model, data, ask.observables, wanted, found)
    return data


def _check_options(
    backend: str, start: str, sensitivities: Sequence[str] | None, rules: Sequence[DosingRule]
) -> None:
    for name, value, kind in (("backend", backend, Backend), ("start", start, Start)):
        if value not in get_args(kind):
            raise SpecError(f"{name} '{value}' is unknown; {choices(value, get_args(kind))}")
    if backend == "reference" and (sensitivities or start == "rest" or rules):
        raise SpecError(
            "sensitivities, rules and start='rest' need backend='native'; leave the backend out."
        )


def _rescue(model: Model, ask: Request, solved: Solved) -> None:
    """Give patients the lanes could not solve to libRoadRunner; those it solves are kept."""
    failed = np.flatnonzero(solved.status)
    if not len(failed) or ask.rest or ask.rules:
        return
    again = replace(
        ask, values=ask.values[failed], doses=[ask.doses[who] for who in failed.tolist()]
    )
    try:
        second = _by_reference(model, again, None)
    except ModelError:  # libRoadRunner cannot take the model; the first reason stands
        return
    for i, who in enumerate(failed.tolist()):
        if second.status[i] == Status.OK:
            solved.courses[who] = second.courses[i]
            solved.status[who] = Status.OK
            solved.messages[who] = "finished by libRoadRunner; the native lanes could not"


def _by_reference(model: Model, ask: Request, progress: Progress | None) -> Solved:
    infused = sorted({d.into for group in set(ask.doses) for d in group if d.duration})
    home = model.outline.home
    concentrations = tuple((s, home[s]) for s in home if s not in model.outline.amounts)
    job = Job(
        sbml=with_inputs(model.sbml, infused),
        home=concentrations,
        selections=tuple(f"[{n}]" if n in dict(concentrations) else n for n in ask.observables),
        columns=ask.columns,
        outputs=len(ask.times),
        rtol=ask.rtol,
        atol=ask.atol,
    )
    axis = ask.times.tolist()
    plans = {group: schedule(group, axis, infused) for group in set(ask.doses)}
    found = gather(job, ask.values, [plans[g] for g in ask.doses], ask.threads, progress)
    return Solved(found.courses, found.status, found.messages, {"solver": "CVODE (libRoadRunner)"})
