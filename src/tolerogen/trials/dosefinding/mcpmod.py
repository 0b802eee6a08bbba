"""MCP-Mod: whether there is a dose response, and which dose gives the effect wanted.

*MCP*: the contrast of each candidate shape is tested, all at one type I error. *Mod*: shapes that
were significant are fitted, one is chosen or all are averaged by their weight of evidence, and
the dose with the target effect is read off.

References
----------
Bretz F, Pinheiro JC, Branson M, Biometrics 2005;61:738 (doi:10.1111/j.1541-0420.2005.00344.x);
EMA qualification opinion EMA/CHMP/SAWP/757052/2013; Buckland ST, Burnham KP, Augustin NH,
Biometrics 1997;53:603 (doi:10.2307/2533961), model averaging.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import AnalysisError
from tolerogen.trials.dosefinding.contrasts import (
    check_doses,
    contrast_correlation,
    max_critical,
    max_p,
    max_power,
    optimal_contrasts,
)
from tolerogen.trials.dosefinding.fit import DoseFit, first_dose, fit_dose_response
from tolerogen.trials.dosefinding.shapes import Candidate

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray
BOOTSTRAP = 500


@dataclass(frozen=True, eq=False)
class McpMod:
    """Outcome of MCP-Mod.

    Attributes
    ----------
    doses, means, sizes
        Distinct doses, mean response and patients of each.
    candidates
        Shapes tested.
    contrasts
        One column a candidate.
    correlation
        Of the contrast statistics.
    statistics, p
        One a candidate; p adjusted for all.
    critical, alpha
        Bound of the largest statistic, and its one-sided level.
    decreasing
        Whether a fall is good.
    fits
        Fits of the significant candidates' shapes, each shape once.
    data
        Doses and values of the patients.
    """

    doses: Array
    means: Array
    sizes: Array
    candidates: tuple[Candidate, ...]
    contrasts: Array
    correlation: Array
    statistics: Array
    p: Array
    critical: float
    alpha: float
    decreasing: bool
    fits: tuple[DoseFit, ...]
    data: tuple[Array, Array]

    @property
    def significant(self) -> bool:
        """Whether any candidate's contrast was significant."""
        return bool((self.statistics > self.critical).any())

    @property
    def weights(self) -> Array:
        """Weight of evidence of each fit, from AIC; they sum to 1."""
        aic = np.array([fit.aic for fit in self.fits])
        raw = np.exp(-0.5 * (aic - aic.min())) if len(aic) else aic
        return np.asarray(raw / raw.sum() if len(aic) else raw)

    def tests(self) -> pd.DataFrame:
        """Return one row a candidate: statistic, adjusted p, significant."""
        import pandas as pd

        return pd.DataFrame(
            {
                "candidate": [c.name for c in self.candidates],
                "t": self.statistics,
                "p": self.p,
                "significant": self.statistics > self.critical,
            }
        )

    def models(self) -> pd.DataFrame:
        """Return one row a fit: AIC, weight, whether a parameter is on its bound."""
        import pandas as pd

        return pd.DataFrame(
            {
                "shape": [fit.shape.name for fit in self.fits],
                "aic": [fit.aic for fit in self.fits],
                "weight": self.weights,
                "on_bound": [fit.on_bound for fit in self.fits],
            }
        )

    def average(
        self, doses: Sequence[float] | Array, level: float = 0.95, seed: int = 1
    ) -> pd.DataFrame:
        """Return the mean response averaged over the fits, with bootstrap intervals.

        Parameters
        ----------
        doses
            Doses within those of the trial.
        level
            Two-sided level of the interval.
        seed
            Of the bootstrap: dose means are drawn again, every shape fitted and weighted again.

        Returns
        -------
        pandas.DataFrame
            ``dose, estimate, se, low, high``.
        """
        import pandas as pd

        self._any_fit()
        dose = np.asarray(doses, dtype=float)
        mean = self._averaged(self.fits, dose)
        draws = np.array([self._averaged(fits, dose) for fits in self._bootstrap(seed)])
        tails = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0)
        return pd.DataFrame(
            {
                "dose": dose,
                "estimate": mean,
                "se": draws.std(axis=0, ddof=1),
                "low": tails[0],
                "high": tails[1],
            }
        )

    def target_dose(self, effect: float) -> float | None:
        """Return the dose whose averaged effect over dose 0 is `effect`, signed; None if none."""
        self._any_fit()

        def curve(dose: Array) -> Array:
            none = self._averaged(self.fits, np.zeros(1))
            return np.asarray(self._averaged(self.fits, dose) - none)

        return first_dose(curve, effect, float(self.doses.max()))

    def explain(self) -> str:
        """Say in plain words what was found."""
        best = int(np.argmax(self.statistics))
        head = (
            f"Of {len(self.candidates)} candidate shapes, '{self.candidates[best].name}' has the "
            f"largest contrast statistic, {self.statistics[best]:.2f} (adjusted one-sided p "
            f"{self.p[best]:.2g}; bound {self.critical:.2f})."
        )
        if not self.significant:
            return f"{head} No dose response is shown at one-sided {self.alpha:g}."
        shares = ", ".join(
            f"{fit.shape.name} {weight:.0%}"
            for fit, weight in zip(self.fits, self.weights, strict=True)
        )
        return f"{head} A dose response is shown. Weights of the fitted shapes: {shares}."

    def citation(self) -> str:
        """Return the sources of the method, one a line."""
        return (
            "Bretz F, Pinheiro JC, Branson M, Biometrics 2005;61:738 "
            "(doi:10.1111/j.1541-0420.2005.00344.x)\n"
            "Buckland ST, Burnham KP, Augustin NH, Biometrics 1997;53:603 (doi:10.2307/2533961)"
        )

    def _any_fit(self) -> None:
        if not self.fits:
            raise AnalysisError(
                "no candidate was significant, so there is no dose response to average or invert."
            )

    def _averaged(self, fits: tuple[DoseFit, ...], dose: Array) -> Array:
        aic = np.array([fit.aic for fit in fits])
        weight = np.exp(-0.5 * (aic - aic.min()))
        return np.asarray(weight @ np.array([fit.curve(dose) for fit in fits]) / weight.sum())

    def _bootstrap(self, seed: int) -> list[tuple[DoseFit, ...]]:
        random = np.random.default_rng(seed)
        dose, value = self.data
        groups = [np.flatnonzero(dose == d) for d in self.doses]
        out = []
        for _ in range(BOOTSTRAP):
            rows = np.concatenate([random.choice(g, len(g)) for g in groups])
            names = [fit.shape.name for fit in self.fits]
            out.append(tuple(fit_dose_response(n, dose[rows], value[rows]) for n in names))
        return out


def mcpmod(
    doses: Sequence[float] | Array,
    values: Sequence[float] | Array,
    candidates: Sequence[Candidate],
    alpha: float = 0.025,
    decreasing: bool = False,
) -> McpMod:
    """Test and model the dose response of a trial.

    Parameters
    ----------
    doses, values
        Dose and response of each patient; missing responses are left out.
    candidates
        Shapes that the dose response may have.
    alpha
        One-sided type I error of all candidates together.
    decreasing
        Whether a fall of the response is good.

    Raises
    ------
    AnalysisError
        A dose with fewer than two patients, or what `optimal_contrasts` refuses.
    """
    dose, value = np.asarray(doses, dtype=float), np.asarray(values, dtype=float)
    known = np.isfinite(dose) & np.isfinite(value)
    dose, value = dose[known], value[known]
    levels, place, sizes = np.unique(dose, return_inverse=True, return_counts=True)
    check_doses(levels)
    if (sizes < 2).any():
        raise AnalysisError(f"dose {levels[np.argmin(sizes)]:g} has one patient; two are needed.")
    means = np.bincount(place, value) / sizes
    df = len(value) - len(levels)
    variance = float(((value - means[place]) ** 2).sum()) / df
    contrasts = optimal_contrasts(candidates, levels, sizes, decreasing=decreasing)
    spread = variance * np.diag(1.0 / sizes)
    correlation = contrast_correlation(contrasts, spread)
    statistics = contrasts.T @ means / np.sqrt(np.diag(contrasts.T @ spread @ contrasts))
    critical = max_critical(correlation, alpha, df)
    shapes = dict.fromkeys(
        c.shape for c, s in zip(candidates, statistics, strict=True) if s > critical
    )
    return McpMod(
        doses=levels,
        means=means,
        sizes=sizes,
        candidates=tuple(candidates),
        contrasts=contrasts,
        correlation=correlation,
        statistics=np.asarray(statistics),
        p=np.array([max_p(float(s), correlation, df) for s in statistics]),
        critical=critical,
        alpha=alpha,
        decreasing=decreasing,
        fits=tuple(fit_dose_response(name, dose, value) for name in shapes),
        data=(dose, value),
    )


def mcp_power(
    candidates: Sequence[Candidate],
    doses: Sequence[float] | Array,
    sizes: Sequence[float] | Array,
    effect: float,
    sd: float,
    alpha: float = 0.025,
    decreasing: bool = False,
) -> Array:
    """Return the power of the contrast test when each candidate in turn is true.

    Parameters
    ----------
    candidates, doses, alpha, decreasing
        As in `optimal_contrasts` and `mcpmod`.
    sizes
        Patients a dose.
    effect
        Largest effect over dose 0, without sign.
    sd
        Standard deviation within a dose.
    """
    if not (sd > 0 and effect >= 0):
        raise AnalysisError(f"sd {sd:g} must be above 0 and effect {effect:g} not below 0.")
    dose, size = check_doses(doses), np.asarray(sizes, dtype=float)
    contrasts = optimal_contrasts(candidates, dose, size, decreasing=decreasing)
    spread = sd**2 * np.diag(1.0 / size)
    correlation = contrast_correlation(contrasts, spread)
    df = float(size.sum() - len(dose))
    critical = max_critical(correlation, alpha, df)
    se = np.sqrt(np.diag(contrasts.T @ spread @ contrasts))
    sign = -1.0 if decreasing else 1.0
    shifts = [contrasts.T @ (sign * effect * c.means(dose)) / se for c in candidates]
    return np.array([max_power(shift, correlation, critical, df) for shift in shifts])
