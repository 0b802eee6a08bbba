"""Datasets: a simulated trial in the tables that the industry reads.

CDISC's Analysis Data Model gives names to the tables and columns of a trial: `subjects` (ADSL, one
row a patient), `scores` (ADQS, one row a patient, measure and visit), `concentrations` (ADPC) and
`adverse_events` (ADAE). `pk_records` is the event table that NONMEM, Monolix and nlmixr2 read. A
`Study` is a result, in memory or read back from its folder, reduced to what the tables need.

What is simulated has no calendar: days count from the first dose, day 1, and there is no day 0, as
CDISC has it. Columns are named as in ADaM where ADaM has the idea; the define table says of each
where it comes from. It is ADaM's form, not a submission.

References
----------
CDISC Analysis Data Model Implementation Guide, version 1.3; SAS transport format, version 5
(support.sas.com, TS-140).
"""

from __future__ import annotations

from tolerogen.trials.datasets.concentrations import concentrations
from tolerogen.trials.datasets.dosing import dosing_records
from tolerogen.trials.datasets.events import adverse_events, read_events
from tolerogen.trials.datasets.nonmem import pk_records
from tolerogen.trials.datasets.scores import scores
from tolerogen.trials.datasets.study import Study, read_study, study_of
from tolerogen.trials.datasets.subjects import subjects
from tolerogen.trials.datasets.table import Table, Variable, define
from tolerogen.trials.datasets.write import FORMATS, contents, export_study

__all__ = [
    "FORMATS",
    "Study",
    "Table",
    "Variable",
    "adverse_events",
    "concentrations",
    "contents",
    "define",
    "dosing_records",
    "export_study",
    "pk_records",
    "read_events",
    "read_study",
    "scores",
    "study_of",
    "subjects",
]
