"""The result of a validation: a row an arm and metric, a summary, and what is left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.provenance import finite, plain, versions
from tolerogen.trials.validation.outcome import Outcome, Uncompared
from tolerogen.trials.validation.predict import Prediction
from tolerogen.trials.validation.score import Forecast, inside, score
from tolerogen.trials.write import write_folder

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.validation.design import Unrepresented

FORMAT = "tolerogen-trial-validation/1"


@dataclass(frozen=True)
class Remarks:
    """What was assumed in a design, and the conditions of entry that could not be read."""

    trial_id: str
    arms: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One active arm and metric: prediction, and outcome where it is known.

    Attributes
    ----------
    designed
        Whether the metric is that of the primary endpoint.
    outcome, naive
        What was published, and what the class-blind mean said; None where nothing is known.
    """

    trial_id: str
    drug: str
    prediction: Prediction
    designed: bool
    outcome: Outcome | None
    naive: Forecast | None

    @property
    def z(self) -> float | None:
        """Published minus predicted, in predictive standard deviations."""
        if self.outcome is None or not self.prediction.sd > 0:
            return None
        return (self.outcome.difference - self.prediction.predicted) / self.prediction.sd

    @property
    def inside90(self) -> bool | None:
        """Whether the published difference lies in the 90 % interval."""
        known = self.outcome
        return None if known is None else inside(known.difference, self.prediction.pi90)

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data."""
        item, known = self.prediction, self.outcome
        head = {"trial_id": self.trial_id, "drug": self.drug, **asdict(item)}
        return head | {
            "designed": self.designed,
            "published": known.difference if known else None,
            "published_se": known.se if known else None,
            "ci_low": known.ci_low if known else None,
            "ci_high": known.ci_high if known else None,
            "ci_level": known.ci_level if known else None,
            "significant": known.significant if known else None,
            "z": self.z,
            "inside50": inside(known.difference, item.pi50) if known else None,
            "inside90": self.inside90,
            "naive": asdict(self.naive) if self.naive else None,
        }


@dataclass(frozen=True)
class ValidationResult:
    """Predictions of published trials and how they compare.

    Attributes
    ----------
    rows
        One an active arm and metric.
    unrepresented
        Trials and arms that are not predicted, with the reason.
    uncompared
        Published results that are not compared, with the reason.
    remarks
        What was assumed in each design.
    posterior, draws
        Where the parameter sets are from, and how many there are.
    naive_from
        Whose mean the naive model predicts.
    """

    disease: str
    warning: str
    rows: tuple[Row, ...]
    unrepresented: tuple[Unrepresented, ...]
    uncompared: tuple[Uncompared, ...]
    remarks: tuple[Remarks, ...]
    posterior: str
    draws: int
    replicates: int
    seed: int
    content: str
    naive_from: str

    @property
    def summary(self) -> dict[str, Any]:
        """Return the figures over all arms with an outcome, in all and by metric."""
        known = [row for row in self.rows if row.outcome is not None]
        by_metric = {
            metric: _figures([row for row in known if row.prediction.metric == metric])
            for metric in dict.fromkeys(row.prediction.metric for row in known)
        }
        return {
            **_figures(known),
            "naive_from": self.naive_from,
            "by_metric": by_metric,
            "arms_predicted": len({(r.trial_id, r.prediction.arm) for r in self.rows}),
            "trials_predicted": len({row.trial_id for row in self.rows}),
            "unrepresented": len(self.unrepresented),
        }

    def frame(self) -> pd.DataFrame:
        """Return the rows as a table; intervals in two columns each."""
        import pandas as pd

        flat = []
        for row in self.rows:
            data = row.to_dict()
            naive = data.pop("naive")
            for name in ("pi50", "pi90", "placebo_pi90"):
                data[f"{name}_low"], data[f"{name}_high"] = data.pop(name)
            flat.append({**data, "naive_predicted": naive["predicted"] if naive else None})
        return pd.DataFrame(flat)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data; numbers that do not exist are None."""
        document = {
            "format": FORMAT,
            "disease": self.disease,
            "warning": self.warning,
            "posterior": {"source": self.posterior, "draws": self.draws},
            "provenance": {
                "content": self.content,
                "seed": self.seed,
                "replicates": self.replicates,
                "versions": versions(),
            },
            "arms": [row.to_dict() for row in self.rows],
            "summary": self.summary,
            "unrepresented": plain(self.unrepresented),
            "uncompared": plain(self.uncompared),
            "designs": plain(self.remarks),
        }
        return {key: finite(value) for key, value in document.items()}

    def to_json(self) -> str:
        """Return the result as one JSON document, the same text for the same content."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False)

    def write(self, out: str | Path) -> Path:
        """Write ``result.json`` and ``arms.csv`` to a folder.

        Raises
        ------
        OutputError
            As `tolerogen.trials.write_result`.
        """
        return write_folder(out, self.content, self._fill)

    def _fill(self, folder: Path) -> None:
        (folder / "result.json").write_text(self.to_json() + "\n", encoding="utf-8")
        self.frame().to_csv(folder / "arms.csv", index=False)


def _figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Score a group of arms, the naive model on the same arms as far as it has an answer."""
    pairs = [(_forecast(r.prediction), r.outcome) for r in rows if r.outcome is not None]
    rival = [(r.naive, r.outcome) for r in rows if r.outcome is not None and r.naive is not None]
    paired = [r for r in rows if r.outcome is not None and r.outcome.se is not None]
    mine = asdict(score(pairs))
    theirs = asdict(score(rival, ranked=False))
    errors = [o.se for r in paired if (o := r.outcome) is not None and o.se is not None]
    return {
        **mine,
        "mean_sd": float(np.mean([r.prediction.sd for r in paired])) if paired else None,
        "mean_published_se": float(np.mean(errors)) if errors else None,
        "naive": theirs,
    }


def _forecast(item: Prediction) -> Forecast:
    return Forecast(item.predicted, item.pi50, item.pi90, item.p_significant)
