"""The event table of population pharmacokinetics, as NONMEM, Monolix and nlmixr2 read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.datasets.concentrations import samples
from tolerogen.trials.datasets.dosing import dosing_records

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.datasets.study import Study

COLUMNS = {
    "ID": "number of the patient within the file, from 1",
    "TIME": "days since the first dose of the trial",
    "AMT": "dose, mg; 0 in a sample",
    "RATE": "mg a day of an infusion; 0 for a bolus and in a sample",
    "DV": "free drug in plasma, mg/L; 0 in a dose",
    "MDV": "1: no observation",
    "EVID": "1: dose, 0: sample",
    "CMT": "1: depot, 2: central; of a drug that is only given into the vein 1: central",
    "ARM": "place of the arm in the trial file, from 1",
    "WT": "body weight, kg",
    "AGE": "years, where the disease has it",
    "SEX": "1: female, 0: male, where the disease has it",
    "PATIENT": "number of the patient in Tolerogen",
}


def pk_records(study: Study) -> dict[str, pd.DataFrame]:
    """Return the event table of each drug.

    Returns
    -------
    dict
        By drug: one row a dose or sample, columns as in `COLUMNS`, sorted by patient and time; a
        sample at the time of a dose comes before it. Only patients who were given the drug and
        whose course was kept.
    """
    doses = dosing_records(study)
    taken = samples(study, doses)
    return {
        str(drug): _events(study, doses[doses["drug"] == drug], taken[taken["drug"] == drug])
        for drug in dict.fromkeys(taken["drug"])
    }


def _events(study: Study, doses: pd.DataFrame, taken: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    doses = doses[doses["patient"].isin(taken["patient"])]
    vein = doses["route"].str.startswith("iv")
    central = 1 if vein.all() else 2
    infused = doses["duration"] > 0
    rate = (doses["amount"] / doses["duration"].where(infused)).where(infused, 0.0)
    given: dict[str, Any] = {
        "patient": doses["patient"], "TIME": doses["day"], "AMT": doses["amount"], "RATE": rate,
        "DV": 0.0, "MDV": 1, "EVID": 1, "CMT": np.where(vein, central, 1),
    }  # fmt: skip
    seen: dict[str, Any] = {
        "patient": taken["patient"], "TIME": taken["day"], "AMT": 0.0, "RATE": 0.0,
        "DV": taken["value"], "MDV": 0, "EVID": 0, "CMT": central,
    }  # fmt: skip
    rows = pd.concat([pd.DataFrame(given), pd.DataFrame(seen)], ignore_index=True)
    present = [p for p in study.patients.index if p in set(taken["patient"])]
    number = {patient: place for place, patient in enumerate(present, start=1)}
    rows.insert(0, "ID", rows["patient"].map(number))
    rows = rows.sort_values(["ID", "TIME", "EVID"], kind="stable", ignore_index=True)
    about = study.patients.loc[rows["patient"]]
    names = [arm["name"] for arm in study.arms]
    rows["ARM"] = [names.index(arm) + 1 for arm in about["arm"]]
    for name, column in (("WT", "weight"), ("AGE", "age"), ("SEX", "female")):
        if column in about:
            rows[name] = about[column].to_numpy(float)
    rows["PATIENT"] = rows.pop("patient")
    return rows
