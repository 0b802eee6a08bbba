"""Virtual patients beside published cohorts: marginals, shares, and what goes with what.

A virtual population is only as good as its likeness to real ones. Each published value
(``population_targets.csv`` of the disease) names a measure, a statistic, the kind of population
it was seen in and perhaps a condition on the patients; the same statistic of virtual patients of
the same kind, seen through the clinic's noisy eye, is put beside it.

Three words tell how a row came out.

agrees
    The published value lies within what cohorts of its size would report if the model were
    true (the central 95 % of resamples of virtual patients of that size), or so close that the
    difference does not matter in practice (`MARGINS`).
between cohorts
    It does not, but published cohorts contradict each other and the model lies among them.
differs
    Neither. The size and direction are told, with the reason where it is known.

Groups of patients (symptom types, clusters) whose published rule is not public are found anew
with Ward's method and named by their pattern (``comparison.toml``).

Examples
--------
>>> from tolerogen.diseases import load_disease
>>> from tolerogen.patients.comparison import compare_population
>>> result = compare_population(load_disease("sjogren"), patients=200, seed=1)
>>> {row.verdict for row in result.rows} <= {"agrees", "between cohorts", "differs"}
True
"""

from __future__ import annotations

from tolerogen.patients.comparison.compare import compare_population
from tolerogen.patients.comparison.result import Comparison, ComparisonRow
from tolerogen.patients.comparison.statistic import MARGINS, statistic

__all__ = ["MARGINS", "Comparison", "ComparisonRow", "compare_population", "statistic"]
