"""A forecast of recruitment: as sentences, a table, a picture, a document."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.provenance import content_hash, finite, versions
from tolerogen.trials.recruitment.looks import look_days
from tolerogen.trials.recruitment.observed import Fit, Observed
from tolerogen.trials.recruitment.plan import INTERVAL, MONTH, Recruitment
from tolerogen.trials.text_page import blank_page, text_of
from tolerogen.trials.write import write_folder

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from rich.table import Table

    Array = NDArray[np.float64]

FORMAT = "tolerogen-recruitment/1"
WIDTH = 118
LINES = 24  # months in the table for people; every n-th beyond
SOURCES = (
    "Anisimov VV, Fedorov VV, Stat Med 2007;26:4958 (doi:10.1002/sim.2956)",
    "Anisimov VV, Commun Stat Theory Methods 2011;40 (doi:10.1080/03610926.2011.581189)",
)


@dataclass(frozen=True, eq=False)
class RecruitmentForecast:
    """Trials drawn from a plan, or from what centres have done.

    Attributes
    ----------
    plan
        What was planned.
    days
        Days on which the patients still wanted are randomised, rising, shape (replicates,
        patients); they count from the start of the trial.
    regions
        Patients still to come from each region, shape (replicates, regions).
    idle
        Mean share of centres that randomise nobody from now on.
    already
        Patients randomised before.
    seed
        Of the draws.
    observed, fit
        What centres had done, and the rates it gave; None where the plan alone was used.
    sure, enough
        Probability with which the trial is to be full by the day that the plan names, and the plan
        with the fewest centres that reaches it: None where none does, or none was looked for.
    """

    plan: Recruitment
    days: Array
    regions: Array
    idle: float
    already: int
    seed: int
    observed: Observed | None = None
    fit: Fit | None = None
    sure: float | None = None
    enough: Recruitment | None = None

    @property
    def full(self) -> Array:
        """Days on which the last patient is randomised, shape (replicates,)."""
        return np.asarray(self.days[:, -1])

    def quantile(self, probability: float) -> float:
        """Return the day by which the trial is full with a probability."""
        return float(np.quantile(self.full, probability))

    def by(self, day: float) -> float:
        """Return the probability that the trial is full by a day."""
        return float((self.full <= day).mean())

    @property
    def screened(self) -> int | None:
        """Patients to screen for those still wanted, expected; None where that is not known."""
        share = self.plan.screen_failure
        return None if share is None else round((self.plan.patients - self.already) / (1 - share))

    def frame(self) -> pd.DataFrame:
        """Return patients randomised by the end of each month.

        ``month`` (from the start), ``mean``, ``low`` and ``high`` (80 % interval), and
        ``full``, the probability that the trial is full.
        """
        import pandas as pd

        first = 0 if self.observed is None else int(self.observed.day // MONTH) + 1
        last = int(np.ceil(np.quantile(self.full, 0.99) / MONTH))
        rows = []
        for month in range(first, max(first, last) + 1):
            counts = self.already + (self.days <= month * MONTH).sum(axis=1)
            low, high = np.quantile(counts, INTERVAL)
            rows.append((month, counts.mean(), low, high, self.by(month * MONTH)))
        return pd.DataFrame(rows, columns=["month", "mean", "low", "high", "full"])

    def summary(self) -> str:
        """Return a page of text."""
        console = blank_page(WIDTH)
        centres = self.plan.centres if self.observed is None else len(self.observed.centres)
        console.print(
            f"{self.plan.name}: recruitment of {self.plan.patients} patients in {centres} centres"
        )
        if self.observed is not None:
            console.print(f"{self.already} randomised by {self.observed.on}")
        console.print(self._table())
        console.print(self.explain())
        for row in look_days(self).to_dict("records"):
            console.print(self._look(row))
        return text_of(console)

    def explain(self) -> str:
        """Say in plain words when the trial will be full, how sure that is, what it rests on."""
        low, middle, high = (self.quantile(p) for p in (INTERVAL[0], 0.5, INTERVAL[1]))
        dates = self._dates(low, middle, high)
        text = (
            f"Last patient in after {_months(middle)} months, in 8 of 10 trials between "
            f"{_months(low)} and {_months(high)}{f' ({dates})' if dates else ''}; the last visit "
            f"follows {self.plan.follow_up / 7:g} weeks later."
        )
        if self.plan.finish is not None:
            text += (
                f" Full by month {_months(self.plan.finish)}, as planned, with a probability of "
                f"{self.by(self.plan.finish):.0%}.{self._needs()}"
            )
        if self.screened is not None:
            text += f" About {self.screened} are to be screened."
        return (
            f"{text} {self.idle:.0%} of centres will randomise nobody"
            f"{'' if self.observed is None else ' more'}. {self._rests()}"
        )

    def _needs(self) -> str:
        if self.sure is None:
            return ""
        if self.enough is None:
            return (
                f" No number of centres makes that {self.sure:.0%}: they open too late, or regions "
                "are capped."
            )
        shares = ", ".join(f"{region.name} {region.centres}" for region in self.enough.regions)
        return f" It would be {self.sure:.0%} with {self.enough.centres} centres ({shares})."

    def plot(self) -> Figure:
        """Draw patients against time with the 80 % interval, and what was observed."""
        from tolerogen.trials.figures.style import styled
        from tolerogen.trials.recruitment.figure import draw

        with styled():
            return draw(self)

    def to_json(self) -> str:
        """Return one JSON document."""
        plan = self.plan
        ends = {f"p{100 * p:g}": self.quantile(p) for p in (0.025, 0.1, 0.5, 0.9, 0.975)}
        document: dict[str, Any] = {
            "format": FORMAT,
            "name": plan.name,
            "patients": plan.patients,
            "already": self.already,
            "unit": "day",
            "told": self.explain(),
            "full": ends,
            "last_visit": {name: day + plan.follow_up for name, day in ends.items()},
            "finish": plan.finish,
            "probability": None if plan.finish is None else self.by(plan.finish),
            "sure": self.sure,
            "centres_needed": None
            if self.enough is None
            else {region.name: region.centres for region in self.enough.regions},
            "screened": self.screened,
            "idle_centres": self.idle,
            "regions": [
                {"name": region.name, "patients": mean}
                for region, mean in zip(plan.regions, self.regions.mean(axis=0), strict=True)
            ],
            "months": self.frame().to_dict("records"),
            "looks": finite(look_days(self).to_dict("records")),
            "fit": None if self.fit is None else self._fitted(self.fit),
            "start": None if self.observed is None else self.observed.start.isoformat(),
            "on": None if self.observed is None else self.observed.on.isoformat(),
            "provenance": {
                "content": self.content(),
                "seed": self.seed,
                "replicates": int(self.full.size),
                "versions": versions(),
                "sources": SOURCES,
            },
        }
        return json.dumps(document, indent=1, allow_nan=False)

    def content(self) -> str:
        """Hash of everything that determines the numbers."""
        seen = None if self.observed is None else [str(x) for x in self.observed.centres]
        on = None if self.observed is None else self.observed.on.isoformat()
        return content_hash(
            [asdict(self.plan), seen, on, int(self.full.size), self.seed, self.sure]
        )

    def write(self, out: str | Path) -> Path:
        """Write ``result.json``, ``months.csv`` and the figure to a folder, whole or not at all.

        Raises
        ------
        OutputError
            As `write_result`.
        """
        return write_folder(out, self.content(), self._fill)

    def _fill(self, folder: Path) -> None:
        from tolerogen.trials.figures.style import save

        (folder / "result.json").write_text(self.to_json() + "\n", encoding="utf-8")
        self.frame().to_csv(folder / "months.csv", index=False)
        save(self.plot(), folder / "recruitment")

    def _table(self) -> Table:
        from rich.box import SIMPLE_HEAD
        from rich.table import Table

        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name in ("Month", "Randomised", "8 of 10 trials", "Full"):
            table.add_column(name, justify="right", no_wrap=True)
        frame = self.frame()
        step = -(-len(frame) // LINES)
        for row in frame.iloc[::step].to_dict("records"):
            table.add_row(
                f"{row['month']:.0f}",
                f"{row['mean']:.0f}",
                f"{row['low']:.0f} to {row['high']:.0f}",
                f"{row['full']:.0%}",
            )
        return table

    def _dates(self, *days: float) -> str:
        """Return three days as dates, the middle one first; nothing for a plan, which has none."""
        if self.observed is None:
            return ""
        start = self.observed.start
        low, middle, high = (start + timedelta(days=int(np.ceil(day))) for day in days)
        return f"{middle}; {low} to {high}"

    def _look(self, row: dict[Any, float]) -> str:
        head = f"Look at {row['share']:.0%}: {row['patients']:.0f} patients with their endpoint"
        if np.isnan(row["day"]):
            return f"{head}. They are randomised already; the day follows from when."
        days = [row[name] for name in ("day_low", "day", "day_high")]
        dates = self._dates(*days)
        return (
            f"{head} after {_months(days[1])} months ({_months(days[0])} to {_months(days[2])}"
            f"{f'; {dates}' if dates else ''}); by then "
            f"{row['randomised']:.0f} ({row['randomised_low']:.0f} to {row['randomised_high']:.0f})"
            f" of {self.plan.patients} are randomised."
        )

    def _rests(self) -> str:
        if self.fit is None:
            return (
                "This rests on the rates and openings that were planned; centres differ by a "
                f"coefficient of variation of {self.plan.spread:g}."
            )
        if not self.fit.learnt:
            return (
                "Counts are too few to tell mean and spread, which stay as planned; each centre's "
                "own count moves its own rate."
            )
        fitted = self._fitted(self.fit)
        return (
            f"Centres randomise {fitted['factor']:.2f} times ({fitted['factor_low']:.2f} to "
            f"{fitted['factor_high']:.2f}) what was planned; they differ by a coefficient of "
            f"variation of {fitted['spread']:.2f}."
        )

    @staticmethod
    def _fitted(found: Fit) -> dict[str, Any]:
        half = 1.96 * float(np.sqrt(found.covariance[1, 1]))
        return {
            "learnt": found.learnt,
            "factor": float(np.exp(found.log_factor)),
            "factor_low": float(np.exp(found.log_factor - half)),
            "factor_high": float(np.exp(found.log_factor + half)),
            "spread": float(np.exp(-found.log_shape / 2)),
        }


def _months(day: float) -> str:
    return f"{day / MONTH:.1f}"
