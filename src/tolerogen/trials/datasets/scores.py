"""ADQS: one row a patient, measure and visit, with baseline and change (the BDS structure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tolerogen.trials.datasets.subjects import IDENTIFIERS, TREATMENT, identify, study_day
from tolerogen.trials.datasets.table import Table, Variable, table

if TYPE_CHECKING:
    from tolerogen.trials.datasets.study import Study

COLUMNS = (
    *IDENTIFIERS,
    *TREATMENT,
    Variable("PARAM", "Parameter", "text", "assigned", "measure with its unit"),
    Variable("PARAMCD", "Parameter Code", "text", "assigned", "id of the measure"),
    Variable("PARAMN", "Parameter (N)", "integer", "assigned", "place among the measures, from 1"),
    Variable("AVISIT", "Analysis Visit", "text", "assigned", "Baseline, or Week n"),
    Variable("AVISITN", "Analysis Visit (N)", "float", "assigned", "weeks since the first dose"),
    Variable("ADY", "Analysis Relative Day", "integer", "simulated", "day of the visit, from 1"),
    Variable("AVAL", "Analysis Value", "float", "simulated", "as the clinic sees it, with noise"),
    Variable("BASE", "Baseline Value", "float", "derived", "AVAL where ABLFL is Y"),
    Variable("CHG", "Change from Baseline", "float", "derived", "AVAL - BASE; empty at baseline"),
    Variable("ABLFL", "Baseline Record Flag", "text", "derived", "Y at the visit of day 1"),
    Variable("ANL01FL", "Analysis Flag 01", "text", "derived",
             "Y: record after baseline, with a baseline: what the available-case analysis uses"),
)  # fmt: skip


def scores(study: Study) -> Table:
    """Build ADQS from what the clinic saw; a visit that was missed has no row."""
    import pandas as pd

    names = [n for n in study.observations.columns if n not in ("patient", "day", "arm")]
    long = study.observations.melt(
        id_vars=["patient", "day"], value_vars=names, var_name="measure", value_name="AVAL"
    )
    first = long[long["day"] == 0].set_index(["patient", "measure"])["AVAL"]
    long = long[long["AVAL"].notna()]
    long["BASE"] = first.reindex(pd.MultiIndex.from_frame(long[["patient", "measure"]])).to_numpy()
    codes = codes_of(names)
    place = {patient: number for number, patient in enumerate(study.patients.index)}
    order = {name: number for number, name in enumerate(names, start=1)}
    long = long.assign(order=long["measure"].map(order), place=long["patient"].map(place))
    long = long.sort_values(["place", "order", "day"], ignore_index=True)
    baseline = long["day"] == 0
    rows = identify(study, long["patient"]).assign(
        PARAM=[study.measures[name].title.removesuffix(" ()") for name in long["measure"]],
        PARAMCD=long["measure"].map(codes),
        PARAMN=long["order"],
        AVISIT=[visit_name(day) for day in long["day"]],
        AVISITN=long["day"] / 7,
        ADY=study_day(long["day"]),
        AVAL=long["AVAL"],
        BASE=long["BASE"],
        CHG=(long["AVAL"] - long["BASE"]).where(~baseline),
        ABLFL=baseline.map({True: "Y", False: ""}),
        ANL01FL=(~baseline & long["BASE"].notna()).map({True: "Y", False: ""}),
    )
    return table(
        "ADQS", "Questionnaires and Scores Analysis Data",
        "one record per subject, parameter and visit", ("USUBJID", "PARAMCD", "AVISITN"),
        COLUMNS, rows,
    )  # fmt: skip


def codes_of(names: list[str]) -> dict[str, str]:
    """Give every measure a parameter code of at most eight characters, all different.

    Examples
    --------
    >>> codes_of(["essdai", "essdai_articular", "essdai_glandular"])
    {'essdai': 'ESSDAI', 'essdai_articular': 'EARTICUL', 'essdai_glandular': 'EGLANDUL'}
    """
    found: dict[str, str] = {}
    for name in names:
        head, _, tail = name.rpartition("_")
        text = f"{head[:1]}{tail}" if head else name
        code = "".join(letter for letter in text.upper() if letter.isalnum())
        number, tried = 0, code[:8]
        while tried in found.values():
            number += 1
            tried = f"{code[: 8 - len(str(number))]}{number}"
        found[name] = tried
    return found


def visit_name(day: Any) -> str:
    """Name a visit: ``Baseline``, ``Week 4``, ``Week 0.57``."""
    return "Baseline" if day == 0 else f"Week {round(float(day) / 7, 2):g}"
