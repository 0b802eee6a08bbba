"""From an estimand to the values that are analysed.

An intercurrent event, such as rescue medication or the end of treatment, changes what a value
means. ICH E9(R1) names ways to deal with it:

* ``treatment-policy``: the event is part of the treatment; values after it are kept,
* ``hypothetical``: what would have been without the event; values after it are set aside, and
  modelled (`reference_based`, or a mixed model),
* ``composite``: the event is a bad outcome; values after it become the worst value given.

References
----------
ICH E9(R1) Addendum on estimands and sensitivity analysis in clinical trials, 2019.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tolerogen.errors import AnalysisError, choices

if TYPE_CHECKING:
    import pandas as pd

ESTIMANDS = ("treatment-policy", "hypothetical", "composite")


def apply_estimand(
    data: pd.DataFrame,
    strategy: str,
    response: str,
    time: str,
    event: str,
    worst: float | None = None,
) -> pd.DataFrame:
    """Return the data with the values after each patient's event handled.

    Parameters
    ----------
    data
        One row a patient and visit. Not changed.
    strategy
        One of `ESTIMANDS`.
    response
        Column of values.
    time
        Column of numeric visit times.
    event
        Column with the time of the patient's event, in the unit of `time`; missing or infinite
        for none. A visit at the time of the event is still before it.
    worst
        Value of a composite outcome after the event.

    Raises
    ------
    AnalysisError
        A column or strategy that does not exist, or a composite without `worst`.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"week": [4, 8, 12], "score": [5.0, 4.0, 2.0], "rescue": [8.0] * 3})
    >>> apply_estimand(table, "composite", "score", "week", "rescue", worst=10.0)["score"].tolist()
    [5.0, 4.0, 10.0]
    """
    if strategy not in ESTIMANDS:
        raise AnalysisError(f"there is no estimand '{strategy}'; {choices(strategy, ESTIMANDS)}")
    for name in (response, time, event):
        if name not in data.columns:
            names = [str(column) for column in data.columns]
            raise AnalysisError(f"the data have no column '{name}'; {choices(name, names)}")
    out = data.copy()
    after = out[time] > out[event]  # a missing event compares as False
    if strategy == "hypothetical":
        out[response] = out[response].astype(float).mask(after)
    elif strategy == "composite":
        if worst is None:
            raise AnalysisError("a composite estimand needs 'worst', the value after the event.")
        out[response] = out[response].astype(float).mask(after, worst)
    return out
