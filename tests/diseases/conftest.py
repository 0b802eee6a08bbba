from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tolerogen import engine, therapies
from tolerogen.diseases import Disease, load_disease


@pytest.fixture(scope="session")
def sjogren() -> Disease:
    return load_disease("sjogren")


def treat(
    disease: Disease,
    therapy: str,
    doses: Sequence[engine.Dose],
    days: float,
    observables: Sequence[str],
    state: str = "disease",
    parameters: Mapping[str, float] | None = None,
) -> xr.Dataset:
    """Treat the typical patient; daily values, as multiples or in model units as asked."""
    drug = therapies.load_therapy(therapy)
    model = engine.load_model(therapies.attach(disease.model, [drug], disease.targets))
    patient = pd.DataFrame([{**disease.state(state), **(parameters or {}), "weight": 70.0}])
    times = np.arange(0.0, days + 0.5)
    return engine.simulate(
        model, patient, doses, times, observables=list(observables), backend="reference"
    ).isel(patient=0)


def change(data: xr.Dataset, name: str) -> np.ndarray:
    """Relative change from the first time, per cent."""
    values = data[name].to_numpy()
    return 100.0 * (values / values[0] - 1.0)
