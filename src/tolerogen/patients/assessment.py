"""One visit: the patient as an imperfect eye sees them.

Domain activity is ``baseline * model * exp(-placebo + fluctuation + assessor)`` and its level
is the allowed one closest to that; a scale is the patient's own level times model and placebo,
plus fluctuation and noise in points, rounded to the steps of the scale; tests and labs are the
baseline times the model, times lognormal noise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import Endpoints, read_endpoints
from tolerogen.errors import SpecError
from tolerogen.patients.latent import Latent
from tolerogen.patients.placebo import (
    Placebo,
    onset,
    read_placebo,
    regional_response,
    trial_response,
)
from tolerogen.patients.streams import normals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.patients.population import Population

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Assessment:
    """The eye of one trial: who is seen, when, through which noise.

    Attributes
    ----------
    days
        Days of the visits relative to baseline, shape (visits,).
    replicate
        Number of the trial; it has its own placebo response.
    treated
        Whether patients take part in a blinded trial, drug or placebo; False is natural history.
    relief
        Logarithm by which something without a mechanism lowers the activity of the domains and
        the patient's own level on the scales, shape (patients, visits); None for nothing.
    """

    disease: Disease
    population: Population
    days: Array
    seed: int
    replicate: int = 0
    treated: bool = True
    relief: Array | None = None

    @property
    def endpoints(self) -> Endpoints:
        """Endpoints of the disease."""
        return read_endpoints(self.disease.folder)

    @property
    def placebo(self) -> Placebo:
        """Placebo model of the disease."""
        return read_placebo(self.disease.folder)

    @property
    def shape(self) -> tuple[int, int]:
        """Patients and visits."""
        return len(self.population), len(self.days)

    def measure(self, ratios: Mapping[str, Array]) -> dict[str, Array]:
        """Return every measure of the endpoints, shape (patients, visits); as `Latent.measure`."""
        return self.latent().measure(ratios)

    def latent(self) -> Latent:
        """Draw what the visits would show without a drug."""
        endpoints, base = self.endpoints, self.population.baselines
        own = {name: base[name].to_numpy()[:, None] for name in base.columns}
        response = {what: np.exp(-self._placebo(what)) for what in ("domains", "scales")}
        start = {lab.id: self._lab_baseline(lab.parameter, lab.factor) for lab in endpoints.lab}
        return Latent(
            endpoints=endpoints,
            activity={
                d.id: own[f"activity_{d.id}"] * self._swing(d.id) * response["domains"]
                for d in endpoints.latent
            },
            scale={s.id: own[s.id] * response["scales"] for s in endpoints.scale},
            scale_noise={s.id: self._scale_noise(s.id) for s in endpoints.scale},
            test={
                t.id: own[t.id] * np.exp(t.noise * self._visit_noise(f"test/{t.id}"))
                for t in endpoints.test
            },
            lab={
                lab.id: start[lab.id]
                * np.exp(np.sqrt(np.log1p(lab.cv**2)) * self._visit_noise(f"lab/{lab.id}"))
                for lab in endpoints.lab
            },
            lab_baseline=start,
            flags={f.id: own[f.id] for f in endpoints.flag},
        )

    def _swing(self, domain: str) -> Array:
        noise = self.placebo.assessor.log_sd * self._visit_noise(f"assessor/{domain}")
        return np.asarray(
            np.exp(self.placebo.fluctuation.log_sd * self._fluctuation(domain) + noise)
        )

    def _scale_noise(self, scale: str) -> Array:
        noise = self.placebo.assessor.scale_sd * self._visit_noise(f"assessor/{scale}")
        return self.placebo.fluctuation.scale_sd * self._fluctuation(scale) + noise

    def _lab_baseline(self, parameter: str, factor: float) -> Array:
        table = self.population.parameters
        if parameter in table:
            return factor * table[parameter].to_numpy(dtype=float)[:, None]
        for known in self.disease.parameters:
            if known.id == parameter:
                return np.full((len(self.population), 1), factor * known.value)
        raise SpecError(
            f"endpoints.toml: a lab takes its baseline from '{parameter}', which is not in the "
            f"parameter table of disease '{self.disease.id}'. Correct its key 'parameter'."
        )

    def _placebo(self, what: str) -> Array:
        """Return the placebo response and relief in log units; ``domains`` or ``scales``."""
        relief = np.zeros(self.shape) if self.relief is None else self.relief
        if not self.treated:
            return relief
        response = self.placebo.response
        trial = trial_response(self.placebo, self.seed, self.replicate)
        regions = regional_response(
            self.placebo, self.seed, self.replicate, self.population.patients
        )
        mean, spread = {
            "domains": (trial.domains + regions[0], response.patient_sd),
            "scales": (trial.scales + regions[1], response.scale_patient_sd),
        }[what]
        own = normals(self.seed, f"placebo/{what}", self.population.patients)
        return np.asarray((mean + spread * own) * onset(self.days, response.onset_days) + relief)

    def _visit_noise(self, what: str) -> Array:
        # The slot is the hour of the visit: a visit that is added changes no other visit.
        first = self.placebo.screening.day
        hours = [round((day - first) * 24) for day in self.days]
        quantity = f"trial {self.replicate}/{what}"
        return normals(self.seed, quantity, self.population.patients, hours)

    def _fluctuation(self, what: str) -> Array:
        """Return a stationary process of SD 1 at the visits, drawn in weekly steps."""
        weeks = np.floor((self.days - self.placebo.screening.day) / 7).astype(int)
        quantity = f"trial {self.replicate}/fluctuation/{what}"
        every = range(weeks.max() + 1)
        steps = normals(self.seed, quantity, self.population.patients, every)
        keep = np.exp(-7 / self.placebo.fluctuation.correlation_days)
        path = np.empty_like(steps)
        path[:, 0] = steps[:, 0]
        for week in range(1, steps.shape[1]):
            path[:, week] = keep * path[:, week - 1] + np.sqrt(1 - keep**2) * steps[:, week]
        return np.asarray(path[:, weeks])
