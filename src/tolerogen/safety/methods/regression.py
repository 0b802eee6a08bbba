"""Shrinkage logistic regression: one event on all drugs at once.

Drugs are taken together, and a drug that only travels with the culprit looks guilty in a table of
pairs. A regression of the event on all drugs of a report asks what each adds to the others (Caster
O, Noren GN, Madigan D, Bate A, Stat Anal Data Min 2010;3:197-208, doi:10.1002/sam.10078). Log odds
ratios are drawn towards zero by a normal prior whose width is estimated from the same reports: the
width at which the reports are most probable, with the posterior taken as normal (Laplace).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import linalg, special, stats
from scipy.sparse import csc_array, csr_array

from tolerogen.errors import SpecError
from tolerogen.safety.methods.matrices import Matrices, members
from tolerogen.safety.signals.counts import Floats

STEPS = 100
NARROWEST, WIDEST = 1e-4, 10.0
"""Limits of the standard deviation of log odds ratios (assumed)."""


@dataclass(frozen=True)
class Regression:
    """Log odds ratios of one event.

    Attributes
    ----------
    event
        The event.
    drugs, n
        The drugs, and the reports that name each with the event.
    estimate, error
        Posterior mode and standard deviation of the log odds ratio, adjusted for the other drugs.
    width
        Standard deviation of the prior.
    left_out
        Drugs with too few reports, which were left out.
    """

    event: str
    drugs: np.ndarray
    n: np.ndarray
    estimate: Floats
    error: Floats
    width: float
    left_out: int

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Return ``drug, event, n, estimate, low, high, signal`` as odds ratios, highest first."""
        z = stats.norm.ppf(0.5 + level / 2)
        low = np.exp(self.estimate - z * self.error)
        frame = pd.DataFrame(
            {
                "drug": self.drugs,
                "event": self.event,
                "n": self.n,
                "estimate": np.exp(self.estimate),
                "low": low,
                "high": np.exp(self.estimate + z * self.error),
                "signal": (low > 1) & (self.n >= 3),
            }
        )
        return frame.sort_values("low", ascending=False, kind="stable", ignore_index=True)


def regress_event(
    reports: Matrices,
    event: str,
    *,
    fewest: int = 20,
    most: int = 2000,
    width: float | None = None,
) -> Regression:
    """Regress one event on the drugs.

    Parameters
    ----------
    reports
        The reports; concomitant drugs should be among them.
    event
        Name of the event.
    fewest, most
        Reports that a drug must have, and how many drugs are kept, those with most reports.
    width
        Standard deviation of the prior of log odds ratios; estimated by default.

    Raises
    ------
    SpecError
        When there is no such event, no drug has enough reports, or `width` is not above zero.
    """
    column = reports.event_at(event)
    if width is not None and not width > 0:
        raise SpecError("The width of the prior must be above zero.")
    often = np.diff(reports.drug.indptr)
    kept = np.flatnonzero(often >= fewest)
    kept = np.sort(kept[np.argsort(-often[kept], kind="stable")][:most])
    if not len(kept):
        raise SpecError(f"No drug has {fewest} reports; ask for fewer.")
    outcome = np.zeros(reports.n_reports)
    outcome[members(reports.event, column)] = 1.0
    together = _distinct(csr_array(reports.drug[:, kept]), outcome)
    fitted = _fit(*together, width)
    n = np.asarray(reports.drug[:, kept].T @ outcome).astype(int)
    return Regression(
        event, reports.drugs[kept], n, fitted[0], fitted[1], fitted[2], len(often) - len(kept)
    )


def _distinct(rows: csr_array, outcome: Floats) -> tuple[csc_array, Floats, Floats]:
    """Put reports with the same drugs together: rows, reports, events of each."""
    rows.sort_indices()
    keys: dict[bytes, int] = {}
    place = np.empty(rows.shape[0], np.int64)
    first: list[int] = []
    for k in range(rows.shape[0]):
        key = rows.indices[rows.indptr[k] : rows.indptr[k + 1]].tobytes()
        at = keys.setdefault(key, len(keys))
        if at == len(first):
            first.append(k)
        place[k] = at
    trials = np.bincount(place).astype(float)
    return csc_array(rows[first]), trials, np.bincount(place, outcome)


def _fit(
    x: csc_array, trials: Floats, events: Floats, width: float | None
) -> tuple[Floats, Floats, float]:
    """Fit mode and width in turn; return mode, error and width."""
    rows = csr_array(x)
    beta = np.zeros(x.shape[1] + 1)  # the last is the intercept, which is not shrunk
    beta[-1] = special.logit(np.clip(events.sum() / trials.sum(), 1e-12, 1 - 1e-12))
    sigma = 1.0 if width is None else width
    variance = np.zeros(x.shape[1])
    for _ in range(STEPS):
        beta, covariance = _mode(x, rows, trials, events, beta, sigma)
        variance = np.diag(covariance)[:-1]
        if width is not None:
            break
        # MacKay's fixed point of the evidence: squares over well-determined parameters
        known = max(x.shape[1] - variance.sum() / sigma**2, 1e-6)
        new = float(np.clip(np.sqrt((beta[:-1] ** 2).sum() / known), NARROWEST, WIDEST))
        done = abs(np.log(new / sigma)) < 1e-4
        sigma = new
        if done:
            break
    return beta[:-1], np.sqrt(variance), sigma


def _mode(
    x: csc_array, rows: csr_array, trials: Floats, events: Floats, beta: Floats, sigma: float
) -> tuple[Floats, Floats]:
    """Find the posterior mode by Newton's method with halved steps, and the inverse Hessian."""
    weight = np.append(np.full(x.shape[1], 1 / sigma**2), 0.0)

    def loss(b: Floats) -> float:
        eta = rows @ b[:-1] + b[-1]
        likelihood = events @ eta - trials @ np.logaddexp(0, eta)
        return float(0.5 * (weight * b**2).sum() - likelihood)

    now = loss(beta)
    for _ in range(STEPS):
        share = special.expit(rows @ beta[:-1] + beta[-1])
        rest = trials * share - events
        slope = np.append(x.T @ rest, rest.sum()) + weight * beta
        factor = linalg.cho_factor(_hessian(rows, trials * share * (1 - share), weight))
        step = linalg.cho_solve(factor, slope)
        size, then = 1.0, loss(beta - step)
        while then > now and size > 1e-10:
            size /= 2
            then = loss(beta - size * step)
        beta = beta - size * step
        gained, now = now - then, then
        if gained < 1e-10 * (1 + abs(now)):
            break
    share = special.expit(rows @ beta[:-1] + beta[-1])
    factor = linalg.cho_factor(_hessian(rows, trials * share * (1 - share), weight))
    return beta, np.asarray(linalg.cho_solve(factor, np.eye(len(beta))))


def _hessian(rows: csr_array, curvature: Floats, weight: Floats) -> Floats:
    scaled = rows.multiply(curvature[:, None])
    inner = (rows.T @ scaled).toarray()
    edge = np.asarray(scaled.sum(axis=0)).ravel()
    top = np.hstack([inner, edge[:, None]])
    whole = np.vstack([top, np.append(edge, curvature.sum())])
    whole[np.diag_indices_from(whole)] += weight
    return np.asarray(whole)
