"""Does an untreated model rest? How far each species moves when nothing is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.engine.ensemble import simulate
from tolerogen.engine.model import Model
from tolerogen.errors import SimulationError

if TYPE_CHECKING:
    import pandas as pd


def steady_state_drift(
    model: Model, patients: pd.DataFrame, days: float, rtol: float = 1e-8
) -> pd.DataFrame:
    """Return the relative change of each species over `days` without any dose.

    Parameters
    ----------
    model
        From `load_model`.
    patients
        One row a patient, as for `simulate`.
    days
        How long to wait, days.
    rtol
        Relative tolerance of the solver; tight, so that drift is the model's own.

    Returns
    -------
    pandas.DataFrame
        Patient x species: (end - start) / abs(start), signed; where the start is 0 the change
        itself, in the species' unit.

    Raises
    ------
    SpecError
        As `simulate`.
    SimulationError
        When a patient cannot be simulated; with the cause.
    """
    import pandas as pd

    species = model.outline.species
    data = simulate(model, patients, (), [0.0, days], species, rtol=rtol, backend="reference")
    failed = np.flatnonzero(data["status"].to_numpy())
    if len(failed):
        who, why = patients.index[failed[0]], str(data["message"].to_numpy()[failed[0]])
        raise SimulationError(f"{len(failed)} patients could not be simulated; '{who}': {why}")
    start = np.column_stack([data[s].to_numpy()[:, 0] for s in species])
    end = np.column_stack([data[s].to_numpy()[:, 1] for s in species])
    change = (end - start) / np.where(start == 0, 1.0, np.abs(start))
    return pd.DataFrame(change, index=patients.index, columns=list(species))
