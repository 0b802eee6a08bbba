"""The outcome of a comparison: rows, counts, table, JSON, folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.provenance import finite, versions
from tolerogen.result_folder import write_folder

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "tolerogen-population-comparison/1"
VERDICTS = ("agrees", "between cohorts", "differs")


@dataclass(frozen=True)
class ComparisonRow:
    """One published value and its virtual twin.

    Attributes
    ----------
    published, simulated
        The statistic, in `unit`; shares and correlations have the unit 1.
    cohort_low, cohort_high
        What 95 % of cohorts of `n` virtual patients report; None where `n` is not known.
    verdict
        ``agrees``, ``between cohorts`` or ``differs`` (see `tolerogen.patients.comparison`).
    note
        Why a difference stays, where that is known.
    """

    measure: str
    population: str
    statistic: str
    where: str
    other: str
    unit: str
    published: float
    n: int | None
    simulated: float
    cohort_low: float | None
    cohort_high: float | None
    verdict: str
    note: str
    source: str

    @property
    def difference(self) -> float:
        """Simulated minus published."""
        return self.simulated - self.published

    @property
    def discrepancy(self) -> str:
        """Say in words what does not fit; empty where it agrees.

        Examples
        --------
        >>> row = ComparisonRow("igg", "trial", "mean", "", "", "g/L", 22.5, 28, 17.1, 14.8,
        ...     20.0, "differs", "28 patients chosen for rituximab", "Groningen")
        >>> row.discrepancy
        'simulated lower by 5.4 g/L: 28 patients chosen for rituximab'
        """
        if self.verdict == "agrees":
            return ""
        share = self.unit == "1" and not self.statistic.startswith(("ratio", "pear", "spear"))
        size = abs(self.difference) * (100 if share else 1)
        unit = " points of a hundred" if share else "" if self.unit == "1" else f" {self.unit}"
        text = f"simulated {'higher' if self.difference > 0 else 'lower'} by {size:.2g}{unit}"
        return f"{text}: {self.note}" if self.note else text

    @property
    def span(self) -> str:
        """What cohorts of the published size report, in words; empty where none is told."""
        if self.cohort_low is None or self.cohort_high is None:
            return ""
        return f"{self.cohort_low:.3g} to {self.cohort_high:.3g}"

    @property
    def label(self) -> str:
        """What was compared, in one line."""
        measure = self.measure if self.measure.count("|") < 3 else "any of several domains"
        text = f"{measure.replace('|', ' or ')}, {self.statistic.replace('_', ' ')}"
        text += f" with {self.other}" if self.other else ""
        return f"{text} where {self.where}" if self.where else text

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return {
            **asdict(self),
            "difference": self.difference,
            "discrepancy": self.discrepancy,
        }


@dataclass(frozen=True)
class Comparison:
    """Virtual patients beside published cohorts.

    Attributes
    ----------
    patients
        Virtual patients by population.
    names
        Title of each population.
    """

    disease: str
    warning: str
    patients: Mapping[str, int]
    names: Mapping[str, str]
    seed: int
    rows: tuple[ComparisonRow, ...]
    content: str

    @property
    def summary(self) -> dict[str, Any]:
        """Count verdicts, in all and by population."""
        groups = {"all": self.rows} | {
            name: tuple(row for row in self.rows if row.population == name)
            for name in self.patients
        }
        return {
            name: {"rows": len(rows)}
            | {verdict: sum(row.verdict == verdict for row in rows) for verdict in VERDICTS}
            for name, rows in groups.items()
        }

    def frame(self) -> pd.DataFrame:
        """Return the rows as a table."""
        import pandas as pd

        return pd.DataFrame([row.to_dict() for row in self.rows])

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data; numbers that do not exist are None."""
        return {
            "format": FORMAT,
            "disease": self.disease,
            "warning": self.warning,
            "provenance": {
                "content": self.content,
                "seed": self.seed,
                "patients": dict(self.patients),
                "versions": versions(),
            },
            "summary": self.summary,
            "rows": [{k: finite(v) for k, v in row.to_dict().items()} for row in self.rows],
        }

    def to_json(self) -> str:
        """Return one JSON document."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False)

    def to_markdown(self) -> str:
        """Return the comparison as a page of tables, one a population."""
        from tolerogen.patients.comparison.page import page

        return page(self)

    def write(self, out: str | Path) -> Path:
        """Write ``result.json``, ``rows.csv``, ``comparison.md`` and the figure to a folder.

        Raises
        ------
        OutputError
            When the folder cannot be written; what stood there before is still there then.
        """
        return write_folder(out, self.content, self._fill)

    def _fill(self, folder: Path) -> None:
        from tolerogen.drawing import save, styled
        from tolerogen.patients.comparison.figure import draw

        (folder / "result.json").write_text(self.to_json() + "\n", encoding="utf-8")
        (folder / "comparison.md").write_text(self.to_markdown(), encoding="utf-8")
        self.frame().to_csv(folder / "rows.csv", index=False)
        with styled():
            save(draw(self), folder / "comparison")
