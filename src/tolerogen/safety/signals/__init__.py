"""From reports to a signal: which drug-event pairs are reported more than chance explains.

`read_source` reads reports or counts, `count_pairs` counts reports (a report that names a pair
twice counts once), and `find_signals` scores every pair by one method and returns a `SignalTable`.
The unit is the report, and every result says so.

>>> import numpy as np
>>> rows = PairRows(
...     drugs=np.array(["A", "B"], dtype=object),
...     events=np.array(["rash", "cough"], dtype=object),
...     report=np.array([0, 1, 2, 3, 4], np.int32),
...     drug=np.array([0, 0, 1, 1, 1], np.int32),
...     event=np.array([0, 0, 1, 1, 0], np.int32),
...     n_reports=5,
... )
>>> frame = find_signals(rows, "prr").frame()
>>> frame.loc[frame["drug"] == "A", ["event", "n", "estimate"]].values.tolist()
[['rash', 2, 3.0...]]
"""

from __future__ import annotations

from tolerogen.safety.signals.counting import count_pairs
from tolerogen.safety.signals.counts import Margins, PairCounts, expected_counts
from tolerogen.safety.signals.detect import METHODS, find_by_subgroup, find_signals
from tolerogen.safety.signals.ebgm import Fit, Prior, fit_prior, read_prior
from tolerogen.safety.signals.export import write_table
from tolerogen.safety.signals.figure import draw_signals
from tolerogen.safety.signals.read import Source, read_source
from tolerogen.safety.signals.reports import Incidence, PairRows, Strata
from tolerogen.safety.signals.result import SignalTable

__all__ = [
    "METHODS",
    "Fit",
    "Incidence",
    "Margins",
    "PairCounts",
    "PairRows",
    "Prior",
    "SignalTable",
    "Source",
    "Strata",
    "count_pairs",
    "draw_signals",
    "expected_counts",
    "find_by_subgroup",
    "find_signals",
    "fit_prior",
    "read_prior",
    "read_source",
    "write_table",
]
