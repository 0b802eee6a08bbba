"""What visits would show if nothing moved the patient, apart from what a drug does.

Chance and expectation are drawn once (`Assessment.latent`); what a drug does comes as ratios of
the model's observables. So one draw serves a patient treated and untreated, or under a thousand
parameter sets, and the difference between them is the drug alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.diseases.endpoints import Endpoints, level_of, multiplier, rule_level, total

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

GROUPS = ("activity", "scale", "scale_noise", "test", "lab", "lab_baseline", "flags")


@dataclass(frozen=True, eq=False)
class Latent:
    """Visits without a drug, before they are graded.

    Attributes
    ----------
    endpoints
        How they are graded.
    activity
        Activity of each domain in levels, with fluctuation, assessor and placebo response.
    scale, scale_noise
        The patient's own level of each scale with the placebo response, and what chance adds.
    test, lab
        Value of each test and lab with the noise of measurement.
    lab_baseline
        Own value of each lab without noise, shape (patients, 1).
    flags
        Lasting findings, shape (patients, 1).

    All other arrays have the shape (patients, visits).
    """

    endpoints: Endpoints
    activity: Mapping[str, Array]
    scale: Mapping[str, Array]
    scale_noise: Mapping[str, Array]
    test: Mapping[str, Array]
    lab: Mapping[str, Array]
    lab_baseline: Mapping[str, Array]
    flags: Mapping[str, Array]

    @property
    def shape(self) -> tuple[int, int]:
        """Patients and visits."""
        first = next(iter((self.scale or self.lab or self.test or self.activity).values()))
        return int(first.shape[0]), int(first.shape[1])

    def take(self, rows: NDArray[np.intp] | slice) -> Latent:
        """Return some patients, by their place."""
        taken: dict[str, Any] = {
            group: {name: values[rows] for name, values in getattr(self, group).items()}
            for group in GROUPS
        }
        return replace(self, **taken)

    def measure(self, ratios: Mapping[str, Array]) -> dict[str, Array]:
        """Grade the visits.

        Parameters
        ----------
        ratios
            Observables of the model over their own start (see `endpoints.state_ratios`), shape
            (patients, visits); empty for patients who rest at their start.

        Returns
        -------
        dict
            Every measure of the endpoints, shape (patients, visits).
        """
        endpoints = self.endpoints
        labs = self._labs(ratios)
        levels = self._levels(ratios, labs)
        seen = {s.id: total(levels, endpoints.domain, s.id) for s in endpoints.score}
        scales = self._scales(ratios)
        for composite in endpoints.composite:
            seen[composite.id] = np.mean([scales[name] for name in composite.items], axis=0)
        seen |= scales | self._tests(ratios) | labs
        return seen | {endpoints.level_column(name): level for name, level in levels.items()}

    def _levels(self, ratios: Mapping[str, Array], labs: Mapping[str, Array]) -> dict[str, Array]:
        levels = {}
        for domain in self.endpoints.domain:
            if domain.rules:
                start = self.lab_baseline
                levels[domain.id] = rule_level(domain.rules, labs, start, self.flags)
            else:
                moved = multiplier(domain.drivers, ratios, self.shape)
                levels[domain.id] = level_of(self.activity[domain.id] * moved, domain.levels)
        return levels

    def _scales(self, ratios: Mapping[str, Array]) -> dict[str, Array]:
        found = {}
        for scale in self.endpoints.scale:
            own = self.scale[scale.id] * multiplier(scale.drivers, ratios, self.shape)
            said = own + self.scale_noise[scale.id] - scale.low
            steps = scale.low + np.round(said / scale.step) * scale.step
            found[scale.id] = np.asarray(np.clip(steps, scale.low, scale.high))
        return found

    def _tests(self, ratios: Mapping[str, Array]) -> dict[str, Array]:
        found = {}
        for test in self.endpoints.test:
            moved = self.test[test.id] * multiplier(test.drivers, ratios, self.shape)
            value = np.minimum(moved, test.high)
            found[test.id] = np.where(value < test.limit, 0.0, value)
        return found

    def _labs(self, ratios: Mapping[str, Array]) -> dict[str, Array]:
        return {
            lab.id: self.lab[lab.id] * ratios.get(lab.observable, np.ones(self.shape))
            for lab in self.endpoints.lab
        }


def together(parts: Sequence[Latent]) -> Latent:
    """Put the visits of groups of patients together, in order."""
    stacked: dict[str, Any] = {
        group: {
            name: np.concatenate([getattr(part, group)[name] for part in parts])
            for name in getattr(parts[0], group)
        }
        for group in GROUPS
    }
    return replace(parts[0], **stacked)
