"""The result: one row a pair, with what it was computed from and what to beware of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tolerogen.provenance import plain
from tolerogen.safety.signals.counts import PairCounts, Scores
from tolerogen.safety.signals.ebgm import Fit, Prior

COLUMNS = ("drug", "event", "n", "expected", "estimate", "low", "high", "score", "method")


@dataclass(frozen=True)
class SignalTable:
    """Disproportionality of every pair by one method.

    Attributes
    ----------
    counts
        The pairs and their counts.
    method
        Name of the method, such as ``ebgm``.
    level
        Coverage of the interval.
    criterion
        The usual criterion for a signal, in words with its source.
    table
        Estimate, low, high, score of each pair.
    signal
        Which pairs fulfil the criterion.
    prior, form, fit
        Of EBGM: the hyperparameters, the likelihood, and the fit unless they were given.
    subgroup
        Value of the column that the analysis was divided by.
    notes
        What a reader must know, in words.
    p
        p-value of each pair, of methods that have one.
    """

    counts: PairCounts
    method: str
    level: float
    criterion: str
    table: Scores
    signal: np.ndarray
    prior: Prior | None = None
    form: str | None = None
    fit: Fit | None = None
    subgroup: str | None = None
    notes: tuple[str, ...] = ()
    p: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.counts)

    def order(self) -> np.ndarray:
        """Return the order of the pairs by score, the highest first; pairs without one last."""
        score = np.where(np.isnan(self.table.score), -np.inf, self.table.score)
        return np.argsort(-score, kind="stable")

    def frame(self, *, limit: int | None = None) -> pd.DataFrame:
        """Return the pairs as a table, the highest score first.

        Parameters
        ----------
        limit
            How many rows; all by default.
        """
        at = self.order()[:limit]
        counts, table = self.counts, self.table
        columns: dict[str, Any] = {
            "drug": pd.Categorical.from_codes(counts.drug[at].tolist(), _unique(counts.drugs)),
            "event": pd.Categorical.from_codes(counts.event[at].tolist(), _unique(counts.events)),
            "n": counts.n[at],
            "expected": counts.expected[at],
            "estimate": table.estimate[at],
            "low": table.low[at],
            "high": table.high[at],
            "score": table.score[at],
            "method": self.method,
            "signal": self.signal[at],
        }
        if self.p is not None:
            columns["p"] = self.p[at]
        if self.subgroup is not None:
            columns["subgroup"] = self.subgroup
        return pd.DataFrame(columns)

    def rows(self, *, limit: int | None = None) -> Iterator[dict[str, Any]]:
        """Yield the pairs as plain values; what has no value is None."""
        frame = self.frame(limit=limit)
        names = list(frame.columns)
        for values in frame.itertuples(index=False, name=None):
            yield {
                name: None if isinstance(value, float) and not np.isfinite(value) else value
                for name, value in zip(names, values, strict=True)
            }

    def header(self) -> dict[str, Any]:
        """Return everything but the rows, as plain values."""
        counts = self.counts
        margins = counts.margins
        return {
            "method": self.method,
            "level": self.level,
            "criterion": self.criterion,
            "unit": counts.unit,
            "reports": margins.n_total if margins is not None else None,
            "pairs": len(counts),
            "signals": int(self.signal.sum()),
            "strata": list(counts.strata),
            "ebgm_form": self.form,
            "hyperparameters": plain(self.prior),
            "fit": plain(self.fit),
            "subgroup": self.subgroup,
            "notes": list(self.notes),
        }

    def document(self, *, limit: int | None = None) -> dict[str, Any]:
        """Return header and rows as plain values."""
        return {**self.header(), "rows": [plain(row) for row in self.rows(limit=limit)]}

    def to_json(self, *, limit: int | None = None) -> str:
        """Write header and rows as JSON."""
        return json.dumps(plain(self.document(limit=limit)), allow_nan=False)

    def write(self, file: Path) -> None:
        """Write the rows to ``.csv`` or ``.parquet``; see `export.write_table`."""
        from tolerogen.safety.signals.export import write_table

        write_table([self], file)


def _unique(names: np.ndarray) -> pd.Index[str]:
    return pd.Index([str(name) for name in names])
