"""ADSL: one row a patient; and the columns that every other dataset repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.datasets.dosing import dosing_records
from tolerogen.trials.datasets.table import Table, Variable, table

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.datasets.study import Study

IDENTIFIERS = (
    Variable("STUDYID", "Study Identifier", "text", "assigned", "registry number, or name"),
    Variable("USUBJID", "Unique Subject Identifier", "text", "assigned", "STUDYID and SUBJID"),
    Variable("SUBJID", "Subject Identifier for the Study", "text", "assigned", "patient number"),
)
TREATMENT = (
    Variable("TRTP", "Planned Treatment", "text", "assigned", "arm"),
    Variable("TRTPN", "Planned Treatment (N)", "integer", "assigned", "place of the arm, from 1"),
)
COLUMNS = (
    *IDENTIFIERS,
    Variable("ARM", "Description of Planned Arm", "text", "assigned", "arm of the trial file"),
    Variable("TRT01P", "Planned Treatment for Period 01", "text", "assigned", "ARM"),
    Variable("TRT01PN", "Planned Treatment for Period 01 (N)", "integer", "assigned",
             "place of the arm in the trial file, from 1"),
    Variable("TRT01A", "Actual Treatment for Period 01", "text", "derived",
             "ARM; nobody is given the drug of another arm"),
    Variable("TRT01AN", "Actual Treatment for Period 01 (N)", "integer", "derived", "TRT01PN"),
    Variable("STRATAR", "Strata Used for Randomization", "text", "assigned",
             "covariates of [randomisation]"),
    Variable("ITTFL", "Intent-To-Treat Population Flag", "text", "assigned", "Y: randomised"),
    Variable("SAFFL", "Safety Population Flag", "text", "derived",
             "Y: at least one dose given, or an arm without drug"),
    Variable("RANDDY", "Study Day of Randomization", "integer", "assigned", "1"),
    Variable("TRTSDY", "Study Day of First Dose", "integer", "simulated", "missing without drug"),
    Variable("TRTEDY", "Study Day of Last Dose", "integer", "simulated", "missing without drug"),
    Variable("EOSSTT", "End of Study Status", "text", "simulated",
             "COMPLETED, or DISCONTINUED: left before the last day"),
    Variable("EOSDY", "Study Day of End of Study", "integer", "simulated",
             "day on which the patient left, or the last day"),
    Variable("EOTSTT", "End of Treatment Status", "text", "simulated",
             "COMPLETED, or DISCONTINUED: treatment stopped or patient left; empty without drug"),
    Variable("RESCFL", "Rescue Medication Flag", "text", "simulated", "Y: rescue medication given"),
    Variable("SIMFFL", "Simulation Failed Flag", "text", "derived",
             "Y: the solver failed; the patient's values are missing"),
)  # fmt: skip
RESERVED = {variable.name for variable in COLUMNS}


def identify(study: Study, patients: pd.Index | pd.Series[Any]) -> pd.DataFrame:
    """Return identifiers and planned treatment, one row for each entry of `patients`."""
    import pandas as pd

    names = [arm["name"] for arm in study.arms]
    ids = [str(patient) for patient in patients]
    arms = study.patients["arm"].reindex(list(patients)).to_numpy()
    return pd.DataFrame(
        {
            "STUDYID": study.id,
            "USUBJID": [f"{study.id}-{patient}" for patient in ids],
            "SUBJID": ids,
            "TRTP": arms,
            "TRTPN": [names.index(arm) + 1 for arm in arms],
        }
    )


def study_day(days: Any) -> np.ndarray:
    """Turn days since the first dose into study days, of which the first is 1 and none is 0."""
    whole = np.floor(np.asarray(days, dtype=float))
    return np.asarray(np.where(whole >= 0, whole + 1, whole))


def subjects(study: Study) -> Table:
    """Build ADSL: identifiers, treatment, disposition, covariates and baselines at screening."""
    rows, table_ = identify(study, study.patients.index), study.patients
    doses = dosing_records(study).groupby("patient")["day"].agg(["min", "max"])
    doses = doses.reindex(table_.index)
    arms = {arm["name"]: arm for arm in study.arms}
    drug = np.array([bool(arms[name]["treatments"]) for name in table_["arm"]])
    left = table_["dropout_day"].to_numpy(float)
    stopped = _days(table_, "discontinuation_day")
    horizon = float(study.design["horizon_days"])
    completed = left > horizon
    treated = np.where(np.minimum(left, stopped) > horizon, "COMPLETED", "DISCONTINUED")
    rows = rows.rename(columns={"TRTP": "ARM", "TRTPN": "TRT01PN"}).assign(
        TRT01P=lambda frame: frame["ARM"],
        TRT01A=lambda frame: frame["ARM"],
        TRT01AN=lambda frame: frame["TRT01PN"],
        STRATAR=table_["stratum"].to_numpy(),
        ITTFL="Y",
        SAFFL=np.where(doses["min"].notna() | ~drug, "Y", "N"),
        RANDDY=1,
        TRTSDY=_study_days(doses["min"]),
        TRTEDY=_study_days(doses["max"]),
        EOSSTT=np.where(completed, "COMPLETED", "DISCONTINUED"),
        EOSDY=study_day(np.minimum(left, horizon)),
        EOTSTT=np.where(drug, treated, ""),
        RESCFL=np.where(np.isfinite(_days(table_, "rescue_day")), "Y", "N"),
        SIMFFL=np.where(table_["status"].to_numpy() == 0, "N", "Y"),
    )
    variables, extra = _characteristics(study)
    for variable, values in zip(variables, extra, strict=True):
        rows[variable.name] = values
    return table(
        "ADSL", "Subject-Level Analysis Dataset", "one record per subject", ("STUDYID", "USUBJID"),
        (*COLUMNS, *variables), rows,
    )  # fmt: skip


def _days(patients: pd.DataFrame, column: str) -> np.ndarray:
    if column not in patients:
        return np.full(len(patients), np.inf)
    return np.asarray(patients[column].to_numpy(float))


def _study_days(days: pd.Series[Any]) -> Any:
    import pandas as pd

    return pd.array([pd.NA if np.isnan(d) else int(study_day(d)) for d in days], dtype="Int64")


def _characteristics(study: Study) -> tuple[list[Variable], list[Any]]:
    """Covariates under their usual names where they have one, and measures at screening."""
    known = {
        "age": ("AGE", "Age", "years"),
        "weight": ("WEIGHTBL", "Body Weight at Baseline", "kg"),
    }
    patients, variables, values = study.patients, [], []
    for column in patients.columns:
        series, screened = patients[column], column.startswith("screening_")
        if column in known:
            name, label, unit = known[column]
            variables.append(Variable(name, label, "float", "simulated", unit))
            values.append(series.to_numpy(float))
        elif column == "female":
            variables.append(Variable("SEX", "Sex", "text", "simulated", "F or M"))
            values.append(np.where(series.to_numpy(bool), "F", "M"))
        elif series.dtype == bool:
            name = _short(column, "FL", {v.name for v in variables})
            label = f"{column.replace('_', ' ').capitalize()} Flag"[:40]
            variables.append(Variable(name, label, "text", "simulated", f"Y or N: {column}"))
            values.append(np.where(series.to_numpy(bool), "Y", "N"))
        elif screened and column.removeprefix("screening_") in study.measures:
            measure = study.measures[column.removeprefix("screening_")]
            name = _short(measure.id, "SC", {v.name for v in variables})
            label = f"{measure.label[:28]} at Screening"
            comment = f"{measure.id}, {measure.unit}".rstrip(", ")
            variables.append(Variable(name, label, "float", "simulated", comment))
            values.append(series.to_numpy(float))
    return variables, values


def _short(name: str, ending: str, taken: set[str]) -> str:
    """Return a name of at most eight characters that is not taken."""
    stem = "".join(letter for letter in name.upper() if letter.isalnum())
    for number in ("", *map(str, range(1, 100))):
        found = f"{stem[: 8 - len(ending) - len(number)]}{number}{ending}"
        if found not in taken and found not in RESERVED:
            return found
    raise AssertionError("a hundred columns of one name")
