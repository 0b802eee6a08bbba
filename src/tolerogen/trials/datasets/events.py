"""ADAE: adverse events, as far as somebody brings them.

The simulator has no model of adverse events, and an invented one would be worse than none. Without
events the dataset has its columns and no rows, so that programs which expect it run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError, choices
from tolerogen.trials.datasets.subjects import IDENTIFIERS, identify, study_day
from tolerogen.trials.datasets.table import Table, Variable, table

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.datasets.study import Study

NEEDED = ("patient", "day", "term")
OPTIONAL = ("end_day", "serious", "severity", "related")
COLUMNS = (
    *IDENTIFIERS,
    Variable("TRTA", "Actual Treatment", "text", "assigned", "arm"),
    Variable("TRTAN", "Actual Treatment (N)", "integer", "assigned", "place of the arm, from 1"),
    Variable("AESEQ", "Sequence Number", "integer", "derived", "within the subject, from 1"),
    Variable("AEDECOD", "Dictionary-Derived Term", "text", "assigned", "term as it was brought"),
    Variable("ASTDY", "Analysis Start Relative Day", "integer", "assigned", "first dose: day 1"),
    Variable("AENDY", "Analysis End Relative Day", "integer", "assigned", "empty: not ended"),
    Variable("AESER", "Serious Event", "text", "assigned", "Y or N"),
    Variable("AESEV", "Severity/Intensity", "text", "assigned", "MILD, MODERATE, SEVERE"),
    Variable("AEREL", "Causality", "text", "assigned", "as it was brought"),
    Variable("TRTEMFL", "Treatment Emergent Analysis Flag", "text", "derived",
             "Y: on or after day 1"),
)  # fmt: skip


def adverse_events(study: Study, events: pd.DataFrame | None = None) -> Table:
    """Build ADAE.

    Parameters
    ----------
    study
        The trial.
    events
        One row an event: ``patient``, ``day`` (from the first dose, day 0), ``term``, and if known
        ``end_day``, ``serious`` (yes/no), ``severity``, ``related``. None for no events.

    Raises
    ------
    SpecError
        A column is missing or unknown, or a patient is not of this trial.
    """
    import pandas as pd

    given = pd.DataFrame(columns=[*NEEDED, *OPTIONAL]) if events is None else events.copy()
    _check(study, given)
    given = given.reindex(columns=[*NEEDED, *OPTIONAL])
    given = given.sort_values(["patient", "day"], kind="stable", ignore_index=True)
    start = given["day"].astype(float)
    serious = given["serious"].astype(object)
    rows = identify(study, given["patient"]).rename(columns={"TRTP": "TRTA", "TRTPN": "TRTAN"})
    rows = rows.assign(
        AESEQ=given.groupby("patient").cumcount() + 1,
        AEDECOD=given["term"],
        ASTDY=study_day(start),
        AENDY=study_day(given["end_day"].astype(float)),
        AESER=np.where(serious.isna(), "", np.where(serious.isin([True, "Y", "yes"]), "Y", "N")),
        AESEV=given["severity"].astype(object).str.upper(),
        AEREL=given["related"],
        TRTEMFL=np.where(start >= 0, "Y", ""),
    )
    return table(
        "ADAE", "Adverse Events Analysis Dataset", "one record per subject and event",
        ("USUBJID", "AESEQ"), COLUMNS, rows,
    )  # fmt: skip


def read_events(path: str | Path) -> pd.DataFrame:
    """Read adverse events from a CSV file, for `adverse_events`.

    Raises
    ------
    SpecError
        When the file cannot be read as a table.
    """
    import pandas as pd

    try:
        return pd.read_csv(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SpecError(f"the adverse events in '{path}' cannot be read: {reason}.") from None


def _check(study: Study, events: pd.DataFrame) -> None:
    for name in NEEDED:
        if name not in events:
            raise SpecError(f"adverse events: the column '{name}' is missing.")
    for name in events.columns:
        if name not in (*NEEDED, *OPTIONAL):
            known = choices(str(name), [*NEEDED, *OPTIONAL])
            raise SpecError(f"adverse events: there is no use for the column '{name}'; {known}")
    strange = ~events["patient"].isin(study.patients.index)
    if strange.any():
        patient = events.loc[strange, "patient"].iloc[0]
        raise SpecError(f"adverse events: patient {patient} is not of this trial.")
