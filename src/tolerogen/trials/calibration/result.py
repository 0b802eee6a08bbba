"""What a calibration found: posterior, fit, what the data could tell, and what was predicted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.calibration.emulator import Emulator
from tolerogen.trials.calibration.inputs import Inputs, Observation
from tolerogen.trials.calibration.likelihood import published, spread
from tolerogen.trials.calibration.sampler import Chains
from tolerogen.trials.calibration.weighting import Weighted

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Z90 = 1.6448536269514722


@dataclass(frozen=True)
class LeftOut:
    """A difference predicted without any trial of its mechanism: mean and SD over parameters."""

    observation: Observation
    predicted: float
    parameter_sd: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Result of `calibrate`.

    Attributes
    ----------
    scores, outcomes
        All simulated sets; the first `prior_sets` come from the prior.
    emulator, chains, weighted
        The stand-in, the posterior by chains, and the second way to it.
    left_out
        Leave-one-mechanism-out predictions of published differences.
    """

    inputs: Inputs
    seed: int
    content: str
    scores: Array
    outcomes: Array
    prior_sets: int
    emulator: Emulator
    chains: Chains
    weighted: Weighted
    left_out: tuple[LeftOut, ...]

    def posterior(self) -> pd.DataFrame:
        """Return the draws: one row a draw of equal weight, one column a parameter."""
        import pandas as pd

        names = [item.parameter for item in self.inputs.free]
        return pd.DataFrame(self.inputs.values(self.chains.draws), columns=names)

    def fit(self) -> pd.DataFrame:
        """Return every observation beside what prior and posterior say of it.

        Columns: what it is; ``published, sd`` (with discrepancy, on the scale of the outcomes);
        ``prior_mean, prior_sd``; ``predicted, parameter_sd``; ``z``; ``inside90``;
        ``emulator_r2, emulator_noise``.
        """
        import pandas as pd

        found = self.emulator(self.chains.draws)
        before = self.outcomes[: self.prior_sets]
        rows = []
        for i, item in enumerate(self.inputs.observations):
            sd = spread(item, self.inputs.settings.likelihood)
            mean, own = float(found[:, i].mean()), float(found[:, i].std(ddof=1))
            numeric = item.kind not in ("no_difference", "falls")
            z = (published(item) - mean) / np.hypot(sd, own) if numeric else np.nan
            rows.append(
                {
                    "trial_id": item.trial_id,
                    "arm": item.arm,
                    "mechanism": item.mechanism,
                    "measure": item.measure,
                    "week": item.week,
                    "kind": item.kind,
                    "subset": item.subset,
                    "published": published(item) if numeric else np.nan,
                    "sd": sd,
                    "prior_mean": float(np.nanmean(before[:, i])),
                    "prior_sd": float(np.nanstd(before[:, i], ddof=1)),
                    "predicted": mean,
                    "parameter_sd": own,
                    "z": float(z),
                    "inside90": bool(abs(z) <= Z90) if numeric else None,
                    "emulator_r2": float(self.emulator.r2[i]),
                    "emulator_noise": float(self.emulator.noise[i]),
                    "source": item.source,
                }
            )
        return pd.DataFrame(rows)

    def parameters(self) -> pd.DataFrame:
        """Return what the data could tell of each free parameter.

        Columns: ``prior_median, low, median, high`` (5 %, 50 %, 95 % of the posterior, in the
        unit of the parameter); ``contraction``, 1 less the posterior variance over that of the
        prior on the scale of the prior; ``shift``, posterior mean in prior SDs;
        ``shift_weighted``, the same by weights.
        """
        import pandas as pd

        draws = self.chains.draws
        values = self.inputs.values(draws)
        by_weight = self.weighted.weights @ self.scores
        low, median, high = np.quantile(values, [0.05, 0.5, 0.95], axis=0)
        return pd.DataFrame(
            {
                "parameter": [item.parameter for item in self.inputs.free],
                "prior_median": [item.value for item in self.inputs.free],
                "low": low,
                "median": median,
                "high": high,
                "contraction": 1 - draws.var(axis=0, ddof=1),
                "shift": draws.mean(axis=0),
                "shift_weighted": by_weight,
                "source": [item.source for item in self.inputs.free],
            }
        )

    def predictions(self) -> pd.DataFrame:
        """Return the leave-one-mechanism-out predictions beside a class-blind mean.

        ``naive`` is the mean of the published differences in the same measure of the other
        mechanisms.
        """
        import pandas as pd

        rows = []
        for item in self.left_out:
            mine = item.observation
            others = [
                o.observation.value
                for o in self.left_out
                if o.observation.mechanism != mine.mechanism
                and (o.observation.measure == "esspri") == (mine.measure == "esspri")
            ]
            sd = float(np.hypot(mine.sd, item.parameter_sd))
            rows.append(
                {
                    "mechanism": mine.mechanism,
                    "trial_id": mine.trial_id,
                    "arm": mine.arm,
                    "measure": mine.measure,
                    "published": mine.value,
                    "se": mine.sd,
                    "predicted": item.predicted,
                    "parameter_sd": item.parameter_sd,
                    "naive": float(np.mean(others)) if others else np.nan,
                    "inside90": abs(mine.value - item.predicted) <= Z90 * sd,
                }
            )
        return pd.DataFrame(rows)

    def summary(self) -> dict[str, Any]:
        """Return the figures to judge the calibration by."""
        table = self.fit()
        differences = table[table["kind"] == "difference"]
        out = self.predictions()
        active = out[out["measure"] != "esspri"]
        return {
            "disease": self.inputs.disease.id,
            "seed": self.seed,
            "content": self.content,
            "sets": len(self.scores),
            "prior_sets": self.prior_sets,
            "plausible_patients": len(self.scores) * self.inputs.settings.simulation.patients,
            "draws": len(self.chains.draws),
            "effective_sample_size": self.chains.effective,
            "accepted": self.chains.accepted,
            "weighted_effective_sample_size": self.weighted.effective,
            "largest_shift_apart": self._apart(),
            "differences": len(differences),
            "differences_inside90": float(differences["inside90"].astype(float).mean()),
            "left_out": {
                "arms": len(active),
                "mean_absolute_error": float(
                    (active["predicted"] - active["published"]).abs().mean()
                ),
                "naive_mean_absolute_error": float(
                    (active["naive"] - active["published"]).abs().mean()
                ),
                "rank_correlation": _ranks(active),
                "inside90": float(active["inside90"].mean()),
            },
        }

    def to_json(self) -> str:
        """Return summary and tables as one JSON document."""
        import json

        from tolerogen.trials.calibration.write import document

        return json.dumps(document(self), indent=1)

    def write(self, out: str | Path) -> Path:
        """Write the posterior, the tables and the figures into a folder, whole or not at all.

        Files: ``posterior.csv`` (for ``trial validate --posterior``), ``fit.csv``,
        ``parameters.csv``, ``left_out.csv``, ``result.json``, ``fit.svg``, ``parameters.svg``.

        Raises
        ------
        OutputError
            When the folder cannot be written.
        """
        from tolerogen.trials.calibration.write import write

        return write(self, out)

    def _apart(self) -> float:
        """Largest difference of the two ways' posterior means, in prior SDs."""
        table = self.parameters()
        return float((table["shift"] - table["shift_weighted"]).abs().max())


def _ranks(table: pd.DataFrame) -> float | None:
    from scipy.stats import spearmanr

    if len(table) < 3:
        return None
    return float(spearmanr(table["predicted"], table["published"]).statistic)
