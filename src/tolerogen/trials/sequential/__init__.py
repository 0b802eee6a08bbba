"""Group-sequential and adaptive designs: bounds, sizes, and looks before the end.

A trial may be looked at before all patients are in, and stopped early for efficacy or futility.
Every look spends some of the type I error, so the bounds rise. `group_sequential` computes them
for the usual families, `sample_size_means` and `sample_size_proportions` say how many patients a
trial without looks needs, and the two meet in `GroupSequentialDesign.sample_size`.

>>> design = group_sequential(3, futility="lan-demets-obrien-fleming")
>>> round(design.inflation, 3)
1.104
>>> sizes = design.sample_size(sample_size_means(difference=2.0, sd=5.0))
>>> round(sizes["maximum"]), round(sizes["expected_null"])
(219, 124)

Everything is one-sided, larger statistics in favour of the drug: alpha 0.025 here is 0.05 of a
two-sided test.
"""

from __future__ import annotations

from tolerogen.trials.sequential.design import GroupSequentialDesign, Outlook, group_sequential
from tolerogen.trials.sequential.process import crossing
from tolerogen.trials.sequential.reestimate import (
    blinded_size,
    conditional_power,
    inverse_normal,
    promising_zone,
)
from tolerogen.trials.sequential.size import (
    power_means,
    sample_size_means,
    sample_size_proportions,
)
from tolerogen.trials.sequential.spending import Spending, spending

__all__ = [
    "GroupSequentialDesign",
    "Outlook",
    "Spending",
    "blinded_size",
    "conditional_power",
    "crossing",
    "group_sequential",
    "inverse_normal",
    "power_means",
    "promising_zone",
    "sample_size_means",
    "sample_size_proportions",
    "spending",
]
