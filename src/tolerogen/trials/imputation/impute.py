"""Multiple imputation under a reference-based assumption.

A mixed model is fitted to a bootstrap sample of the patients, once an imputation; its means and
covariance are a draw of the parameters. Missing values are drawn from it for all patients, and
the completed data at the visit of interest are compared by analysis of covariance.

References
----------
Carpenter JR, Roger JH, Kenward MG, J Biopharm Stat 2013;23:1352
(doi:10.1080/10543406.2013.834911); Gower-Page C, Noci A, Wolbers M, JOSS 2022;7:4251
(doi:10.21105/joss.04251), bootstrap in place of a posterior ("approximate Bayesian").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.errors import AnalysisError, choices
from tolerogen.trials.imputation.pool import Pooled, pool
from tolerogen.trials.imputation.strategies import conditional, means, strategy
from tolerogen.trials.mmrm.design import Design, read_design
from tolerogen.trials.mmrm.newton import maximise
from tolerogen.trials.mmrm.structures import Structure, structure

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray
ATTEMPTS = 5  # bootstrap samples tried in place of one whose model cannot be fitted


@dataclass(frozen=True, eq=False)
class Imputed:
    """Completed data sets.

    Attributes
    ----------
    patients
        One row a patient: what is constant within a patient.
    visits
        Labels of the visits.
    values
        Shape (imputation, patient, visit).
    missing
        Which values were imputed, shape (patient, visit).
    after
        Which of them lie after the patient left: those a tipping point moves.
    arm, reference
        Column of the arm and its reference level.
    strategies
        Strategy of each other arm.
    refitted
        Bootstrap samples that were drawn again because their model could not be fitted.
    """

    patients: pd.DataFrame
    visits: tuple[Any, ...]
    values: Array
    missing: Array
    after: Array
    arm: str
    reference: Any
    strategies: dict[Any, str]
    refitted: int

    def analyse(
        self,
        at: object = None,
        covariates: tuple[str, ...] = (),
        delta: float = 0.0,
        level: float = 0.95,
    ) -> dict[Any, Pooled]:
        """Compare each arm with the reference at a visit, by analysis of covariance.

        Parameters
        ----------
        at
            Visit; the last when None.
        covariates
            Columns of `patients` beside the arm.
        delta
            Added to what was imputed after leaving, outside the reference arm.
        level
            Two-sided level of the interval.
        """
        place = len(self.visits) - 1 if at is None else self._visit(at)
        others = list(self.strategies)
        design = self._design(others, covariates)
        belongs = self.patients[self.arm].to_numpy()
        moved = self.after[:, place] & (belongs != self.reference)
        y = self.values[:, :, place].T + delta * moved[:, None]
        inverse = np.linalg.pinv(design.T @ design)
        beta = inverse @ design.T @ y
        df = len(design) - int(np.linalg.matrix_rank(design))
        if df < 1:
            raise AnalysisError("too few patients for an analysis of covariance.")
        variance = ((y - design @ beta) ** 2).sum(axis=0) / df
        return {
            arm: pool(beta[k + 1], variance * inverse[k + 1, k + 1], df, level)
            for k, arm in enumerate(others)
        }

    def tipping(
        self,
        deltas: list[float] | Array,
        at: object = None,
        covariates: tuple[str, ...] = (),
    ) -> pd.DataFrame:
        """Return the comparison for each penalty on imputed values.

        Returns
        -------
        pandas.DataFrame
            ``arm, delta, estimate, se, p, low, high``: the tipping point is the first delta whose
            interval holds zero.
        """
        import pandas as pd

        rows = []
        for delta in deltas:
            for arm, result in self.analyse(at, covariates, float(delta)).items():
                rows.append(
                    {
                        "arm": arm,
                        "delta": float(delta),
                        "estimate": result.estimate,
                        "se": result.se,
                        "p": result.p,
                        "low": result.low,
                        "high": result.high,
                    }
                )
        return pd.DataFrame(rows)

    def _visit(self, at: object) -> int:
        if at not in self.visits:
            names = [str(visit) for visit in self.visits]
            raise AnalysisError(f"there is no visit '{at}'; {choices(str(at), names)}")
        return self.visits.index(at)

    def _design(self, others: list[Any], covariates: tuple[str, ...]) -> Array:
        import pandas as pd

        belongs = self.patients[self.arm].to_numpy()
        columns = [np.ones(len(belongs)), *((belongs == arm).astype(float) for arm in others)]
        for name in covariates:
            if name not in self.patients.columns:
                raise AnalysisError(
                    f"'{name}' is not constant within patients or not in the model; "
                    f"{choices(name, [str(c) for c in self.patients.columns])}"
                )
            column = self.patients[name]
            if pd.api.types.is_numeric_dtype(column):
                columns.append(column.to_numpy(float))
            else:
                dummies = pd.get_dummies(column, drop_first=True, dtype=float)
                columns.extend(dummies.to_numpy().T)
        return np.column_stack(columns)


def reference_based(
    formula: str,
    data: pd.DataFrame,
    subject: str,
    visit: str,
    arm: str,
    reference: object,
    strategies: str | Mapping[Any, str] = "j2r",
    imputations: int = 200,
    seed: int = 1,
    covariance: str = "us",
) -> Imputed:
    """Impute missing values under reference-based assumptions.

    Parameters
    ----------
    formula
        Mean model, with the arm and the visit in it: ``"change ~ base * visit + arm * visit"``.
        Everything but the visit must be constant within a patient.
    data
        One row a patient and visit; missing responses are NaN or absent rows.
    subject, visit, arm
        Columns.
    reference
        Level of `arm` that patients jump to; it is imputed as missing at random itself.
    strategies
        One for all other arms, or one for each: see `tolerogen.trials.imputation.strategies`.
    imputations
        Number of completed data sets.
    seed
        Of all draws.
    covariance
        Covariance of the visits, as in `mmrm`, shared by the arms.

    Raises
    ------
    AnalysisError
        An arm, column or strategy that does not exist; covariates that change within a patient;
        a model that cannot be fitted.
    """
    table = data.dropna(subset=[arm]) if arm in data.columns else data
    seen = read_design(formula, table, subject, visit, None, None)
    shape = structure(covariance, len(seen.visits))
    maximise(seen, shape, True)  # the model must fit before it is fitted many times
    full = _full(seen, table, subject, visit, arm, reference)
    chosen = _chosen(full, strategies)
    if imputations < 2:
        raise AnalysisError(f"imputations is {imputations}; two or more are needed.")
    draws = np.empty((imputations, *full.value.shape))
    refitted = 0
    for number in range(imputations):
        random = np.random.default_rng([seed, number])
        beta, sigma, again = _parameters(seen, shape, full, random)
        refitted += again
        draws[number] = _complete(full, chosen, beta, sigma, random)
    return Imputed(
        patients=full.patients,
        visits=seen.visits,
        values=draws,
        missing=~full.seen,
        after=_after(full.seen),
        arm=arm,
        reference=reference,
        strategies={k: v for k, v in chosen.items() if k != reference},
        refitted=refitted,
    )


@dataclass(frozen=True, eq=False)
class _Full:
    """Every patient at every visit, seen or not, in the patient's arm and in the reference."""

    patients: pd.DataFrame
    arms: Array
    reference: Any
    own: Array
    other: Array
    value: Array
    seen: Array
    rows: Array  # place in the fitted design; -1 for a patient never seen


def _full(
    design: Design, data: pd.DataFrame, subject: str, visit: str, arm: str, reference: object
) -> _Full:
    import pandas as pd

    if arm not in data.columns:
        raise AnalysisError(f"there is no column '{arm}' (arm).")
    names = [str(v) for v in design.spec.required_variables if str(v) != visit]
    kept = list(dict.fromkeys([subject, arm, *names]))
    patients = data[kept].drop_duplicates().dropna()
    if patients[subject].duplicated().any():
        who = patients.loc[patients[subject].duplicated(), subject].iloc[0]
        raise AnalysisError(
            f"'{who}' has more than one value of {', '.join(kept[1:])}; covariates of an "
            "imputation must stay the same within a patient."
        )
    levels = list(pd.unique(patients[arm]))
    if reference not in levels:
        raise AnalysisError(
            f"the reference '{reference}' is no {arm}; {choices(str(reference), map(str, levels))}"
        )
    patients = patients.sort_values(subject, kind="stable").reset_index(drop=True)
    size = len(design.visits)
    grid = patients.loc[patients.index.repeat(size)].reset_index(drop=True)
    grid[visit] = list(design.visits) * len(patients)
    if isinstance(data[visit].dtype, pd.CategoricalDtype):
        grid[visit] = grid[visit].astype(design.frame[visit].dtype)
    jumped = grid.assign(**{arm: grid[arm].where(grid[arm] == reference, reference)})
    own, other = (
        np.asarray(design.spec.get_model_matrix(t), dtype=float).reshape(len(patients), size, -1)
        for t in (grid, jumped)
    )
    value, seen, rows = _observed(design, patients[subject], subject)
    return _Full(patients, patients[arm].to_numpy(), reference, own, other, value, seen, rows)


def _observed(design: Design, patients: pd.Series[Any], subject: str) -> tuple[Array, Array, Array]:
    """Bring the values of the fitted design into the order of all patients."""
    fitted = np.unique(design.frame[subject].to_numpy())
    rows = np.full(len(patients), -1)
    place = {who: k for k, who in enumerate(fitted)}
    for k, who in enumerate(patients):
        if who in place:
            rows[k] = design.order[place[who]]
    size = len(design.visits)
    value, seen = np.zeros((len(rows), size)), np.zeros((len(rows), size), bool)
    there = rows >= 0
    value[there], seen[there] = design.y[rows[there]], design.seen[rows[there]]
    return value, seen, rows


def _chosen(full: _Full, strategies: str | Mapping[Any, str]) -> dict[Any, str]:
    levels = list(dict.fromkeys(full.arms.tolist()))
    if isinstance(strategies, str):
        named = {level: strategies for level in levels if level != full.reference}
    else:
        named = dict(strategies)
        for level in named:
            if level not in levels:
                raise AnalysisError(
                    f"there is no arm '{level}'; {choices(str(level), map(str, levels))}"
                )
    chosen = {level: strategy(named.get(level, "mar")) for level in levels}
    chosen[full.reference] = "mar"
    return chosen


def _parameters(
    design: Design, shape: Structure, full: _Full, random: np.random.Generator
) -> tuple[Array, Array, int]:
    """Fit the model to a bootstrap sample, drawn within arms."""
    groups = [full.rows[(full.arms == arm) & (full.rows >= 0)] for arm in np.unique(full.arms)]
    for attempt in range(ATTEMPTS):
        rows = np.concatenate([random.choice(g, len(g)) for g in groups if len(g)])
        try:
            point = maximise(_take(design, rows), shape, True).point
        except AnalysisError:
            continue
        return point.beta, shape.matrix(point.theta[0]), attempt
    raise AnalysisError(
        f"the imputation model could not be fitted to {ATTEMPTS} bootstrap samples in a row; use "
        "a covariance with fewer parameters, or fewer effects."
    )


def _take(design: Design, rows: Array) -> Design:
    rows = rows[np.argsort(design.pattern[rows], kind="stable")]
    present, pattern = np.unique(design.pattern[rows], return_inverse=True)
    group, seen = design.patterns
    return replace(
        design,
        x=design.x[rows],
        y=design.y[rows],
        seen=design.seen[rows],
        group=design.group[rows],
        patterns=(group[present], seen[present]),
        pattern=np.ravel(pattern),
    )


def _complete(
    full: _Full,
    chosen: dict[Any, str],
    beta: Array,
    sigma: Array,
    random: np.random.Generator | None,
) -> Array:
    """Fill in missing values: drawn, or at their conditional mean without `random`."""
    own, other = full.own @ beta, full.other @ beta
    out = full.value.copy()
    for k, seen in enumerate(full.seen):
        if seen.all():
            continue
        last = int(np.flatnonzero(seen)[-1]) if seen.any() else -1
        mean = means(chosen[full.arms[k]], own[k], other[k], last)
        centre, spread = conditional(mean, sigma, full.value[k], seen)
        if random is not None:
            root = np.linalg.cholesky(spread + 1e-12 * np.trace(spread) * np.eye(len(spread)))
            centre = centre + root @ random.standard_normal(len(centre))
        out[k, ~seen] = centre
    return out


def _after(seen: Array) -> Array:
    """Return what lies behind the last visit seen."""
    return ~np.flip(np.maximum.accumulate(np.flip(seen, axis=1), axis=1), axis=1)
