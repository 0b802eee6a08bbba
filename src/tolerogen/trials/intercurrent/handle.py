"""From what was seen to what is analysed: the estimand of the trial file, carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tolerogen.trials.intercurrent.values import COMPOSITE, HYPOTHETICAL, KINDS

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.spec import TrialSpec

KEYS = ("patient", "day", "arm")


def handle(
    spec: TrialSpec,
    observations: pd.DataFrame,
    responses: pd.DataFrame,
    events: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return observations and responses as the estimand has them.

    Parameters
    ----------
    spec
        The design, with its estimand.
    observations, responses
        One row a patient and visit, in the same order.
    events
        Index patient; days of ``rescue`` and ``discontinuation``. A visit on the day of an event
        is still before it.

    Returns
    -------
    tuple
        *hypothetical*: values after the event are missing. *composite*: after the event the
        change from baseline is the worst value, the responder rules are not met, seen or not.
        Where both apply, the earlier event decides.
    """
    if not np.isfinite(events.to_numpy(float)).any():
        return observations, responses
    day = observations["day"].to_numpy(float)
    when = {k: events[k].reindex(observations["patient"]).to_numpy(float) for k in KINDS}
    gone, bad = np.zeros(len(day), dtype=bool), np.zeros(len(day), dtype=bool)
    for kind, other in (KINDS, KINDS[::-1]):
        strategy = spec.estimand.strategy(kind)
        decided = np.where(_counts(spec, other), when[other], np.inf) < when[kind]
        after = (day > when[kind]) & ~decided
        gone |= after & (strategy == HYPOTHETICAL)
        bad |= after & (strategy == COMPOSITE)
    return _values(spec, observations, gone & ~bad, bad), _answers(responses, gone & ~bad, bad)


def _counts(spec: TrialSpec, kind: str) -> bool:
    return spec.estimand.strategy(kind) in (HYPOTHETICAL, COMPOSITE)


def _values(
    spec: TrialSpec, observations: pd.DataFrame, gone: np.ndarray, bad: np.ndarray
) -> pd.DataFrame:
    table = observations.copy()
    measures = [name for name in table.columns if name not in KEYS]
    table[measures] = table[measures].astype(float)
    start = observations[observations["day"] == 0].set_index("patient")[measures]
    worst = start.reindex(observations.loc[bad, "patient"]).to_numpy(float, copy=True)
    if spec.estimand.worst is not None:
        worst[:, measures.index(spec.endpoint.measure.id)] += spec.estimand.worst
    table.loc[bad, measures] = worst
    table.loc[gone, measures] = np.nan
    return table


def _answers(responses: pd.DataFrame, gone: np.ndarray, bad: np.ndarray) -> pd.DataFrame:
    import pandas as pd

    table = responses.copy()
    rules = [name for name in table.columns if name not in KEYS]
    for rule in rules:
        table[rule] = table[rule].mask(gone, pd.NA).mask(bad, False)
    return table
