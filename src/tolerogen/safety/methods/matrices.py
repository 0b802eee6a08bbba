"""Reports as two sparse matrices: which report names which drug, and which names which event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from tolerogen.errors import SpecError, choices
from tolerogen.safety.signals.read import Source
from tolerogen.safety.signals.reports import Codes, Incidence, Names, PairRows


@dataclass(frozen=True)
class Matrices:
    """Reports by drugs and reports by events, entries 0 and 1.

    Attributes
    ----------
    drugs, events
        Names of the columns.
    drug, event
        The matrices, by columns.
    """

    drugs: Names
    events: Names
    drug: csc_array
    event: csc_array

    @property
    def n_reports(self) -> int:
        """Return the number of reports."""
        return int(self.drug.shape[0])

    def drug_at(self, name: str) -> int:
        """Return the column of a drug."""
        return _place(self.drugs, name, "drug")

    def event_at(self, name: str) -> int:
        """Return the column of an event."""
        return _place(self.events, name, "event")


def matrices_of(reports: Source | PairRows | Incidence) -> Matrices:
    """Lay reports out as matrices; a report that names something twice counts once.

    Raises
    ------
    SpecError
        When there are only counts.
    """
    rows = reports.data if isinstance(reports, Source) else reports
    if isinstance(rows, PairRows):
        lists = ((rows.report, rows.drug), (rows.report, rows.event))
    elif isinstance(rows, Incidence):
        lists = ((rows.drug_report, rows.drug), (rows.event_report, rows.event))
    else:
        raise SpecError("This method looks into single reports; a table of counts has none.")
    drug = _matrix(*lists[0], rows.n_reports, len(rows.drugs))
    event = _matrix(*lists[1], rows.n_reports, len(rows.events))
    return Matrices(rows.drugs, rows.events, drug, event)


def members(matrix: csc_array, column: int) -> np.ndarray:
    """Return the rows in which a column stands."""
    return np.asarray(matrix.indices[matrix.indptr[column] : matrix.indptr[column + 1]])


def _matrix(report: Codes, code: Codes, rows: int, columns: int) -> csc_array:
    made = csc_array((np.ones(len(report)), (report, code)), shape=(rows, columns))
    made.sum_duplicates()
    made.data[:] = 1.0
    return made


def _place(names: Names, name: str, what: str) -> int:
    found = np.flatnonzero(names == name)
    if not len(found):
        raise SpecError(f"There is no {what} '{name}': {choices(name, [str(x) for x in names])}")
    return int(found[0])
