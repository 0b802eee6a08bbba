"""The design of a trial, as a value.

`TrialSpec` is what a trial file says once every quantity is in the units of the house (days)
and every name stands for the thing named: the disease, the therapies, their regimens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tolerogen.provenance import content_hash, plain
from tolerogen.trials.intercurrent.values import Discontinuation, Estimand, Rescue

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.patients import Criterion
    from tolerogen.therapies import Regimen, Therapy
    from tolerogen.trials.measures import Measure


@dataclass(frozen=True)
class Treatment:
    """A therapy and the regimen it is given by."""

    therapy: Therapy
    regimen: Regimen


@dataclass(frozen=True)
class Arm:
    """A group of patients treated alike.

    Attributes
    ----------
    name
        Name in every table and figure.
    role
        ``active`` or ``placebo``; a placebo arm may still carry a background therapy.
    share
        Share in the randomisation: 2 beside 1 is two of three patients.
    treatments
        What they receive; empty for placebo.
    """

    name: str
    role: str
    share: int
    treatments: tuple[Treatment, ...] = ()


@dataclass(frozen=True)
class Endpoint:
    """A measure and when it is read.

    Attributes
    ----------
    measure
        What is measured; its id is a column of the observations, for example ``essdai``.
    day
        Day of the visit at which it is read.
    kind
        ``change``: value at `day` minus value at day 0.
    level
        Two-sided level of the interval.
    analysis
        ``ancova`` of that visit, or ``mmrm`` of all visits up to it.
    """

    measure: Measure
    day: float
    kind: str = "change"
    level: float = 0.95
    analysis: str = "ancova"


@dataclass(frozen=True)
class TrialSpec:
    """The design of a trial; times in days.

    Attributes
    ----------
    disease
        What the patients have.
    patients
        Number randomised.
    seed, replicates
        Seed of the run; how often the trial is repeated with new patients.
    horizon
        Last day simulated.
    visits
        Days on which patients are seen; the first is 0.
    criteria
        What a candidate must meet at screening.
    strata, block
        Stratifying covariates and the block size of the randomisation.
    arms
        In the order of the file.
    endpoint, secondary
        What is analysed first, and what beside it.
    text
        The trial file as it was written; it enters no hash.
    rescue, discontinuation, estimand
        Events that are simulated, and what is compared in spite of them.
    draws
        Parameter sets of the disease that replicates after the first take in turn; empty where
        all have the typical one.
    """

    name: str
    disease: Disease
    patients: int
    seed: int
    replicates: int
    horizon: float
    visits: tuple[float, ...]
    criteria: tuple[Criterion, ...]
    strata: tuple[str, ...]
    block: int
    arms: tuple[Arm, ...]
    endpoint: Endpoint
    secondary: tuple[Endpoint, ...] = ()
    rescue: Rescue | None = None
    discontinuation: Discontinuation | None = None
    estimand: Estimand = field(default_factory=Estimand)
    registry: str | None = None
    note: str | None = None
    sources: tuple[str, ...] = field(default_factory=tuple)
    draws: tuple[Mapping[str, float], ...] = ()
    text: str = field(default="", repr=False, compare=False)

    def draw(self, replicate: int) -> int | None:
        """Return the number of the parameter set of a replicate; None for the typical one."""
        return (replicate - 1) % len(self.draws) if self.draws and replicate else None

    def patients_of(self, replicate: int) -> Disease:
        """Return the disease of the patients of a replicate, under its parameter set."""
        number = self.draw(replicate)
        if number is None:
            return self.disease
        from tolerogen.trials.validation.posterior import Posterior

        return next(Posterior((self.draws[number],)).diseases(self.disease))

    @property
    def reference(self) -> Arm | None:
        """The arm that the others are compared with: the first placebo arm."""
        return next((arm for arm in self.arms if arm.role == "placebo"), None)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Primary endpoint first, then the secondary ones."""
        return (self.endpoint, *self.secondary)

    @property
    def therapies(self) -> tuple[Therapy, ...]:
        """Every therapy once: those of the arms in order of appearance, and of rescue."""
        found = {t.therapy.id: t.therapy for arm in self.arms for t in arm.treatments}
        if self.rescue is not None and self.rescue.treatment is not None:
            found.setdefault(self.rescue.treatment.therapy.id, self.rescue.treatment.therapy)
        return tuple(found.values())

    def describe(self) -> dict[str, Any]:
        """Return the design as plain data, names in place of the things named."""
        return {
            "name": self.name,
            "registry": self.registry,
            "disease": self.disease.id,
            "patients": self.patients,
            "seed": self.seed,
            "replicates": self.replicates,
            "horizon_days": self.horizon,
            "visit_days": list(self.visits),
            "entry": plain(self.criteria),
            "randomisation": {"strata": list(self.strata), "block": self.block},
            "arms": [_arm(arm) for arm in self.arms],
            "endpoint": plain(self.endpoint),
            "secondary": plain(self.secondary),
            "note": self.note,
            "sources": list(self.sources),
            **self._events(),
        }

    def _events(self) -> dict[str, Any]:
        """Return what a trial without events does not have, so that its hash stays."""
        found: dict[str, Any] = {}
        if self.rescue is not None:
            given = self.rescue.treatment
            found["rescue"] = {
                **plain(replace(self.rescue, treatment=None)),
                "treatment": None if given is None else _treatment(given),
            }
        if self.discontinuation is not None:
            found["discontinuation"] = plain(self.discontinuation)
        if self.draws:
            found["parameter_sets"] = len(self.draws)
        if self.estimand != Estimand():
            found["estimand"] = plain(self.estimand)
        return found

    def content(self) -> str:
        """Hash of everything that determines the numbers: design, model, parameters, drugs.

        The place of the disease folder on this machine does not enter; its files do.
        """
        disease = self.disease
        files = {
            path.name: path.read_text(encoding="utf-8")
            for path in sorted(disease.folder.iterdir())
            if path.suffix in (".ant", ".csv", ".toml")
        }
        return content_hash(
            {
                "spec": self.describe(),
                "model": disease.model,
                "parameters": disease.parameters,
                "correlations": disease.correlations,
                "disease_files": files,
                "therapies": self.therapies,
            }
        )


def _arm(arm: Arm) -> dict[str, Any]:
    return {
        "name": arm.name,
        "role": arm.role,
        "share": arm.share,
        "treatments": [_treatment(t) for t in arm.treatments],
    }


def _treatment(treatment: Treatment) -> dict[str, Any]:
    return {"therapy": treatment.therapy.id, "regimen": plain(treatment.regimen)}
