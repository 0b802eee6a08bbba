"""The patients of one replicate: drawn, screened, randomised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.randomisation import allocate, stratum_labels

if TYPE_CHECKING:
    from tolerogen.patients import Population
    from tolerogen.trials.spec import TrialSpec


@dataclass(frozen=True, eq=False)
class Cohort:
    """Everyone randomised in one replicate.

    Attributes
    ----------
    replicate
        Which repetition of the trial, from 0.
    population
        The patients, in the order in which they were accepted.
    strata
        Stratum of each patient, in that order.
    arms
        Name of each patient's arm, in that order.
    """

    replicate: int
    population: Population
    strata: tuple[str, ...]
    arms: tuple[str, ...]

    def members(self, arm: str) -> np.ndarray:
        """Return the patient ids of an arm, in order of acceptance."""
        chosen = np.asarray(self.arms, dtype=object) == arm
        return np.asarray(self.population.patients[chosen])


def enrol(spec: TrialSpec, replicate: int, start: int = 0) -> Cohort:
    """Draw candidates, screen them and randomise those accepted.

    Parameters
    ----------
    spec
        The design.
    replicate
        Which repetition; each draws its own candidates, whatever the number of repetitions.
    start
        Candidates passed over: patients of a later stage are others than those of the first, and
        randomised by a list of their own.

    Returns
    -------
    Cohort
        ``spec.patients`` patients. The first n are the same for every larger trial.

    Raises
    ------
    SpecError
        When a criterion of entry is so rare that the trial cannot be filled.
    """
    from tolerogen.patients import screen

    extra = tuple(p for therapy in spec.therapies for p in therapy.parameters)
    population = screen(
        spec.patients_of(replicate),
        spec.patients,
        seed=spec.seed,
        replicate=replicate,
        criteria=spec.criteria,
        extra=extra,
        start=start,
    )
    strata = stratum_labels(population.covariates, spec.strata)
    places = allocate(
        [f"{name} from {start}" for name in strata] if start else strata,
        [arm.share for arm in spec.arms],
        block=spec.block,
        seed=spec.seed,
        replicate=replicate,
    )
    return Cohort(
        replicate, population, tuple(strata), tuple(spec.arms[place].name for place in places)
    )
