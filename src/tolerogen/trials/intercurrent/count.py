"""How many patients had an intercurrent event while they were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.intercurrent.values import KINDS

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.spec import TrialSpec


def count_events(spec: TrialSpec, patients: pd.DataFrame) -> pd.DataFrame:
    """Return one row a kind of event and arm.

    Parameters
    ----------
    spec
        The design.
    patients
        Table of a result: ``arm``, and ``rescue_day`` and ``discontinuation_day`` where they are
        simulated.

    Returns
    -------
    pandas.DataFrame
        ``event, strategy, arm, n, share``.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for kind in KINDS:
        if f"{kind}_day" not in patients:
            continue
        for arm in spec.arms:
            days = patients.loc[patients["arm"] == arm.name, f"{kind}_day"].to_numpy(float)
            count = int(np.isfinite(days).sum())
            rows.append(
                {
                    "event": kind,
                    "strategy": spec.estimand.strategy(kind),
                    "arm": arm.name,
                    "n": count,
                    "share": count / len(days) if len(days) else float("nan"),
                }
            )
    return pd.DataFrame(rows, columns=["event", "strategy", "arm", "n", "share"])
