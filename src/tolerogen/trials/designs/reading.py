"""What a look at a trial reads: one number a patient, and what it is compared by.

The numbers of any group of patients can be compared: those so far, those of one stage, those of a
subgroup. Differences are turned so that above zero is good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from tolerogen.trials.analysis import at_visit, by_visit, changes
from tolerogen.trials.repeated import repeated

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.planning.options import Options
    from tolerogen.trials.planning.simulate import Trial
    from tolerogen.trials.spec import Endpoint

Array = np.ndarray
NAN = float("nan")
FAR = 8.0  # z beyond which a p-value has no digits left


@dataclass(frozen=True)
class Gap:
    """A comparison with the reference arm; above zero is good.

    Attributes
    ----------
    estimate, se
        Difference and its standard error.
    z
        Statistic with a standard normal distribution without effect.
    df
        Degrees of freedom of the standard error.
    """

    estimate: float
    se: float
    z: float
    df: float = float("inf")

    @property
    def known(self) -> bool:
        """Whether the data could give one."""
        return bool(np.isfinite(self.z))

    def spread(self, critical: float) -> float:
        """Return the standard error, widened so that `critical` of them are what t has there.

        Parameters
        ----------
        critical
            Quantile of the normal distribution.
        """
        if not np.isfinite(self.df):
            return self.se
        return self.se * float(stdtrit(self.df, ndtr(critical))) / critical

    @property
    def p(self) -> float:
        """One-sided p-value."""
        return float(ndtr(-self.z))


NONE = Gap(NAN, NAN, NAN)


@dataclass(frozen=True, eq=False)
class Readings:
    """One number a patient, in order of acceptance.

    Attributes
    ----------
    arms, reference
        Names of the arms, and of that compared with.
    arm
        Place of each patient's arm in `arms`.
    value
        Change turned so that a rise is good, or 1 for a responder; NaN where missing.
    whole
        The same if nobody had left.
    covariates
        Baseline and strata, shape (patient, covariate); none for responders.
    share
        Whether the numbers are responders.
    inside
        Who belongs to the subgroup of a biomarker.
    visits
        All visits in rows, for a mixed model; None for an analysis of covariance.
    day, better
        Of the endpoint.
    """

    arms: tuple[str, ...]
    reference: str
    arm: Array
    value: Array
    whole: Array
    covariates: Array
    share: bool
    inside: Array
    visits: pd.DataFrame | None
    day: float
    better: int

    def __len__(self) -> int:
        return len(self.arm)

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the arms compared with the reference."""
        return tuple(name for name in self.arms if name != self.reference)

    def rows(self, chosen: slice | Array) -> Readings:
        """Return the readings of some patients."""
        part = np.arange(len(self))[chosen]
        visits = self.visits
        if visits is not None:
            place = np.full(len(self), -1)
            place[part] = np.arange(len(part))
            moved = place[visits["row"].to_numpy(int)]
            visits = visits[moved >= 0].assign(row=moved[moved >= 0])
        return replace(
            self,
            arm=self.arm[part],
            value=self.value[part],
            whole=self.whole[part],
            covariates=self.covariates[part],
            inside=self.inside[part],
            visits=visits,
        )

    def join(self, others: Sequence[Readings]) -> Readings:
        """Return the readings of this and later stages together, arms by name."""
        if not others:
            return self
        parts = [self, *others]
        place = {name: k for k, name in enumerate(self.arms)}
        codes = [np.array([place[p.arms[a]] for a in p.arm], dtype=int) for p in parts]
        visits = None
        if self.visits is not None:
            import pandas as pd

            ends = np.cumsum([0, *(len(p) for p in parts)])
            visits = pd.concat(
                [
                    p.visits.assign(row=p.visits["row"] + start, patient=p.visits["row"] + start)
                    for p, start in zip(parts, ends, strict=False)
                    if p.visits is not None
                ]
            )
        return replace(
            self,
            arm=np.concatenate(codes),
            value=np.concatenate([p.value for p in parts]),
            whole=np.concatenate([p.whole for p in parts]),
            covariates=np.concatenate([p.covariates for p in parts]),
            inside=np.concatenate([p.inside for p in parts]),
            visits=visits,
        )

    def compare(self, complete: bool = False) -> dict[str, Gap]:
        """Compare every arm with the reference.

        Parameters
        ----------
        complete
            Use the values of those who left as well: the truth that the trial is after.
        """
        value = self.whole if complete else self.value
        if self.share:
            return {name: self._shares(value, name) for name in self.active}
        if self.visits is not None and not complete:
            return self._mixed(self.visits)
        return self._means(value)

    def fit(self, value: Array | None = None) -> Fit | None:
        """Fit the analysis of covariance with a mean an arm; None when it cannot be fitted."""
        value = self.value if value is None else value
        used = np.isfinite(value) & np.isfinite(self.covariates).all(axis=1)
        arm, y, covariates = self.arm[used], value[used], self.covariates[used]
        present = np.unique(arm)
        cells = (arm[:, None] == present).astype(float)
        if len(y):
            covariates = covariates - covariates.mean(axis=0)
            covariates = covariates[:, np.ptp(covariates, axis=0) > 0]
        x = np.column_stack([cells, covariates])
        df = len(y) - x.shape[1]
        if df < 1:
            return None
        inverse = np.linalg.pinv(x.T @ x, hermitian=True)
        beta = inverse @ (x.T @ y)
        sd = float(np.sqrt(((y - x @ beta) ** 2).sum() / df))
        places = {self.arms[code]: k for k, code in enumerate(present)}
        counts = {self.arms[code]: int((arm == code).sum()) for code in present}
        return Fit(places, counts, beta, inverse, sd, df)

    def _means(self, value: Array) -> dict[str, Gap]:
        fit = self.fit(value)
        if fit is None or self.reference not in fit.places:
            return dict.fromkeys(self.active, NONE)
        return {name: fit.gap(name, self.reference) for name in self.active}

    def _mixed(self, visits: pd.DataFrame) -> dict[str, Gap]:
        names = [c for c in visits.columns if c.startswith("stratum_")]
        found = repeated(
            visits, arms=list(self.arms), reference=self.reference, day=self.day, strata=names
        ).differences
        return {
            name: _gap(self.better * gap.estimate, gap.se, gap.df) for name, gap in found.items()
        }

    def _shares(self, value: Array, name: str) -> Gap:
        counts = []
        for one in (name, self.reference):
            known = value[(self.arm == self.arms.index(one)) & np.isfinite(value)]
            counts.append((float(known.sum()), len(known)))
        (a, n), (b, m) = counts
        if n < 2 or m < 2:
            return NONE
        gap, pooled = a / n - b / m, (a + b) / (n + m)
        null = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        p, q = (a + 0.5) / (n + 1), (b + 0.5) / (m + 1)  # no interval of width zero
        se = np.sqrt(p * (1 - p) / n + q * (1 - q) / m)
        return Gap(float(gap), float(se), float(gap / null) if null > 0 else 0.0)


@dataclass(frozen=True, eq=False)
class Fit:
    """An analysis of covariance: a mean an arm at the average covariates.

    Attributes
    ----------
    places, counts
        Place of each arm among the effects, and its patients.
    beta, inverse
        Effects, and the inverse of the products of the design.
    sd, df
        Residual standard deviation and degrees of freedom.
    """

    places: dict[str, int]
    counts: dict[str, int]
    beta: Array
    inverse: Array
    sd: float
    df: int

    def gap(self, name: str, reference: str) -> Gap:
        """Compare two arms."""
        if name not in self.places:
            return NONE
        one, other = self.places[name], self.places[reference]
        weights = np.zeros(len(self.beta))
        weights[one], weights[other] = 1.0, -1.0
        se = self.sd * float(np.sqrt(weights @ self.inverse @ weights))
        return _gap(float(weights @ self.beta), se, self.df)

    def mean(self, name: str) -> tuple[float, float]:
        """Return the mean of an arm and its standard error."""
        place = self.places[name]
        return float(self.beta[place]), self.sd * float(np.sqrt(self.inverse[place, place]))


def _gap(estimate: float, se: float, df: float) -> Gap:
    if not (np.isfinite(se) and se > 0):
        return NONE
    t = estimate / se
    # the t statistic as a z statistic of the same p-value
    z = float(np.sign(t) * -ndtri(stdtr(df, -abs(t)))) if t else 0.0
    return Gap(float(estimate), float(se), float(np.clip(z, -FAR, FAR)), float(df))


def read_means(options: Options, trial: Trial, what: Endpoint, inside: Array) -> Readings:
    """Read the change of a measure at a visit."""
    spec, better = options.spec, what.measure.better
    data = changes(trial.patients, trial.observations, what, spec.strata)
    whole = changes(trial.patients, trial.complete, what, spec.strata)
    visits = None
    if what.analysis == "mmrm":
        table = by_visit(data, trial.observations, what)
        place = dict(zip(data.index, range(len(data)), strict=True))
        renamed = {name: f"stratum_{name}" for name in spec.strata}
        visits = table.assign(row=table["patient"].map(place)).rename(columns=renamed)
    return Readings(
        **_who(trial, spec.reference.name if spec.reference else ""),
        value=better * data["change"].to_numpy(float),
        whole=better * whole["change"].to_numpy(float),
        covariates=data[["baseline", *spec.strata]].to_numpy(float),
        share=False,
        inside=inside,
        visits=visits,
        day=what.day,
        better=better,
    )


def read_shares(options: Options, trial: Trial, rule: str, day: float, inside: Array) -> Readings:
    """Read who responded at a visit."""
    spec = options.spec
    seen, whole = (
        at_visit(table, rule, day).reindex(trial.patients.index).astype("Float64")
        for table in (trial.responses, trial.complete_responses)
    )
    return Readings(
        **_who(trial, spec.reference.name if spec.reference else ""),
        value=seen.to_numpy(dtype=float, na_value=np.nan),
        whole=whole.to_numpy(dtype=float, na_value=np.nan),
        covariates=np.empty((len(seen), 0)),
        share=True,
        inside=inside,
        visits=None,
        day=day,
        better=1,
    )


def _who(trial: Trial, reference: str) -> dict[str, Any]:
    arm = trial.patients["arm"].to_numpy()
    names = tuple(trial.arms)
    return {
        "arms": names,
        "reference": reference,
        "arm": np.array([names.index(a) for a in arm], dtype=int),
    }
