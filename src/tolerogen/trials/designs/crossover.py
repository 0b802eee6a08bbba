"""Cross-over for pharmacokinetics: every patient receives every treatment, one after another.

Exposure (area under the concentration, peak) is compared within patients on the logarithmic scale:
fixed effects of patient, period and treatment. Two treatments are equivalent when the 90 %
interval of the ratio of geometric means lies within the limits, the two one-sided tests at 5 %.

References
----------
Schuirmann DJ, J Pharmacokinet Biopharm 1987;15:657 (doi:10.1007/BF01068419); EMA, Guideline on the
investigation of bioequivalence, CPMP/EWP/QWP/1401/98 Rev. 1, 2010; Williams EJ, Aust J Sci Res A
1949;2:149 (doi:10.1071/CH9490149).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtr, stdtrit

from tolerogen.trials.cohort import Cohort, enrol
from tolerogen.trials.designs.plan import Claim, Verdict

if TYPE_CHECKING:
    from tolerogen.engine import Dose
    from tolerogen.trials.course import Engine
    from tolerogen.trials.designs.drive import Ended
    from tolerogen.trials.planning.options import Options
    from tolerogen.trials.spec import Arm, TrialSpec

Array = np.ndarray
METRICS = ("auc", "cmax")
LEAST = 1e-9  # mg/L, far below what any assay sees


@dataclass(frozen=True)
class Crossover:
    """A cross-over of the arms of a trial file.

    Attributes
    ----------
    period
        Days from one treatment to the next, washout included.
    samples
        Days after the start of a period at which blood is drawn.
    reference
        Arm that the others are compared with.
    limits
        Of the ratio of geometric means.
    within_cv
        Coefficient of variation of exposure within a patient, from occasion to occasion.
    assay_cv
        Of a measured concentration.
    alpha
        Of each one-sided test.
    """

    period: float
    samples: tuple[float, ...]
    reference: str
    limits: tuple[float, float]
    within_cv: float
    assay_cv: float
    alpha: float

    @property
    def label(self) -> str:
        """Name for a page."""
        low, high = self.limits
        return f"cross-over, periods of {self.period / 7:g} weeks, equivalence {low:g} to {high:g}"

    def sources(self) -> tuple[str, ...]:
        """Return the sources of the method."""
        return (
            "Schuirmann DJ, J Pharmacokinet Biopharm 1987;15:657 (doi:10.1007/BF01068419)",
            "EMA, Guideline on the investigation of bioequivalence, "
            "CPMP/EWP/QWP/1401/98 Rev. 1, 2010",
            "Williams EJ, Aust J Sci Res A 1949;2:149 (doi:10.1071/CH9490149)",
        )


def williams(count: int) -> tuple[tuple[int, ...], ...]:
    """Return sequences in which each treatment follows each other one equally often.

    Examples
    --------
    >>> williams(2)
    ((0, 1), (1, 0))
    >>> len(williams(3))
    6
    """
    zigzag = [k // 2 if k % 2 == 0 else count - 1 - k // 2 for k in range(count)]
    rows = [tuple((place + shift) % count for place in zigzag) for shift in range(count)]
    if count % 2 and count > 1:
        rows += [row[::-1] for row in rows]
    return tuple(rows)


def exposure(time: Array, concentration: Array) -> dict[str, Array]:
    """Return area (linear up, logarithmic down) and peak of each patient, shape (patients,).

    Parameters
    ----------
    time
        Days, shape (t,).
    concentration
        Shape (patients, t), above zero.
    """
    step = np.diff(time)
    left, right = concentration[:, :-1], concentration[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(left / right)
        down = np.where(logs > 1e-6, (left - right) / logs, (left + right) / 2)
    part = np.where(right < left, down, (left + right) / 2)
    return {"auc": (part * step).sum(axis=1), "cmax": concentration.max(axis=1)}


def compare_within(
    value: Array, treatment: Array, test: int, reference: int, alpha: float
) -> tuple[float, float, float, float, float]:
    """Compare two treatments within patients.

    Parameters
    ----------
    value
        Logarithm of the exposure, shape (patients, periods); a patient with a missing value is
        left out.
    treatment
        Treatment of each patient and period, the same shape.
    test, reference
        Numbers of the two.
    alpha
        One-sided.

    Returns
    -------
    tuple
        Difference of logarithms, its interval at ``1 - 2 alpha``, standard error, degrees of
        freedom.
    """
    kept = np.isfinite(value).all(axis=1)
    y, which = value[kept], treatment[kept]
    n, periods = y.shape
    if n < 2:
        return (math.nan,) * 5
    count = int(treatment.max()) + 1
    effects = np.zeros((n, periods, periods - 1 + count - 1))
    for period in range(1, periods):
        effects[:, period, period - 1] = 1.0
    for number in range(1, count):
        effects[:, :, periods - 2 + number] = which == number
    # fixed patients: take out what is common to a patient
    x = (effects - effects.mean(axis=1, keepdims=True)).reshape(n * periods, -1)
    r = (y - y.mean(axis=1, keepdims=True)).ravel()
    df = n * (periods - 1) - x.shape[1]
    if df < 1:
        return (math.nan,) * 5
    inverse = np.linalg.pinv(x.T @ x, hermitian=True)
    beta = inverse @ (x.T @ r)
    variance = float(((r - x @ beta) ** 2).sum()) / df
    weights = np.zeros(x.shape[1])
    for number, sign in ((test, 1.0), (reference, -1.0)):
        if number:
            weights[periods - 2 + number] = sign
    gap, se = float(weights @ beta), math.sqrt(variance * float(weights @ inverse @ weights))
    half = se * float(stdtrit(df, 1 - alpha))
    return gap, gap - half, gap + half, se, float(df)


def run_crossover(
    options: Options,
    plan: Crossover,
    spec: TrialSpec,
    engine: Engine,
    replicates: int | range,
    *,
    null: bool,
) -> Iterator[Ended]:
    """Run every replicate at every size.

    Parameters
    ----------
    options, plan, spec
        What is open, the design and the trial.
    engine, replicates
        Of the simulation.
    null
        Every period has the reference, and exposure to a test is the upper limit times that: just
        not equivalent.
    """
    from tolerogen.trials.scale.crews import TOGETHER

    step = max(2, TOGETHER // spec.patients)
    every = range(replicates) if isinstance(replicates, int) else replicates
    for start in range(0, len(every), step):
        cohorts = [enrol(spec, number) for number in every[start : start + step]]
        logs, treatment = _measure(plan, spec, cohorts, engine, null=null)
        for cohort in cohorts:
            yield from _ends(options, plan, spec, cohort, logs[cohort.replicate], treatment)


def _measure(
    plan: Crossover, spec: TrialSpec, cohorts: Sequence[Cohort], engine: Engine, *, null: bool
) -> tuple[dict[int, dict[str, Array]], Array]:
    """Return the logarithm of each metric, shape (patients, periods), and the treatments."""
    import pandas as pd

    from tolerogen.engine import simulate
    from tolerogen.patients.streams import normals
    from tolerogen.trials.course import arm_model, own_columns

    sequences = williams(len(spec.arms))
    treatment = np.array([sequences[k % len(sequences)] for k in range(spec.patients)])
    reference = [arm.name for arm in spec.arms].index(plan.reference)
    given = np.full_like(treatment, reference) if null else treatment
    every = tuple({t.therapy.id: t for arm in spec.arms for t in arm.treatments}.values())
    everything = replace(spec.arms[0], treatments=every)
    model = arm_model(spec, everything)
    factor = {c.replicate: _occasions(plan, spec, c, treatment.shape[1]) for c in cohorts}
    doses = [
        _doses(plan, spec, patient, weight, given[row], factor[c.replicate][row])
        for c in cohorts
        for row, (patient, weight) in enumerate(
            zip(c.population.patients, c.population.parameters["weight"], strict=True)
        )
    ]
    starts = plan.period * np.arange(treatment.shape[1])
    grid = np.unique(np.concatenate([start + np.asarray(plan.samples) for start in starts]))
    drug = every[0].therapy.id
    table = pd.concat([c.population.parameters for c in cohorts])
    data = simulate(
        model, own_columns(spec, everything, table), doses, grid, observables=[f"{drug}_C"],
        backend=engine.backend, threads=engine.threads, progress=engine.progress,
    )  # fmt: skip
    level = np.maximum(data[f"{drug}_C"].to_numpy(), LEAST)
    level[data["status"].to_numpy() != 0] = np.nan
    log_sd = math.sqrt(math.log1p(plan.assay_cv**2))
    out: dict[int, dict[str, Array]] = {}
    for place, cohort in enumerate(cohorts):
        rows = slice(place * spec.patients, (place + 1) * spec.patients)
        noise = normals(spec.seed, f"trial {cohort.replicate}/assay", cohort.population.patients,
                        range(len(grid)))  # fmt: skip
        seen = level[rows] * np.exp(log_sd * noise)
        metrics: dict[str, list[Array]] = {name: [] for name in METRICS}
        for start in starts:
            at = np.searchsorted(grid, start + np.asarray(plan.samples))
            found = exposure(grid[at], seen[:, at])
            for name in METRICS:
                metrics[name].append(np.log(found[name]))
        out[cohort.replicate] = {name: np.column_stack(v) for name, v in metrics.items()}
        if null:
            shift = math.log(plan.limits[1]) * (treatment != reference)
            out[cohort.replicate] = {k: v + shift for k, v in out[cohort.replicate].items()}
    return out, treatment


def _occasions(plan: Crossover, spec: TrialSpec, cohort: Cohort, periods: int) -> Array:
    """Draw what varies from occasion to occasion, a factor on the doses of a period."""
    from tolerogen.patients.streams import normals

    quantity = f"trial {cohort.replicate}/occasion"
    log_sd = math.sqrt(math.log1p(plan.within_cv**2))
    score = normals(spec.seed, quantity, cohort.population.patients, range(periods))
    return np.asarray(np.exp(log_sd * score))


def _doses(
    plan: Crossover, spec: TrialSpec, patient: int, weight: float, sequence: Array, factor: Array
) -> tuple[Dose, ...]:
    from tolerogen.trials.course import doses

    found = []
    for period, number in enumerate(sequence):
        arm: Arm = spec.arms[int(number)]
        for dose in doses(spec, arm, int(patient), weight):
            amount = dose.amount * float(factor[period])
            found.append(replace(dose, time=dose.time + period * plan.period, amount=amount))
    return tuple(sorted(found, key=lambda dose: dose.time))


def _ends(
    options: Options,
    plan: Crossover,
    spec: TrialSpec,
    cohort: Cohort,
    logs: dict[str, Array],
    treatment: Array,
) -> Iterator[Ended]:
    from tolerogen.trials.designs.drive import Ended

    names = [arm.name for arm in spec.arms]
    reference = names.index(plan.reference)
    low, high = (math.log(limit) for limit in plan.limits)
    for metric in METRICS:
        for size in options.sizes:
            claims: dict[str, Claim] = {}
            truth: dict[str, float] = {}
            extra: dict[str, Any] = {}
            for number, name in enumerate(names):
                if number == reference:
                    continue
                gap, below, above, se, df = compare_within(
                    logs[metric][:size], treatment[:size], number, reference, plan.alpha
                )
                inside = below > low and above < high
                claims[name] = Claim(
                    math.exp(gap), math.exp(below), math.exp(above), rejected=inside
                )
                truth[name] = math.exp(gap)
                extra[f"{name} p"] = max(
                    float(stdtr(df, -(gap - low) / se)), float(stdtr(df, (gap - high) / se))
                )
            verdict = Verdict(claims, size, treatment.shape[1], "end", extra)
            yield Ended(cohort.replicate, metric, options.days[-1], size, verdict, truth)
