"""Recruitment: how long a trial takes to fill, and with how many centres it would fill in time.

Patients come to centres one by one, and centres differ: some randomise many, a good share none.
So each centre has a rate of its own, drawn from a gamma distribution about the mean of its region,
and its patients come as a Poisson process from the day it opens (Anisimov and Fedorov 2007). The
time to the last patient is drawn exactly: a unit process is put on the clock of the summed rate.

A trial file says it in a table ``[recruitment]``. Once centres report, their counts update what was
assumed, each centre's own rate and the mean and spread of all (`Observed`).

Examples
--------
>>> from tolerogen.trials.recruitment import Recruitment, Region, forecast_recruitment
>>> plan = Recruitment(60, (Region("Europe", 20, rate=0.01),), follow_up=91)
>>> found = forecast_recruitment(plan, replicates=500)
>>> 280 < found.quantile(0.5) < 340  # 60 patients at 0.2 a day
True
"""

from __future__ import annotations

from tolerogen.trials.recruitment.forecast import centres_needed, forecast_recruitment
from tolerogen.trials.recruitment.observed import Centre, Observed, read_centres, read_day
from tolerogen.trials.recruitment.plan import Recruitment, Region
from tolerogen.trials.recruitment.read import load_recruitment, read_recruitment
from tolerogen.trials.recruitment.result import RecruitmentForecast

__all__ = [
    "Centre",
    "Observed",
    "Recruitment",
    "RecruitmentForecast",
    "Region",
    "centres_needed",
    "forecast_recruitment",
    "load_recruitment",
    "read_centres",
    "read_day",
    "read_recruitment",
]
