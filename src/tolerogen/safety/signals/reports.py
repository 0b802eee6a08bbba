"""Who reported what: reports with their drugs and events, as codes.

Spontaneous reports come in two shapes. FAERS keeps one list of drugs and one of events, and every
drug of a report meets every event of it: an `Incidence`. Most analysis files hold one row for each
pair that a reporter named: a `PairRows`. Names are held once; rows are integer codes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[Any]  # int32; the stubs of numpy and scipy lose the width
Names = NDArray[np.object_]


@dataclass(frozen=True)
class Strata:
    """A stratum for every report.

    Attributes
    ----------
    names
        One name a stratum; several columns are joined with ``" | "``.
    code
        Stratum of each report, as long as there are reports.
    """

    names: Names
    code: Codes


@dataclass(frozen=True)
class Incidence:
    """Drugs and events of each report, two lists.

    Attributes
    ----------
    drugs, events
        Names; codes count from 0.
    drug_report, drug
        Report and drug of each drug row. A drug may stand twice in a report: it counts once.
    event_report, event
        Report and event of each event row.
    n_reports
        How many reports there are, those without a drug or event included.
    strata
        Stratum of each report, when the analysis is stratified.
    """

    drugs: Names
    events: Names
    drug_report: Codes
    drug: Codes
    event_report: Codes
    event: Codes
    n_reports: int
    strata: Strata | None = None


@dataclass(frozen=True)
class PairRows:
    """One row for each drug-event pair that a report names.

    Attributes
    ----------
    drugs, events
        Names; codes count from 0.
    report, drug, event
        One code a row. The same row twice counts once.
    n_reports
        How many different reports there are.
    strata
        Stratum of each report, when the analysis is stratified.
    subgroups
        Subgroup of each report, when signals are wanted for each subgroup by itself.
    """

    drugs: Names
    events: Names
    report: Codes
    drug: Codes
    event: Codes
    n_reports: int
    strata: Strata | None = None
    subgroups: Strata | None = field(default=None)


Reports = Incidence | PairRows
