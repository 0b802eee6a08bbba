"""Regimens: dose rules played together, and which doses are missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.therapies.dosing import DoseRule

if TYPE_CHECKING:
    import numpy as np

    from tolerogen.engine import Dose
    from tolerogen.therapies.therapy import Therapy


@dataclass(frozen=True)
class Regimen:
    """Dose rules played together: a loading rule and a maintenance rule, for example.

    Attributes
    ----------
    missed
        Doses that nobody receives, numbered from 1 in order of time.
    missed_probability
        Chance that a patient misses any one dose, drawn with the generator of that patient.
    """

    name: str
    rules: tuple[DoseRule, ...]
    label: str = ""
    source: str = "unsourced"
    missed: tuple[int, ...] = ()
    missed_probability: float = 0.0

    def __post_init__(self) -> None:
        if not self.rules:
            raise SpecError(f"regimen '{self.name}' has no doses; give at least one dose rule.")
        count = sum(len(rule.days) for rule in self.rules)
        wrong = [number for number in self.missed if not 1 <= number <= count]
        if wrong:
            raise SpecError(
                f"regimen '{self.name}', missed: dose {wrong[0]} does not exist; the {count} "
                f"doses are numbered 1 to {count} in order of time."
            )
        if not 0 <= self.missed_probability < 1:
            raise SpecError(
                f"regimen '{self.name}', missed_probability is {self.missed_probability:g}; "
                "give a share from 0 up to, but not including, 1."
            )

    @property
    def days(self) -> tuple[float, ...]:
        """Days of all planned doses in order, missed ones included."""
        return tuple(sorted(day for rule in self.rules for day in rule.days))

    @property
    def same_for_all(self) -> bool:
        """Whether every patient receives the same doses: none by weight, none missed by chance."""
        return self.missed_probability == 0 and not any(rule.per_kg for rule in self.rules)

    def doses(
        self,
        therapy: Therapy,
        weight_kg: float,
        rng: np.random.Generator | None = None,
    ) -> tuple[Dose, ...]:
        """Return the doses that one patient receives.

        Parameters
        ----------
        therapy
            Names the species dosed: intravenous doses go into ``{id}_central``, the others into
            ``{id}_depot``, a lag time later where the therapy has one.
        weight_kg
            Body weight, kg.
        rng
            The patient's own generator; needed only when `missed_probability` is above 0.

        Returns
        -------
        tuple of tolerogen.engine.Dose
            In order of time (days), amounts in mg.

        Raises
        ------
        SpecError
            The therapy has no depot for the route, the weight is not positive, or doses are to
            be missed by chance and no generator was given.
        """
        from tolerogen.engine import Dose

        if not weight_kg > 0:
            raise SpecError(f"regimen '{self.name}': weight is {weight_kg} kg; it must be above 0.")
        return tuple(
            Dose(
                time=day + therapy.lag(rule.route),
                amount=rule.milligrams(weight_kg),
                into=therapy.dosed_species(rule.route),
                duration=rule.duration,
            )
            for day, rule in self.given(rng)
        )

    def given(self, rng: np.random.Generator | None = None) -> tuple[tuple[float, DoseRule], ...]:
        """Return day and rule of each dose that one patient receives, in order of time.

        Parameters
        ----------
        rng
            As for `doses`.
        """
        planned = sorted(
            ((day, rule) for rule in self.rules for day in rule.days), key=lambda item: item[0]
        )
        taken = self._taken(len(planned), rng)
        return tuple(dose for dose, kept in zip(planned, taken, strict=True) if kept)

    def _taken(self, count: int, rng: np.random.Generator | None) -> list[bool]:
        taken = [number not in self.missed for number in range(1, count + 1)]
        if self.missed_probability == 0:
            return taken
        if rng is None:
            raise SpecError(
                f"regimen '{self.name}': doses are missed with probability "
                f"{self.missed_probability:g}; pass the patient's random generator as rng."
            )
        drawn = rng.random(count) >= self.missed_probability
        return [given and bool(kept) for given, kept in zip(taken, drawn, strict=True)]
