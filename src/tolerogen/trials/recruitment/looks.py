"""When an interim analysis can be made, and how many are randomised by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.recruitment.plan import INTERVAL

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.recruitment.result import RecruitmentForecast


def look_days(forecast: RecruitmentForecast) -> pd.DataFrame:
    """Return a row for each look of the plan.

    Parameters
    ----------
    forecast
        Trials drawn.

    Returns
    -------
    pandas.DataFrame
        ``share`` and ``patients`` whose endpoint is waited for; ``day`` on which the last of them
        has it, and how many are ``randomised`` by then, means with ``_low`` and ``_high`` (80 %
        interval). Those who come meanwhile are what a trial that stops there has treated in vain.
        Missing where these patients are randomised already: their days are not in the counts.
    """
    import pandas as pd

    plan, rows = forecast.plan, []
    for share in plan.looks:
        wanted = max(1, round(share * plan.patients))
        row: dict[str, float] = {"share": share, "patients": wanted}
        if wanted > forecast.already:
            day = forecast.days[:, wanted - forecast.already - 1] + plan.endpoint
            by_then = forecast.already + (forecast.days <= day[:, None]).sum(axis=1)
            row |= _spread("day", day) | _spread("randomised", by_then)
        rows.append(row)
    names = [f"{name}{end}" for name in ("day", "randomised") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["share", "patients", *names])


def _spread(name: str, values: np.ndarray) -> dict[str, float]:
    low, high = np.quantile(values, INTERVAL)
    return {name: float(values.mean()), f"{name}_low": float(low), f"{name}_high": float(high)}
