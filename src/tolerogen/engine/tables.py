"""What a model declares, as tables: ids with default values and units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from tolerogen.engine.expression import evaluate
from tolerogen.engine.reader import Refusal, read_system
from tolerogen.engine.sbml import Outline

if TYPE_CHECKING:
    import pandas as pd


@lru_cache(maxsize=64)
def defaults(sbml: str) -> tuple[Mapping[str, float], tuple[str, ...]]:
    """Return the value of every id at time 0, and the ids of the states.

    A model the native engine refuses has no values here but those it declares.
    """
    try:
        system = read_system(sbml)
    except Refusal:
        return {}, ()
    graph = system.graph
    names = [*system.states, *system.held]
    start = evaluate(graph, [system.initial[n] for n in names], {("time", ""): 0.0})
    kinds = ["state"] * len(system.states) + ["held"] * len(system.held)
    symbols = {(k, n): float(v) for k, n, v in zip(kinds, names, start, strict=True)}
    shown = list(system.observables)
    nodes = [system.observables[n] for n in shown]
    values = evaluate(graph, nodes, {**symbols, ("time", ""): 0.0})
    return {n: float(v) for n, v in zip(shown, values, strict=True)}, system.states


def table(outline: Outline, sbml: str, ids: Sequence[str], settable: Sequence[str]) -> pd.DataFrame:
    """Lay out ids with their default values and units.

    Parameters
    ----------
    outline
        What the model declares.
    sbml
        The model.
    ids
        Rows.
    settable
        Ids a patient may bring.

    Returns
    -------
    pandas.DataFrame
        Index ``id``; columns ``value`` (at time 0, NaN where it is not known), ``unit``, and
        ``settable``: whether a column of `patients` may have this name.
    """
    import pandas as pd

    values = defaults(sbml)[0]
    may = set(settable)
    rows = [
        (values.get(i, outline.values.get(i, float("nan"))), outline.units.get(i, ""), i in may)
        for i in ids
    ]
    index = pd.Index(list(ids), name="id", dtype=object)
    return pd.DataFrame(rows, index=index, columns=["value", "unit", "settable"])
