"""What a trial can take as an endpoint: the measures of the disease, and which way is better.

A measure knows which way is good for the patient, so that "in the favourable direction" means
the same for a disease score, where less is better, and for salivary flow, where more is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from tolerogen.diseases import Disease


@dataclass(frozen=True)
class Measure:
    """An observed quantity.

    Attributes
    ----------
    id
        Column of the observations.
    label, unit
        For tables and figures.
    better
        -1 when a fall is good for the patient, +1 when a rise is.
    """

    id: str
    label: str
    unit: str
    better: int = -1

    @property
    def title(self) -> str:
        """Label with the unit, for an axis."""
        return f"{self.label} ({self.unit})"


def measures(disease: Disease) -> dict[str, Measure]:
    """Return the measures of a disease by id.

    Scores, scales, levels and laboratory values count as better when they fall, function tests
    when they rise; a trial file may say otherwise (``better = "higher"``).

    Raises
    ------
    SpecError
        When the disease's ``endpoints.toml`` cannot be read.
    """
    from tolerogen.diseases.endpoints import read_endpoints

    given = read_endpoints(disease.folder)
    found = [Measure(score.id, _short(score.id, score.name), "points") for score in given.score]
    found += [Measure(c.id, _short(c.id, c.name), "points") for c in given.composite]
    found += [Measure(s.id, s.name, f"{s.low:g}-{s.high:g}") for s in given.scale]
    found += [Measure(t.id, t.name, t.unit, better=1) for t in given.test]
    found += [Measure(lab.id, lab.name, lab.unit) for lab in given.lab]
    found += [Measure(given.level_column(d.id), d.name, "level") for d in given.domain]
    return {item.id: item for item in found}


def pick(name: str, known: dict[str, Measure], *, where: str) -> Measure:
    """Return a measure by id.

    Raises
    ------
    SpecError
        Names the file and key, and the closest measure.
    """
    if name not in known:
        raise SpecError(f"{where}: there is no measure '{name}'; {choices(name, known)}")
    return known[name]


def _short(identifier: str, name: str) -> str:
    """Use the written-out name of a score unless it is longer than a table can bear."""
    head = name.split(",")[0]
    return head if len(head) <= 24 else identifier.upper()
