"""A dose-ranging trial: power of the design, then the analysis of one simulated data set.

Five arms of a B-cell depleting antibody given under the skin; the means, their spread and the
dropout are assumed. Run ``python examples/dose_ranging.py``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tolerogen.trials import Candidate, mcp_power, mcpmod, reference_based

DOSES = [0.0, 5.0, 50.0, 150.0, 300.0]
CANDIDATES = [
    Candidate("linear"),
    Candidate("emax", (30.0,)),
    Candidate("sigmoid-emax", (80.0, 3.0)),
    Candidate("exponential", (150.0,)),
]
SIZE, SD = 40, 5.0

power = mcp_power(CANDIDATES, DOSES, [SIZE] * 5, effect=3.0, sd=SD, decreasing=True)
for candidate, value in zip(CANDIDATES, power, strict=True):
    print(f"power if the truth is {candidate.name}: {value:.0%}")

# one trial: three visits, one in ten leaves before each of the last two
random = np.random.default_rng(20261125)
dose = np.repeat(DOSES, SIZE)
visits = np.array([4, 12, 24])
level = random.normal(0, 0.7 * SD, len(dose))
full = -3.0 * dose / (30.0 + dose)
change = full[:, None] * visits / 24 + level[:, None]
change += random.normal(0, 0.7 * SD, (len(dose), 3))
stay = np.cumsum(random.random((len(dose), 3)) < [0.0, 0.1, 0.1], axis=1) == 0
data = pd.DataFrame(
    {
        "patient": np.repeat(np.arange(len(dose)), 3),
        "arm": np.repeat([f"{d:g} mg" for d in dose], 3),
        "week": np.tile(visits, len(dose)),
        "change": np.where(stay, change, np.nan).ravel(),
    }
)

# whoever left is taken to fare like placebo from then on
filled = reference_based(
    "change ~ arm * C(week)", data, "patient", "week", "arm", "0 mg", "j2r", imputations=50
)
for arm, found in filled.analyse(at=24).items():
    print(f"{arm}: {found.estimate:.2f} ({found.low:.2f} to {found.high:.2f})")

ends = data[data["week"] == 24].dropna()
result = mcpmod(
    ends["arm"].str.removesuffix(" mg").astype(float), ends["change"], CANDIDATES, decreasing=True
)
print(result.explain())
print(result.tests().round(4).to_string(index=False))
print("dose for a fall of two points beyond placebo:", result.target_dose(-2.0))
