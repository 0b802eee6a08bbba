"""Small tables of our own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tolerogen.safety.signals import Margins, PairCounts, expected_counts


def counts_of(n, expected=None, *, drug=None, event=None) -> PairCounts:
    """Make counts from lists; without drugs and events every pair has its own."""
    n = np.asarray(n, np.int64)
    drug = np.arange(len(n)) if drug is None else drug
    event = np.arange(len(n)) if event is None else event
    drugs, drug = np.unique(np.asarray(drug), return_inverse=True)
    events, event = np.unique(np.asarray(event), return_inverse=True)
    margins, unit = None, "given"
    if expected is None:
        margins = Margins(
            np.bincount(drug, n)[None].astype(float),
            np.bincount(event, n)[None].astype(float),
            np.array([float(n.sum())]),
        )
        expected, unit = expected_counts(margins, drug, event), "pairs"
    return PairCounts(
        drugs.astype(object),
        events.astype(object),
        drug.astype(np.int32),
        event.astype(np.int32),
        n,
        np.asarray(expected, float),
        margins,
        unit,
    )


def with_margins(n, n_drug, n_event, total) -> PairCounts:
    """Make counts of one pair with its margins."""
    margins = Margins(np.array([[n_drug]], float), np.array([[n_event]], float), np.array([total]))
    zero = np.zeros(1, np.int32)
    names = np.array(["x"], dtype=object)
    expected = expected_counts(margins, zero, zero)
    return PairCounts(names, names, zero, zero, np.array([n]), expected, margins, "reports")


def draw_table(seed: int, prior, drugs: int, events: int, total: float) -> PairCounts:
    """Draw a complete table of counts from a prior: every cell, zeros too."""
    rng = np.random.default_rng(seed)
    row = rng.gamma(0.7, 1.0, drugs) + 1e-3
    column = rng.gamma(0.7, 1.0, events) + 1e-3
    expected = np.outer(row, column).ravel()
    expected *= total / expected.sum()
    first = rng.random(expected.size) < prior.p
    alpha = np.where(first, prior.alpha1, prior.alpha2)
    beta = np.where(first, prior.beta1, prior.beta2)
    n = rng.poisson(rng.gamma(alpha, 1 / beta) * expected)
    drug, event = np.divmod(np.arange(expected.size), events)
    return counts_of(n, expected, drug=drug, event=event)


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False, na_values=["NA"])
