"""The parameters of a covariance as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, ndtri

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.mmrm.design import Design
    from tolerogen.trials.mmrm.inference import Inference
    from tolerogen.trials.mmrm.newton import Optimum
    from tolerogen.trials.mmrm.structures import Structure


def parameter_table(
    design: Design, structure: Structure, optimum: Optimum, inference: Inference
) -> pd.DataFrame:
    """Return group, name, estimate, se and 95 % interval of every covariance parameter."""
    import pandas as pd

    theta = optimum.point.theta.ravel()
    se = np.sqrt(np.diag(inference.spread))
    variance = np.tile(structure.variances, len(design.groups))
    low, high = theta - ndtri(0.975) * se, theta + ndtri(0.975) * se
    degrees = 2.0 * (theta[variance] / se[variance]) ** 2
    low[variance] = degrees * theta[variance] / chdtri(degrees, 0.025)
    high[variance] = degrees * theta[variance] / chdtri(degrees, 0.975)
    return pd.DataFrame(
        {
            "group": np.repeat(np.array(design.groups, dtype=object), len(structure.labels)),
            "parameter": list(structure.labels) * len(design.groups),
            "estimate": theta,
            "se": se,
            "low": low,
            "high": high,
        }
    )
