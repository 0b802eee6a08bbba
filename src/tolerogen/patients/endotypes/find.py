"""Find the endotypes of a disease, and how stable they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.patients.endotypes.centres import Centres
from tolerogen.patients.endotypes.definition import EndotypePlan, read_endotype_plan
from tolerogen.patients.endotypes.features import feature_table
from tolerogen.patients.endotypes.mixture import Mixture, fit_mixture, refit, sklearn
from tolerogen.patients.endotypes.result import Endotype, Endotypes, Stability
from tolerogen.patients.population import sample_population
from tolerogen.provenance import content_hash

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease

    Array = NDArray[np.float64]

MOST_CLASSES = 8
TOLD = 0.3  # standard deviations from the population by which a class is told
CERTAIN = 0.8
NAMED = 4  # features in a label


def find_endotypes(
    diseases: Sequence[Disease],
    *,
    patients: int = 2000,
    seed: int = 1,
    bootstraps: int = 20,
    progress: Callable[[int, int], None] | None = None,
) -> Endotypes:
    """Sort unselected virtual patients into endotypes.

    Parameters
    ----------
    diseases
        The disease, or the same disease under draws of a posterior: patients are shared evenly
        by the draws, so that classes hold both variability and uncertainty.
    patients
        In all.
    seed
        Of the run.
    bootstraps
        Samples by which the stability is told.
    progress
        Called with (steps done, steps in all).

    Returns
    -------
    Endotypes
        Classes, largest first, with probabilities of every patient.

    Raises
    ------
    SpecError
        No disease, or ``endotypes.toml`` is missing or names what patients do not have.
    AnalysisError
        Too few patients.
    """
    if not diseases:
        raise SpecError("no parameter set was given; give the disease or draws of it.")
    plan = read_endotype_plan(diseases[0].folder)
    steps = len(diseases) + 1 + bootstraps
    tell = progress or (lambda _done, _all: None)
    parts, again = [], []
    each = -(-patients // len(diseases))
    for k, disease in enumerate(diseases):
        population = sample_population(disease, each, seed, start=k * each)
        parts.append(feature_table(disease, population, plan.feature, seed=seed))
        again.append(feature_table(disease, population, plan.sorting, seed=seed, look=1))
        tell(k + 1, steps)
    table, later = _concat(parts), _concat(again)
    names = [feature.id for feature in plan.sorting]
    values = table[names].to_numpy(dtype=float)
    mixture = fit_mixture(values, MOST_CLASSES, seed=seed)
    tell(len(diseases) + 1, steps)
    stability = _stability(
        mixture,
        values,
        later[names].to_numpy(dtype=float),
        seed,
        bootstraps,
        lambda done: tell(len(diseases) + 1 + done, steps),
    )
    probabilities = mixture.probabilities(values)
    classes = _describe(plan, table, mixture, probabilities)
    return Endotypes(
        disease=diseases[0].id,
        warning=diseases[0].warning,
        patients=len(table),
        draws=len(diseases),
        seed=seed,
        plan=plan,
        mixture=mixture,
        classes=classes,
        stability=stability,
        probabilities=_frame(probabilities, classes, table),
        features=table,
        centres=_centres(plan, mixture, classes),
        content=content_hash(
            [[d.model, d.parameters, d.correlations] for d in diseases]
            + [asdict(plan), patients, seed, bootstraps]
        ),
    )


def _concat(parts: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(parts)


def _frame(
    probabilities: Array, classes: tuple[Endotype, ...], table: pd.DataFrame
) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(probabilities, columns=[c.id for c in classes], index=table.index)


def _stability(
    mixture: Mixture,
    values: Array,
    later: Array,
    seed: int,
    bootstraps: int,
    done: Callable[[int], None],
) -> Stability:
    rand = sklearn("metrics").adjusted_rand_score
    rng = np.random.default_rng([seed, bootstraps])
    labels = mixture.sort(values)
    scores = []
    for k in range(bootstraps):
        rows = rng.integers(len(values), size=len(values))
        scores.append(float(rand(labels, refit(values[rows], mixture, seed=k).sort(values))))
        done(k + 1)
    low, high = np.quantile(scores, [0.05, 0.95]) if scores else (np.nan, np.nan)
    return Stability(
        bootstraps=bootstraps,
        rand=float(np.mean(scores)) if scores else float("nan"),
        rand_low=float(low),
        rand_high=float(high),
        kept=float((mixture.sort(later) == labels).mean()),
        certain=float((mixture.probabilities(values).max(axis=1) >= CERTAIN).mean()),
    )


def _describe(
    plan: EndotypePlan, table: pd.DataFrame, mixture: Mixture, probabilities: Array
) -> tuple[Endotype, ...]:
    """Tell each class by its weighted means, in standard deviations of all patients."""
    values = table[[f.id for f in plan.feature]].to_numpy(dtype=float)
    mean, sd = values.mean(axis=0), values.std(axis=0)
    found = []
    for k, share in enumerate(mixture.shares):
        weight = probabilities[:, k] / probabilities[:, k].sum()
        centre = weight @ values
        z = (centre - mean) / np.where(sd > 0, sd, 1.0)
        natural = {
            f.id: float(np.exp(c) if f.scale == "log" else c)
            for f, c in zip(plan.feature, centre, strict=True)
        }
        height = {f.id: float(h) for f, h in zip(plan.feature, z, strict=True)}
        found.append(
            Endotype(
                id=f"E{k + 1}",
                share=float(share),
                label=_label(plan, height),
                centre=natural,
                height=height,
            )
        )
    return tuple(found)


def _label(plan: EndotypePlan, height: dict[str, float]) -> str:
    """Name the features that stand out most, the strongest first."""
    told = sorted(
        (f for f in plan.feature if abs(height[f.id]) >= TOLD), key=lambda f: -abs(height[f.id])
    )[:NAMED]
    words = [f"{f.name} {'high' if height[f.id] > 0 else 'low'}" for f in told]
    return ", ".join(words) or "near the average in everything"


def _centres(plan: EndotypePlan, mixture: Mixture, classes: tuple[Endotype, ...]) -> Centres:
    kept = [k for k, feature in enumerate(plan.sorting) if feature.clinic]
    features = [plan.sorting[k] for k in kept]
    return Centres(
        classes=tuple(c.id for c in classes),
        labels=tuple(c.label for c in classes),
        features=tuple(f.id for f in features),
        units=tuple(f.unit for f in features),
        scales=tuple(f.scale for f in features),
        mixture=Mixture(
            mixture.shape,
            mixture.shares,
            mixture.means[:, kept],
            mixture.covariances[:, kept][:, :, kept],
        ),
    )
