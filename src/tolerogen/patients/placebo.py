"""What happens without a drug: the numbers of ``placebo.toml`` and the placebo response.

The response multiplies the latent activity of the clinical domains and the patient's own level
on the scales by ``exp(-strength * onset(t))``. Laboratory values and flow do not respond to
expectation. The strength is the sum of a trial's and a patient's part; the time course,
``1 - exp(-t / onset_days)``, has most of its effect at week 12 and a plateau at week 48
(Wang 2021, doi:10.3389/fimmu.2021.783246).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pydantic.dataclasses import dataclass

from tolerogen.diseases.endpoints import read_toml
from tolerogen.diseases.endpoints.definition import STRICT
from tolerogen.parameters import Status
from tolerogen.patients.streams import normals, uniforms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, config=STRICT)
class Screening:
    """When patients are screened.

    Attributes
    ----------
    day
        Day of the screening visit relative to the baseline visit (negative).
    recheck
        Whether entry criteria must hold at the baseline visit as well.
    """

    day: float
    recheck: bool
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class Fluctuation:
    """Slow ups and downs of a patient: an Ornstein-Uhlenbeck process, weekly steps.

    `log_sd` is the stationary SD of the logarithm of a domain's activity, `scale_sd` that of a
    scale in points, `correlation_days` the time after which the correlation is 1/e.
    """

    log_sd: float
    scale_sd: float
    correlation_days: float
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class Assessor:
    """Noise of one visit: SD of the logarithm of a domain's activity; of a scale in points."""

    log_sd: float
    scale_sd: float
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class Response:
    """Strength of the placebo response: mean, SD between trials, SD between patients.

    Without prefix for the domains (natural logarithm of activity), with ``scale_`` for the
    patient's scales (natural logarithm of the patient's own level). `regional_share` is the share
    of the variance between trials that belongs to the `regions` of a trial: their patients share
    it, those of other regions do not.
    """

    mean: float
    trial_sd: float
    patient_sd: float
    scale_mean: float
    scale_trial_sd: float
    scale_patient_sd: float
    onset_days: float
    status: Status
    source: str
    regions: int = 1
    regional_share: float = 0.0


@dataclass(frozen=True, config=STRICT)
class Dropout:
    """Hazard of leaving per week by role of the arm.

    `worsening` is added to the logarithm of the hazard per point by which the first score lies
    above the baseline visit.
    """

    weekly_hazard: dict[str, float]
    worsening: float
    status: Status
    source: str


@dataclass(frozen=True, config=STRICT)
class Placebo:
    """All of ``placebo.toml``."""

    screening: Screening
    fluctuation: Fluctuation
    assessor: Assessor
    response: Response
    dropout: Dropout


class Strength(NamedTuple):
    """Placebo strength of a trial: for the domains, and for the scales (log units)."""

    domains: float
    scales: float


@cache
def read_placebo(folder: Path) -> Placebo:
    """Read ``placebo.toml`` of a disease folder.

    Raises
    ------
    SpecError
        When the file is missing or a key is wrong.
    """
    return read_toml(folder / "placebo.toml", Placebo)


def trial_response(placebo: Placebo, seed: int, replicate: int) -> Strength:
    """Draw the placebo strength of one trial, shared by its arms and by domains and scales."""
    r = placebo.response
    score = float(normals(seed, "placebo/trial", np.array([replicate]))[0, 0])
    score *= (1.0 - r.regional_share) ** 0.5
    return Strength(r.mean + r.trial_sd * score, r.scale_mean + r.scale_trial_sd * score)


def regional_response(
    placebo: Placebo, seed: int, replicate: int, patients: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Draw what the regions of a trial add to its strength, for each of some patients.

    Returns
    -------
    tuple of ndarray
        For the domains and for the scales, log units, shape (patients, 1); zeros where the share
        of the regions is zero.
    """
    r = placebo.response
    if not r.regional_share:
        nothing = np.zeros((len(patients), 1))
        return nothing, nothing
    scores = normals(seed, "placebo/region", np.array([replicate]), range(r.regions))[0]
    own = scores[np.floor(uniforms(seed, "region", patients)[:, 0] * r.regions).astype(int)]
    part = (r.regional_share**0.5 * own)[:, None]
    return r.trial_sd * part, r.scale_trial_sd * part


def onset(days: Array, onset_days: float) -> Array:
    """Share of the placebo response that is there at some days after baseline.

    Examples
    --------
    >>> onset(np.array([-28.0, 0.0, 84.0, 336.0]), 84.0).round(2)
    array([0.  , 0.  , 0.63, 0.98])
    """
    return 1.0 - np.exp(-np.maximum(days, 0.0) / onset_days)
