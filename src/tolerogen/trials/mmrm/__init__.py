"""Mixed models for repeated measures: the analysis of a trial with visits.

Patients are seen several times, and values of one patient hang together. An MMRM has fixed
effects (arm, visit, their interaction, baseline) and one covariance matrix between visits,
without random effects. It uses every visit that took place, and is valid when the missing ones
are *missing at random*: when what was seen explains why the rest is not.

>>> import pandas as pd
>>> data = pd.DataFrame({
...     "who": ["a", "a", "b", "b", "c", "c", "d", "d"],
...     "week": [4, 8] * 4,
...     "arm": ["drug"] * 4 + ["placebo"] * 4,
...     "change": [-3.0, -4.0, -1.0, -3.5, 0.5, -1.0, -1.5, -0.5],
... })
>>> fit = mmrm("change ~ arm * C(week)", data, subject="who", visit="week", covariance="cs")
>>> fit.lsmeans("arm", by="week")["estimate"].round(2).tolist()
[-2.0, -0.5, -3.75, -0.75]

The covariance is a matter of choice (`structure`): unstructured when there are patients enough,
else one of the structured forms. Degrees of freedom are by Satterthwaite or Kenward and Roger.
Everything is exact: the likelihood, its gradient and its Hessian are closed forms, and the
maximum is found by Newton's method.
"""

from __future__ import annotations

from tolerogen.trials.mmrm.fit import mmrm
from tolerogen.trials.mmrm.result import MmrmResult
from tolerogen.trials.mmrm.structures import Structure, structure

__all__ = ["MmrmResult", "Structure", "mmrm", "structure"]
