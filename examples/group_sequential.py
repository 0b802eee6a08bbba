"""A trial with two looks before the end, from assumption to bounds, sizes and decisions.

Run ``python examples/group_sequential.py``.
"""

from __future__ import annotations

from tolerogen.trials import (
    conditional_power,
    gatekeeping_graph,
    group_sequential,
    sample_size_means,
)

# what the trial should find: two points of the score, patients differing by five (assumed)
fixed = sample_size_means(difference=2.0, sd=5.0, alpha=0.025, beta=0.2)
design = group_sequential(
    [0.5, 0.75, 1.0],
    kind="lan-demets-obrien-fleming",
    futility="hwang-shih-decani",
    futility_gamma=-4.0,
)
print(design.explain())
print(design.frame().round(4).to_string(index=False))
print({name: round(size) for name, size in design.sample_size(fixed).items()})

# at the first look the statistic is 1.1: what is the chance to win if the trend holds?
chance = conditional_power(1.1, 0.5, design.critical[-1])
print(f"Conditional power after z = 1.1 at half of the information: {chance:.0%}")

# at the end: two doses and a key secondary endpoint, one type I error
doses = gatekeeping_graph([["high dose", "low dose"], ["symptoms, high dose"]])
p = {"high dose": 0.003, "low dose": 0.021, "symptoms, high dose": 0.015}
print(doses.test(p, alpha=0.025).frame().round(4).to_string(index=False))
