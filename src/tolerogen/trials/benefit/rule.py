"""A rule of few questions, and predicted benefit, from what a clinic measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.patients.endotypes.mixture import sklearn

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tolerogen.trials.benefit.groups import Benefits

    Array = NDArray[np.float64]

DEPTH = 3
SMALLEST = 0.05  # share of patients in a leaf
WORTH = 0.003  # share of the variance that a question must explain
FOLDS = 5


@dataclass(frozen=True)
class Leaf:
    """One answer of the rule.

    Attributes
    ----------
    conditions
        What must hold, all of it; empty for everybody.
    share
        Of the patients that the rule was checked on.
    predicted
        Mean benefit in the half on which the rule was grown, points.
    benefit, helped
        In the other half.
    treat
        Whether the rule says yes: the predicted benefit is above the mean of all.
    """

    conditions: tuple[str, ...]
    share: float
    predicted: float
    benefit: float
    helped: float
    treat: bool


@dataclass(frozen=True)
class Rule:
    """A tree of at most three questions.

    Attributes
    ----------
    leaves
        The best first.
    rank_correlation
        Spearman correlation of predicted and actual benefit in the half that was held back.
    treated_share, treated_helped, others_helped
        In that half: who the rule treats, and the share helped among them and the others.
    """

    leaves: tuple[Leaf, ...]
    rank_correlation: float | None
    treated_share: float
    treated_helped: float
    others_helped: float


def grow_rule(markers: pd.DataFrame, benefits: Benefits, *, seed: int) -> Rule:
    """Grow a regression tree on every second patient and check it on the others.

    Parameters
    ----------
    markers
        One row a patient, in natural units.
    benefits
        The same patients, in the same order.
    seed
        Of the tree's ties.
    """
    values = markers.to_numpy(dtype=float)
    grown = np.arange(len(values)) % 2 == 0
    tree = sklearn("tree").DecisionTreeRegressor(
        max_depth=DEPTH,
        min_samples_leaf=SMALLEST,
        min_impurity_decrease=WORTH * float(benefits.benefit[grown].var()),
        random_state=seed,
    )
    tree.fit(values[grown], benefits.benefit[grown])
    held = benefits.take(~grown)
    predicted = tree.predict(values[~grown])
    places = tree.apply(values[~grown])
    names = [str(name) for name in markers.columns]
    whole = {n for n, column in zip(names, values.T, strict=True) if (column % 1 == 0).all()}
    mean = float(benefits.benefit[grown].mean())
    leaves = [
        _leaf(path, float(tree.tree_.value[node].ravel()[0]), places == node, held, mean)
        for node, path in _paths(tree, names, whole)
    ]
    treated = predicted > mean
    return Rule(
        leaves=tuple(sorted(leaves, key=lambda leaf: -leaf.predicted)),
        rank_correlation=_rank(predicted, held.benefit),
        treated_share=float(treated.mean()),
        treated_helped=_mean(held.helped[treated]),
        others_helped=_mean(held.helped[~treated]),
    )


def predict_benefit(markers: pd.DataFrame, benefit: Array, *, seed: int) -> Array:
    """Predict every patient's benefit from markers by models that have not seen the patient.

    Histogram gradient boosting in five folds; a patient belongs to the fold of their place.
    """
    from threadpoolctl import threadpool_limits

    booster = sklearn("ensemble").HistGradientBoostingRegressor
    values = markers.to_numpy(dtype=float)
    fold = np.random.default_rng(seed).permutation(len(values)) % FOLDS
    predicted = np.empty(len(values))
    with threadpool_limits(1):
        for k in range(FOLDS):
            model = booster(
                max_iter=60, learning_rate=0.08, max_leaf_nodes=8, early_stopping=False,
                random_state=seed,
            )  # fmt: skip
            model.fit(values[fold != k], benefit[fold != k])
            predicted[fold == k] = model.predict(values[fold == k])
    return predicted


def _paths(tree: Any, names: list[str], whole: set[str]) -> list[tuple[int, tuple[str, ...]]]:
    """Return every leaf with the conditions on the way to it, those on one marker merged."""
    inner = tree.tree_
    found: list[tuple[int, tuple[str, ...]]] = []

    def walk(node: int, bounds: dict[str, tuple[float, float]]) -> None:
        if inner.children_left[node] == inner.children_right[node]:
            said = tuple(_say(name, *ends, name in whole) for name, ends in bounds.items())
            found.append((node, said))
            return
        name, cut = names[inner.feature[node]], float(inner.threshold[node])
        low, high = bounds.get(name, (-np.inf, np.inf))
        walk(inner.children_left[node], bounds | {name: (low, min(high, cut))})
        walk(inner.children_right[node], bounds | {name: (max(low, cut), high)})

    walk(0, {})
    return found


def _say(name: str, low: float, high: float, whole: bool) -> str:
    """Say the bounds of a marker; of one that counts in whole numbers, in whole numbers."""
    least = f"at least {np.floor(low) + 1:.0f}" if whole else f"above {low:.3g}"
    most = f"at most {np.floor(high):.0f}" if whole else f"at most {high:.3g}"
    if np.isinf(low):
        return f"{name} {most}"
    return f"{name} {least}" if np.isinf(high) else f"{name} {least} and {most}"


def _leaf(
    path: tuple[str, ...],
    predicted: float,
    here: NDArray[np.bool_],
    held: Benefits,
    mean: float,
) -> Leaf:
    return Leaf(
        conditions=path,
        share=float(here.mean()),
        predicted=predicted,
        benefit=_mean(held.benefit[here]),
        helped=_mean(held.helped[here]),
        treat=predicted > mean,
    )


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _rank(a: Array, b: Array) -> float | None:
    from scipy.stats import spearmanr

    if len(a) < 3 or a.std() == 0 or b.std() == 0:
        return None
    return float(spearmanr(a, b).statistic)
