"""ADPC: free drug in plasma at visits, before doses and at the end of infusions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.datasets.dosing import dosing_records
from tolerogen.trials.datasets.scores import visit_name
from tolerogen.trials.datasets.subjects import IDENTIFIERS, TREATMENT, identify, study_day
from tolerogen.trials.datasets.table import Table, Variable, table

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.datasets.study import Study

COLUMNS = (
    *IDENTIFIERS,
    *TREATMENT,
    Variable("PARAM", "Parameter", "text", "assigned", "drug with its unit"),
    Variable("PARAMCD", "Parameter Code", "text", "assigned", "id of the drug, 8 characters"),
    Variable("AVISIT", "Analysis Visit", "text", "assigned", "Baseline, Week n"),
    Variable("ADY", "Analysis Relative Day", "integer", "simulated", "day of the sample"),
    Variable("AFRLT", "Actual Rel. Time from First Dose", "float", "simulated", "days"),
    Variable("ARRLT", "Actual Rel. Time from Ref. Dose", "float", "derived",
             "days since the last dose before the sample"),
    Variable("DOSEA", "Actual Treatment Dose", "float", "simulated", "mg, the last dose before"),
    Variable("AVAL", "Analysis Value", "float", "simulated",
             "free drug in plasma, mg/L, without the error of an assay"),
    Variable("AVALU", "Analysis Value Unit", "text", "assigned", "mg/L"),
)  # fmt: skip


def samples(study: Study, doses: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return one row a sample: ``patient, drug, day, value`` (mg/L), ``last, amount``.

    Samples are taken at the visits of the trial, just before each dose and at the end of each
    infusion, in patients whose course was kept, while they are in the trial. `last` and `amount`
    are day and milligrams of the last dose before the sample, missing before the first.
    """
    import pandas as pd

    given = dosing_records(study) if doses is None else doses
    data, parts = study.trajectories, []
    times, index = data["time"].to_numpy(), pd.Index(data["patient"].to_numpy())
    left = study.patients["dropout_day"].to_dict()
    for (patient, drug), mine in given.groupby(["patient", "drug"], sort=False):
        if patient not in index or f"{drug}_C" not in data:
            continue
        values = data[f"{drug}_C"].to_numpy()[index.get_loc(patient)]
        ends = mine.loc[mine["duration"] > 0, "day"] + mine.loc[mine["duration"] > 0, "duration"]
        wanted = np.unique([*study.design["visit_days"], *mine["day"], *ends])
        near = np.searchsorted(times, wanted - 1e-9)
        found = np.abs(times[np.minimum(near, len(times) - 1)] - wanted) < 1e-6
        wanted, near = wanted[found], near[found]
        keep = (wanted <= left[patient]) & np.isfinite(values[near])
        wanted, near = wanted[keep], near[keep]
        before = np.searchsorted(mine["day"].to_numpy(), wanted - 1e-9) - 1
        known = before >= 0
        parts.append(
            pd.DataFrame(
                {
                    "patient": patient,
                    "drug": drug,
                    "day": wanted,
                    "value": values[near],
                    "last": np.where(known, mine["day"].to_numpy()[before], np.nan),
                    "amount": np.where(known, mine["amount"].to_numpy()[before], np.nan),
                }
            )
        )
    columns = ["patient", "drug", "day", "value", "last", "amount"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def concentrations(study: Study) -> Table:
    """Build ADPC, see `samples`."""
    taken = samples(study)
    rows = identify(study, taken["patient"]).assign(
        PARAM=[f"{drug} (mg/L)" for drug in taken["drug"]],
        PARAMCD=[drug.upper().replace("_", "")[:8] for drug in taken["drug"]],
        AVISIT=[visit_name(day) for day in taken["day"]],
        ADY=study_day(taken["day"]),
        AFRLT=taken["day"],
        ARRLT=taken["day"] - taken["last"],
        DOSEA=taken["amount"],
        AVAL=taken["value"],
        AVALU="mg/L",
    )
    return table(
        "ADPC", "Pharmacokinetic Concentrations Analysis Data",
        "one record per subject, drug and sample", ("USUBJID", "PARAMCD", "AFRLT"), COLUMNS, rows,
    )  # fmt: skip
