"""Simulate one patient of a model text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tolerogen.engine import Dose, load_model, simulate

Run = Callable[..., xr.Dataset]


@pytest.fixture(scope="session")
def run() -> Run:
    """Simulate one patient of a model text: ``run(text, doses, times, weight=80, ...)``."""

    def go(
        text: str, doses: Sequence[Dose], times: Sequence[float], **patient: float
    ) -> xr.Dataset:
        row = pd.DataFrame([patient or {"weight": 70.0}], index=[0])
        data = simulate(
            load_model(text),
            row,
            list(doses),
            np.asarray(times, dtype=float),
            rtol=1e-8,
            atol=1e-10,
            backend="reference",
        )
        assert int(data["status"][0]) == 0, str(data["message"][0].item())
        return data.isel(patient=0)

    return go
