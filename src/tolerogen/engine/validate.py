"""What a simulation is asked for, checked before anything runs, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tolerogen.engine.dose import Dose
from tolerogen.engine.model import Model
from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    import pandas as pd

Doses = Sequence[Dose] | Sequence[Sequence[Dose]]


def patient_values(model: Model, patients: pd.DataFrame) -> NDArray[np.float64]:
    """Return the patients' parameter values, patient x column.

    Raises
    ------
    SpecError
        For a column the model cannot take, a value that is not a finite number, or patient ids
        that repeat.
    """
    settable = set(model.settable)
    for column in patients.columns:
        if column not in settable:
            raise SpecError(_bad_column(model, str(column)))
    if not patients.columns.is_unique:
        twice = patients.columns[patients.columns.duplicated()][0]
        raise SpecError(f"patients: column '{twice}' stands twice; keep one.")
    if not patients.index.is_unique:
        twice = patients.index[patients.index.duplicated()][0]
        raise SpecError(f"patients: id '{twice}' stands twice; patient ids must be unique.")
    try:
        values = patients.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise SpecError(f"patients: a value is not a number ({error}).") from None
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        row, column = bad[0]
        raise SpecError(
            f"patients: '{patients.columns[column]}' of patient '{patients.index[row]}' is "
            f"{values[row, column]}; give a finite number, or leave the column out to keep the "
            "model's value."
        )
    return values


def _bad_column(model: Model, column: str) -> str:
    if column in model.outline.species:
        return (
            f"patients: '{column}' is a species of model '{model.id}'; a patient sets parameters, "
            "such as the one that gives its baseline."
        )
    if column in model.outline.initial | model.outline.assigned:
        return (
            f"patients: '{column}' is computed by model '{model.id}' and cannot be set; set the "
            "parameters it is computed from."
        )
    known = choices(column, model.settable)
    return f"patients: model '{model.id}' has no parameter '{column}'; {known}"


def dose_lists(model: Model, doses: Doses, patients: int) -> list[tuple[Dose, ...]]:
    """Return one tuple of doses per patient; a shared one is the same object for all.

    Raises
    ------
    SpecError
        When shared doses and lists are mixed, the lists do not match the patients, or a dose
        enters what cannot be dosed.
    """
    shared = [isinstance(item, Dose) for item in doses]
    if any(shared) and not all(shared):
        raise SpecError("doses: give either doses shared by all or one list per patient, not both.")
    if all(shared):  # none at all is shared too
        lists = [tuple(doses)] * patients
    elif len(doses) == patients:
        lists = [tuple(item) for item in doses]  # type: ignore[arg-type]  # no Dose among them
    else:
        raise SpecError(
            f"doses: {len(doses)} lists for {patients} patients; give one list per patient."
        )
    _check_doses(model, lists)
    return lists  # type: ignore[return-value]  # checked just above


def _check_doses(model: Model, lists: Sequence[Sequence[object]]) -> None:
    for dose in {id(group): group for group in lists}.values():
        for item in dose:
            if not isinstance(item, Dose):
                raise SpecError(f"doses: {item!r} is a {type(item).__name__}; give a Dose.")
            if item.into not in model.doseable:
                known = choices(item.into, model.doseable)
                raise SpecError(
                    f"doses: '{item.into}' is not a species of model '{model.id}' that can be "
                    f"dosed; {known}"
                )
            if item.duration and item.into in model.outline.rated:
                raise SpecError(
                    f"doses: '{item.into}' follows a rate rule, which leaves no room for an "
                    "infusion; write its equation as reactions, or give boluses."
                )


def output_times(times: ArrayLike) -> NDArray[np.float64]:
    """Return the output times, days.

    Raises
    ------
    SpecError
        Unless they are one list of finite numbers, 0 or later, each later than the one before.
    """
    try:
        found = np.atleast_1d(np.asarray(times, dtype=np.float64))
    except (TypeError, ValueError):
        raise SpecError(f"times: {times!r} are not numbers; give days.") from None
    if found.ndim != 1 or not found.size:
        raise SpecError("times: give one list of days, with at least one time.")
    if not np.isfinite(found).all() or found[0] < 0:
        raise SpecError("times: every time must be a finite number of days, 0 or later.")
    later = np.diff(found) > 0
    if not later.all():
        at = int(np.argmin(later))
        raise SpecError(f"times: day {found[at + 1]:g} follows day {found[at]:g}; sort them.")
    return found


def observable_ids(model: Model, observables: Sequence[str] | None) -> tuple[str, ...]:
    """Return the ids to report: those asked for, or all that vary.

    Raises
    ------
    SpecError
        For an id the model does not have.
    """
    if observables is None:
        return model.varying
    wanted = (observables,) if isinstance(observables, str) else tuple(dict.fromkeys(observables))
    known = set(model.observables)
    for name in wanted:
        if name not in known:
            tail = choices(name, known)
            raise SpecError(f"observables: model '{model.id}' has no '{name}'; {tail}")
        if name in ("patient", "time", "status", "message"):
            raise SpecError(f"observables: '{name}' is a name the result keeps for itself.")
    if not wanted:
        raise SpecError("observables: none were asked for; leave it out to get all that vary.")
    return wanted


def sensitivity_ids(model: Model, parameters: Sequence[str] | None) -> tuple[str, ...]:
    """Return the parameters to differentiate by.

    Raises
    ------
    SpecError
        For an id a patient could not set, or without a value in the model.
    """
    wanted = (
        (parameters,) if isinstance(parameters, str) else tuple(dict.fromkeys(parameters or ()))
    )
    for name in wanted:
        if name not in model.settable:
            raise SpecError(_bad_column(model, name).replace("patients:", "sensitivities:", 1))
    return wanted


def tolerances(rtol: float, atol: float | None, threads: int | None) -> None:
    """Check the numbers that steer the solver.

    Raises
    ------
    SpecError
        When a tolerance or the number of threads is out of range.
    """
    if not 1e-12 <= rtol <= 0.1:
        raise SpecError(f"rtol is {rtol}; give a number between 1e-12 and 0.1.")
    if atol is not None and not (np.isfinite(atol) and atol > 0):
        raise SpecError(f"atol is {atol}; give a positive number, or leave it out.")
    if threads is not None and threads < 1:
        raise SpecError(f"threads is {threads}; give 1 or more, or leave it out for all cores.")
