"""Estimands, and values that are not there.

Patients stop treatment, take rescue medication and leave. What is then compared is a choice, the
*estimand*, and values that are missing need an assumption. `apply_estimand` carries out the first,
`reference_based` the second: multiple imputation in which a patient who leaves an active arm goes
on like the reference arm (jump to reference, copy increments, copy reference), with `Imputed.
tipping` to ask how bad the missing values must have been for the result to be lost.

>>> one = pool([1.0, 1.2, 0.8], [0.04, 0.05, 0.03], df=50)
>>> round(one.estimate, 2), round(one.se, 3)
(1.0, 0.306)
"""

from __future__ import annotations

from tolerogen.trials.imputation.estimands import ESTIMANDS, apply_estimand
from tolerogen.trials.imputation.impute import Imputed, reference_based
from tolerogen.trials.imputation.pool import Pooled, pool
from tolerogen.trials.imputation.strategies import STRATEGIES

__all__ = [
    "ESTIMANDS",
    "STRATEGIES",
    "Imputed",
    "Pooled",
    "apply_estimand",
    "pool",
    "reference_based",
]
