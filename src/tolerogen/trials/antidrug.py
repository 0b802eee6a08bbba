"""Antibodies against the drugs of a trial: who formed them, and what they took of the exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.result import TrialResult


def antidrug_effects(result: TrialResult) -> pd.DataFrame:
    """Compare the exposure of patients with antibodies against a drug with that of the others.

    Returns
    -------
    pandas.DataFrame
        One row for each arm and drug with such antibodies, in the first replicate, patients whose
        course was kept: ``arm, therapy, patients, formed``; ``with_antibodies`` and
        ``without_antibodies``, median of the free concentration averaged over the trial, mg/L, NaN
        where there is nobody.
    """
    import pandas as pd

    from tolerogen.therapies import forms_antibodies

    course, rows = result.trajectories, []
    for arm in result.spec.arms:
        for treatment in arm.treatments:
            drug = treatment.therapy
            immune = drug.immunogenicity
            if immune is None or immune.clearance_fold == 1.0 or f"{drug.id}_C" not in course:
                continue
            own = course.sel(patient=course["arm"].to_numpy() == arm.name)
            own = own.isel(patient=own["status"].to_numpy() == 0)
            formed = forms_antibodies(drug, result.patients.loc[own["patient"].to_numpy()])
            time = own["time"].to_numpy()
            mean = np.trapezoid(own[f"{drug.id}_C"].to_numpy(), time, axis=1) / np.ptp(time)
            rows.append(
                (arm.name, drug.name, len(mean), int(formed.sum()), _median(mean[formed]),
                 _median(mean[~formed]))
            )  # fmt: skip
    columns = ["arm", "therapy", "patients", "formed", "with_antibodies", "without_antibodies"]
    return pd.DataFrame(rows, columns=columns)


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) else float("nan")
