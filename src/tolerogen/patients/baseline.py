"""What the clinic would find in a patient at the start, without noise.

A domain is involved when a normal liability, partly shared through the patient's one systemic
factor, exceeds a threshold. The threshold follows from the published prevalence: a domain that
scores above zero in a share p at one visit is involved in somewhat more patients, because an
involved domain is quiet on some days.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import Domain, Endpoints, level_thresholds
from tolerogen.patients.placebo import Placebo
from tolerogen.patients.streams import normals, uniforms

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Indices = NDArray[np.int64]

SYSTEMIC = "systemic"


def correlated_names(endpoints: Endpoints) -> tuple[str, ...]:
    """Baseline quantities that correlations may name: the systemic factor, scales and tests."""
    return (SYSTEMIC, *(s.id for s in endpoints.scale), *(t.id for t in endpoints.test))


def involvement(domain: Domain, endpoints: Endpoints, placebo: Placebo) -> float:
    """Share of patients in whom a domain is involved, from the share that scores at one visit.

    Raises no error: a prevalence that involvement cannot reach gives 1.
    """
    from scipy.special import ndtr

    a = endpoints.activity
    spread = np.sqrt(a.log_sd**2 + placebo.fluctuation.log_sd**2 + placebo.assessor.log_sd**2)
    first = level_thresholds(domain.levels)[0]
    seen = ndtr((np.log(a.median) - np.log(first)) / spread)
    return float(min(1.0, (domain.prevalence or 0.0) / seen))


def draw_baselines(
    endpoints: Endpoints,
    placebo: Placebo,
    scores: Mapping[str, Array],
    seed: int,
    indices: Indices,
) -> pd.DataFrame:
    """Draw the clinical baseline of patients.

    Parameters
    ----------
    scores
        Normal scores of `correlated_names`, shape (patients,).

    Returns
    -------
    DataFrame
        One row a patient: ``systemic``; ``involved_<domain>`` (bool) and ``activity_<domain>``
        (latent, levels; 0 where not involved); scales (points), tests (their units), flags.
    """
    import pandas as pd

    columns: dict[str, NDArray[np.generic]] = {SYSTEMIC: scores[SYSTEMIC]}
    for domain in endpoints.latent:
        involved, activity = _domain(domain, endpoints, placebo, scores[SYSTEMIC], seed, indices)
        columns[f"involved_{domain.id}"] = involved
        columns[f"activity_{domain.id}"] = activity
    for scale in endpoints.scale:
        columns[scale.id] = scale.mean + scale.sd * scores[scale.id]
    for test in endpoints.test:
        columns[test.id] = test.median * np.exp(test.log_sd * scores[test.id])
    for flag in endpoints.flag:
        columns[flag.id] = uniforms(seed, f"flag/{flag.id}", indices)[:, 0] < flag.prevalence
    return pd.DataFrame(columns, index=pd.Index(indices, name="patient"))


def _domain(
    domain: Domain,
    endpoints: Endpoints,
    placebo: Placebo,
    systemic: Array,
    seed: int,
    indices: Indices,
) -> tuple[NDArray[np.bool_], Array]:
    from scipy.special import ndtri

    a = endpoints.activity
    own = normals(seed, f"domain/{domain.id}", indices, (0, 1))
    liability = _load(a.systemic_involvement, systemic, own[:, 0])
    involved = liability > ndtri(1 - involvement(domain, endpoints, placebo))
    height = _load(a.systemic_activity, systemic, own[:, 1])
    return involved, np.where(involved, a.median * np.exp(a.log_sd * height), 0.0)


def _load(loading: float, shared: Array, own: Array) -> Array:
    return np.asarray(loading * shared + np.sqrt(1 - loading**2) * own)
