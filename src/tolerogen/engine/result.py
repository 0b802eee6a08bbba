"""Trajectories as a labelled data set that says of itself how it came about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.model import Model
from tolerogen.engine.native.request import Request
from tolerogen.engine.native.sensitivity import Sensitivities
from tolerogen.engine.native.solve import Solved
from tolerogen.engine.status import Status
from tolerogen.provenance import content_hash, versions

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

TIMINGS = ("compile_seconds", "cpu_seconds", "wall_seconds")
"""Attributes that differ from run to run, unlike all others."""


def dataset(model: Model, patients: pd.Index, ask: Request, solved: Solved) -> xr.Dataset:
    """Label the trajectories.

    Parameters
    ----------
    model
        Gives the units.
    patients
        Becomes the ``patient`` coordinate.
    ask, solved
        What was asked, and what was found.
    """
    import xarray as xr

    courses = {
        name: (
            ("patient", "time"),
            np.ascontiguousarray(solved.courses[:, :, index]),
            {"units": _unit(model, name)},
        )
        for index, name in enumerate(ask.observables)
    }
    legend = "; ".join(f"{code.value}: {code.cause}" for code in Status)
    return xr.Dataset(
        {
            **courses,
            "status": (("patient",), solved.status, {"meaning": legend}),
            "message": (("patient",), np.array(solved.messages, dtype=str)),
        },
        coords={
            "patient": ("patient", patients.to_numpy()),
            "time": ("time", ask.times, {"units": model.units("time") or "day"}),
        },
        attrs={"model": model.id, **provenance(ask), **solved.facts},
    )


def _unit(model: Model, name: str) -> str:
    return model.units(name) if name in model.observables else "dimensionless"  # of a rule


def provenance(ask: Request) -> dict[str, str]:
    """Return what the numbers were made from: a hash of all input, and versions."""
    groups = {id(group): group for group in ask.doses}
    content = content_hash(
        {
            "model": ask.sbml,
            "columns": ask.columns,
            "values": hashlib.sha256(np.ascontiguousarray(ask.values).data).hexdigest(),
            "doses": list(groups.values()),
            "times": ask.times,
            "observables": ask.observables,
            "tolerances": (ask.rtol, ask.atol, ask.method.name, ask.rest),
            "rules": ask.rules,
        }
    )
    listed = ", ".join(f"{name} {version}" for name, version in versions().items())
    return {"content": content, "versions": listed}


def without_timings(data: xr.Dataset) -> xr.Dataset:
    """Return the data set without what differs from run to run."""
    found = data.copy(deep=False)
    found.attrs = {name: value for name, value in data.attrs.items() if name not in TIMINGS}
    return found


def with_sensitivities(
    model: Model,
    data: xr.Dataset,
    observables: Sequence[str],
    parameters: Sequence[str],
    found: Sensitivities,
) -> xr.Dataset:
    """Add the derivatives of every observable by the parameters; say whose are missing."""
    added = {
        f"{name}_sensitivity": (
            ("patient", "time", "parameter"),
            np.ascontiguousarray(found.values[:, :, index]),
            {"units": f"{_unit(model, name) or '1'} per unit of the parameter"},
        )
        for index, name in enumerate(observables)
    }
    labelled = data.assign_coords(parameter=("parameter", list(parameters)))
    return labelled.assign(added).assign(message=data["message"].copy(data=_missing(data, found)))


def _missing(data: xr.Dataset, found: Sensitivities) -> NDArray[np.str_]:
    """Return the messages, with a word on those whose course is fine but not its derivatives."""
    messages = data["message"].to_numpy().tolist()
    lost = (found.status != Status.OK) & (data["status"].to_numpy() == Status.OK)
    for who in np.flatnonzero(lost).tolist():
        cause = Status(int(found.status[who])).cause
        messages[who] = f"the sensitivities could not be computed: {cause}"
    return np.array(messages, dtype=str)
