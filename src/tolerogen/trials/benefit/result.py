"""Endotypes and who is helped, as one result: tables, JSON, folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.patients.endotypes import Endotypes
from tolerogen.provenance import finite, versions
from tolerogen.result_folder import write_folder
from tolerogen.trials.benefit.enrichment import Costs, Design
from tolerogen.trials.benefit.groups import Decile, GroupBenefit
from tolerogen.trials.benefit.rule import Rule

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "tolerogen-endotypes/1"


@dataclass(frozen=True)
class TherapyBenefit:
    """Who is helped by one therapy.

    Attributes
    ----------
    failed
        Patients whose simulation failed; they are left out.
    everybody, groups
        All who were enrolled, and each endotype.
    deciles
        By predicted benefit, the worst first.
    rule
        Few questions that find those who gain.
    designs
        Trials at equal cost; empty where no costs were given.
    """

    therapy: str
    target: str
    regimen: str
    failed: int
    everybody: GroupBenefit
    groups: tuple[GroupBenefit, ...]
    deciles: tuple[Decile, ...]
    rule: Rule
    designs: tuple[Design, ...]


@dataclass(frozen=True, eq=False)
class BenefitResult:
    """Endotypes of a disease, and which therapy helps whom.

    Attributes
    ----------
    improvement
        Points that count as help.
    patients, screened
        Enrolled for each therapy, and candidates looked at to find them.
    draws
        Parameter sets; with one there is no uncertainty of the parameters in the numbers.
    """

    endotypes: Endotypes
    measure: str
    improvement: float
    week: float
    patients: int
    screened: int
    draws: int
    entry: tuple[str, ...]
    costs: Costs | None
    therapies: tuple[TherapyBenefit, ...]
    seed: int
    content: str

    def by_endotype(self) -> pd.DataFrame:
        """Return one row a therapy and group, everybody first."""
        import pandas as pd

        rows = [
            {"therapy": item.therapy, "regimen": item.regimen, **asdict(group)}
            for item in self.therapies
            for group in (item.everybody, *item.groups)
        ]
        return pd.DataFrame(rows)

    def by_decile(self) -> pd.DataFrame:
        """Return one row a therapy and decile of predicted benefit."""
        import pandas as pd

        rows = [
            {"therapy": item.therapy, "regimen": item.regimen, **asdict(decile)}
            for item in self.therapies
            for decile in item.deciles
        ]
        return pd.DataFrame(rows)

    def at_equal_cost(self) -> pd.DataFrame:
        """Return one row a therapy and share of patients enrolled."""
        import pandas as pd

        rows = [
            {"therapy": item.therapy, "regimen": item.regimen, **asdict(design)}
            for item in self.therapies
            for design in item.designs
        ]
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data; numbers that do not exist are None."""
        document = {
            "format": FORMAT,
            "disease": self.endotypes.disease,
            "warning": self.endotypes.warning,
            "provenance": {
                "content": self.content,
                "seed": self.seed,
                "draws": self.draws,
                "versions": versions(),
            },
            "endotypes": self.endotypes.to_dict(),
            "measure": self.measure,
            "improvement": self.improvement,
            "week": self.week,
            "patients": self.patients,
            "screened": self.screened,
            "entry": self.entry,
            "costs": asdict(self.costs) if self.costs else None,
            "therapies": [asdict(item) for item in self.therapies],
        }
        return {key: finite(value) for key, value in document.items()}

    def to_json(self) -> str:
        """Return one JSON document."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False)

    def to_markdown(self) -> str:
        """Return the result as a page of tables."""
        from tolerogen.trials.benefit.page import page

        return page(self)

    def write(self, out: str | Path) -> Path:
        """Write ``result.json``, tables, ``endotypes.md``, ``centres.csv`` and figures.

        Raises
        ------
        OutputError
            When the folder cannot be written; what stood there before is still there then.
        """
        return write_folder(out, self.content, self._fill)

    def _fill(self, folder: Path) -> None:
        from tolerogen.drawing import save, styled
        from tolerogen.trials.benefit import figure

        (folder / "result.json").write_text(self.to_json() + "\n", encoding="utf-8")
        (folder / "endotypes.md").write_text(self.to_markdown(), encoding="utf-8")
        self.endotypes.centres.write(folder / "centres.csv", remark(self.endotypes))
        self.endotypes.probabilities.to_parquet(folder / "probabilities.parquet")
        with styled():
            save(figure.draw_classes(self.endotypes), folder / "classes")
        if not self.therapies:
            return
        self.by_endotype().to_csv(folder / "by_endotype.csv", index=False)
        self.by_decile().to_csv(folder / "by_decile.csv", index=False)
        with styled():
            save(figure.draw_helped(self), folder / "helped")
            save(figure.draw_deciles(self), folder / "deciles")
        if self.costs is not None:
            self.at_equal_cost().to_csv(folder / "at_equal_cost.csv", index=False)


def remark(endotypes: Endotypes) -> str:
    """Say where a table of centres is from."""
    return (
        f"fitted to {endotypes.patients} virtual patients of '{endotypes.disease}' by "
        f"tolerogen population endotypes, seed {endotypes.seed}, content {endotypes.content}; "
        "means and covariances of natural logarithms where the scale is log"
    )
