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

from tolerogen.diseases.endpoints import (
    Endpoints,
    Scale,
    level_of,
    multiplier,
    read_endpoints,
    rule_level,
    total,
)
from tolerogen.errors import SpecError
from tolerogen.patients.placebo import Placebo, onset, read_placebo, trial_response
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
        """Return every measure of the endpoints, shape (patients, visits).

        Parameters
        ----------
        ratios
            Observables of the model over their own start (see `endpoints.state_ratios`), shape
            (patients, visits); empty for patients who rest at their start.
        """
        labs = self._labs(ratios)
        levels = self._levels(ratios, labs)
        endpoints = self.endpoints
        seen = {s.id: total(levels, endpoints.domain, s.id) for s in endpoints.score}
        scales = {scale.id: self._scale(scale, ratios) for scale in endpoints.scale}
        for composite in endpoints.composite:
            seen[composite.id] = np.mean([scales[name] for name in composite.items], axis=0)
        seen |= scales | self._tests(ratios) | labs
        return seen | {endpoints.level_column(name): level for name, level in levels.items()}

    def _levels(self, ratios: Mapping[str, Array], labs: Mapping[str, Array]) -> dict[str, Array]:
        endpoints, base = self.endpoints, self.population.baselines
        placebo = self._placebo("domains")
        flags = {f.id: base[f.id].to_numpy()[:, None] for f in endpoints.flag}
        start = {lab.id: self._lab_baseline(lab.parameter, lab.factor) for lab in endpoints.lab}
        levels = {}
        for domain in endpoints.domain:
            if domain.rules:
                levels[domain.id] = rule_level(domain.rules, labs, start, flags)
                continue
            noise = self.placebo.assessor.log_sd * self._visit_noise(f"assessor/{domain.id}")
            swing = self.placebo.fluctuation.log_sd * self._fluctuation(domain.id)
            activity = base[f"activity_{domain.id}"].to_numpy()[:, None]
            activity = activity * multiplier(domain.drivers, ratios, self.shape)
            levels[domain.id] = level_of(activity * np.exp(swing + noise - placebo), domain.levels)
        return levels

    def _scale(self, scale: Scale, ratios: Mapping[str, Array]) -> Array:
        own = self.population.baselines[scale.id].to_numpy()[:, None]
        own = own * multiplier(scale.drivers, ratios, self.shape) * np.exp(-self._placebo("scales"))
        noise = self.placebo.assessor.scale_sd * self._visit_noise(f"assessor/{scale.id}")
        swing = self.placebo.fluctuation.scale_sd * self._fluctuation(scale.id)
        said = scale.low + np.round((own + swing + noise - scale.low) / scale.step) * scale.step
        return np.asarray(np.clip(said, scale.low, scale.high))

    def _tests(self, ratios: Mapping[str, Array]) -> dict[str, Array]:
        found = {}
        for test in self.endpoints.test:
            own = self.population.baselines[test.id].to_numpy()[:, None]
            noise = np.exp(test.noise * self._visit_noise(f"test/{test.id}"))
            value = np.minimum(
                own * multiplier(test.drivers, ratios, self.shape) * noise, test.high
            )
            found[test.id] = np.where(value < test.limit, 0.0, value)
        return found

    def _labs(self, ratios: Mapping[str, Array]) -> dict[str, Array]:
        found = {}
        for lab in self.endpoints.lab:
            own = self._lab_baseline(lab.parameter, lab.factor)
            log_sd = np.sqrt(np.log1p(lab.cv**2))
            noise = np.exp(log_sd * self._visit_noise(f"lab/{lab.id}"))
            found[lab.id] = own * ratios.get(lab.observable, np.ones(self.shape)) * noise
        return found

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
        mean, spread = {
            "domains": (trial.domains, response.patient_sd),
            "scales": (trial.scales, response.scale_patient_sd),
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
