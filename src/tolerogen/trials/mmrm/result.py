"""The fitted model: estimates, LS-means, contrasts and what was done to get them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.trials.mmrm.compare import combination, differences, factors_of, term_rows
from tolerogen.trials.mmrm.grid import reference_grid
from tolerogen.trials.mmrm.inference import Inference, frame

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.mmrm.design import Design
    from tolerogen.trials.mmrm.newton import Optimum
    from tolerogen.trials.mmrm.structures import Structure

SOURCES = (
    "Mallinckrodt CH et al., Drug Inf J 2008;42:303 (doi:10.1177/009286150804200402)",
    "Lindstrom MJ, Bates DM, JASA 1988;83:1014 (doi:10.1080/01621459.1988.10478693)",
)
DF_SOURCES = {
    "satterthwaite": "Fai AHT, Cornelius PL, J Stat Comput Simul 1996;54:363 "
    "(doi:10.1080/00949659608811740)",
    "kenward-roger": "Kenward MG, Roger JH, Biometrics 1997;53:983 (doi:10.2307/2533558)",
}


@dataclass(frozen=True, eq=False)
class MmrmResult:
    """A mixed model for repeated measures, fitted.

    Tables of estimates have the columns ``estimate, se, df, t, p, low, high``; p is two-sided
    against zero, and the interval is 95 % unless `level` says otherwise.

    Attributes
    ----------
    design
        The data as arrays.
    structure
        Covariance structure.
    reml
        Whether the likelihood was restricted.
    optimum
        Parameters, derivatives, number of iterations.
    inference
        Covariance of the estimates and their degrees of freedom.
    """

    design: Design
    structure: Structure
    reml: bool
    optimum: Optimum
    inference: Inference

    @property
    def neg2loglik(self) -> float:
        """-2 log-likelihood, restricted when `reml`."""
        return self.optimum.point.value

    @property
    def iterations(self) -> int:
        """Newton iterations."""
        return self.optimum.iterations

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """One row an effect, named as in the design matrix."""
        import pandas as pd

        names = pd.Index(self.design.columns, name="effect")
        return frame(self.inference.rows(np.eye(len(names))), names)

    @cached_property
    def vcov(self) -> pd.DataFrame:
        """Covariance of the estimates that the standard errors come from."""
        import pandas as pd

        names = list(self.design.columns)
        return pd.DataFrame(self.inference.adjusted, index=names, columns=names)

    @cached_property
    def covariance(self) -> pd.DataFrame:
        """Covariance of the visits; with groups the rows are indexed by group and visit."""
        import pandas as pd

        visits = pd.Index(self.design.visits, name="visit")
        parts = {
            label: pd.DataFrame(self.structure.matrix(row), index=visits, columns=visits)
            for label, row in zip(self.design.groups, self.optimum.point.theta, strict=True)
        }
        if self.design.groups == (None,):
            return parts[None]
        stacked: pd.DataFrame = pd.concat(parts, names=["group"])
        return stacked

    @cached_property
    def covariance_parameters(self) -> pd.DataFrame:
        """Parameters of the covariance as PROC MIXED prints them: estimate, se, low, high.

        Intervals of variances are by the chi-square distribution with ``2 (estimate / se)^2``
        degrees of freedom, those of the others are estimate ± 1.96 se.
        """
        from tolerogen.trials.mmrm.parameters import parameter_table

        return parameter_table(self.design, self.structure, self.optimum, self.inference)

    @property
    def criteria(self) -> dict[str, float]:
        """``aic``, ``aicc``, ``bic``: smaller is better; REML counts covariance parameters only."""
        effects = len(self.design.columns)
        count = self.optimum.point.theta.size + (0 if self.reml else effects)
        rows = self.design.observations - (effects if self.reml else 0)
        finite = rows - count - 1
        return {
            "aic": self.neg2loglik + 2.0 * count,
            "aicc": self.neg2loglik + 2.0 * count * rows / finite if finite > 0 else float("nan"),
            "bic": self.neg2loglik + count * float(np.log(len(self.design.y))),
        }

    def lsmeans(
        self,
        term: str | Sequence[str],
        by: str | Sequence[str] | None = None,
        at: Mapping[str, float] | None = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Least-squares means of a factor, or of combinations of factors.

        Parameters
        ----------
        term
            A factor, or several: ``"arm"``, ``"arm:visit"``, ``["arm", "visit"]``.
        by
            Factors to list within: ``lsmeans("arm", by="visit")``.
        at
            Values of covariates in place of their means over the rows used.
        level
            Two-sided level of the interval.

        Returns
        -------
        pandas.DataFrame
            One row a combination: `by`, `term`, and the columns of estimates.
        """
        factors = [*factors_of(by), *factors_of(term)]
        labels, rows = reference_grid(self.design, at).average(factors)
        return frame(self.inference.rows(rows, level), labels)

    def contrast(
        self,
        what: str | Mapping[str, float] | Sequence[float] | np.ndarray,
        by: str | Sequence[str] | None = None,
        reference: object = None,
        pairwise: bool = False,
        at: Mapping[str, float] | None = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Differences of LS-means, or any linear combination of the effects.

        Parameters
        ----------
        what
            A factor: its levels against `reference`. Or weights by name of effect,
            ``{"arm[T.drug]": 1}``; or an array of weights, one row a combination.
        by
            Factors within which the levels are compared: ``contrast("arm", by="visit")``.
        reference
            Level that the others are compared with; the first when None.
        pairwise
            Every pair of levels instead, the later less the earlier.
        at, level
            As in `lsmeans`.

        Returns
        -------
        pandas.DataFrame
            One row a comparison: `by`, ``contrast``, and the columns of estimates.
        """
        if isinstance(what, str):
            grid = reference_grid(self.design, at)
            labels, rows = differences(grid, what, factors_of(by), reference, pairwise)
        else:
            labels, rows = combination(what, self.design.columns)
        return frame(self.inference.rows(rows, level), labels)

    def joint_test(
        self, what: str | Mapping[str, float] | Sequence[float] | np.ndarray
    ) -> dict[str, float]:
        """F test that a term has no effect, or that all rows of weights are zero.

        Parameters
        ----------
        what
            A term such as ``"arm"`` or ``"arm:visit"``, tested on LS-means (type III); or
            weights as in `contrast`.

        Returns
        -------
        dict
            ``df1``, ``df2``, ``f``, ``p``.
        """
        if isinstance(what, str):
            return self.inference.joint(term_rows(reference_grid(self.design), factors_of(what)))
        return self.inference.joint(combination(what, self.design.columns)[1])

    def summary(self) -> str:
        """Return the fit as text."""
        kind = "-2 restricted log-likelihood" if self.reml else "-2 log-likelihood"
        return "\n".join(
            [
                self.explain(),
                "",
                f"{kind} {self.neg2loglik:.4f}, AIC {self.criteria['aic']:.1f}, "
                f"BIC {self.criteria['bic']:.1f}",
                "",
                self.coefficients.to_string(float_format=lambda value: f"{value:.4f}"),
                "",
                "Covariance of the visits",
                self.covariance.to_string(float_format=lambda value: f"{value:.4f}"),
            ]
        )

    def explain(self) -> str:
        """Say in plain words what was fitted."""
        design = self.design
        count = len(design.y)
        shared = "" if design.groups == (None,) else f", one each of {len(design.groups)} groups"
        left = f" {design.dropped} incomplete rows were left out." if design.dropped else ""
        return (
            f"{design.formula}: mixed model for repeated measures by "
            f"{'REML' if self.reml else 'maximum likelihood'} in {count} patients, "
            f"{len(design.visits)} visits and {design.observations} rows; covariance "
            f"'{self.structure.name}'{shared}; degrees of freedom {self.inference.method}."
            f"{left} Converged in {self.iterations} iterations."
        )

    def citation(self) -> str:
        """Return the sources of the methods used, one a line."""
        extra = DF_SOURCES.get(self.inference.method)
        return "\n".join([*SOURCES, *([extra] if extra else [])])

    def to_json(self) -> str:
        """Return estimates and covariance as one JSON document."""
        parameters = self.covariance_parameters
        document: dict[str, Any] = {
            "formula": self.design.formula,
            "covariance_structure": self.structure.name,
            "reml": self.reml,
            "df_method": self.inference.method,
            "patients": len(self.design.y),
            "rows": self.design.observations,
            "neg2loglik": self.neg2loglik,
            **self.criteria,
            "coefficients": self.coefficients.reset_index().to_dict("records"),
            "visits": [str(visit) for visit in self.design.visits],
            "covariance": [
                {"group": None if label is None else str(label), "matrix": matrix}
                for label, matrix in zip(self.design.groups, self._matrices(), strict=True)
            ],
            "covariance_parameters": parameters.to_dict("records"),
        }
        return json.dumps(document, indent=1, default=str)

    def _matrices(self) -> list[list[list[float]]]:
        return [self.structure.matrix(row).tolist() for row in self.optimum.point.theta]
