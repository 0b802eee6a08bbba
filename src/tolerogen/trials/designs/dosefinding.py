"""Dose ranging: MCP-Mod as the analysis of a trial, with the model average as its estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tolerogen.errors import AnalysisError
from tolerogen.trials.designs.plan import Claim, Plan, Stage, Verdict
from tolerogen.trials.designs.reading import Fit, Readings
from tolerogen.trials.dosefinding import (
    Candidate,
    DoseFit,
    contrast_correlation,
    fit_dose_response,
    max_critical,
    optimal_contrasts,
)
from tolerogen.trials.dosefinding.fit import first_dose

Array = np.ndarray


@dataclass(frozen=True)
class DoseRanging:
    """A plan of parallel dose groups.

    Attributes
    ----------
    doses
        Dose of each arm; the reference has 0.
    candidates
        Shapes that the dose response may have.
    target
        Effect over dose 0 that the target dose is to have, without sign; None for no target.
    alpha
        One-sided, of all candidates together.
    shares
        Share of each arm in the randomisation.
    """

    doses: Mapping[str, float]
    candidates: tuple[Candidate, ...]
    target: float | None
    alpha: float
    shares: Mapping[str, int]

    @property
    def label(self) -> str:
        """Name for a page."""
        shapes = ", ".join(candidate.name for candidate in self.candidates)
        return f"dose ranging, MCP-Mod with {shapes}"

    def first(self, size: int) -> Stage:
        """Return all patients."""
        return Stage(size)

    def then(self, size: int, seen: Sequence[Readings]) -> Stage | Verdict:
        """Test and model the dose response."""
        del size  # there is one stage
        part = seen[0]
        fit = part.fit()
        names = [name for name in self.doses if name != part.reference]
        if fit is None or any(name not in fit.places for name in self.doses):
            claims = dict.fromkeys(names, Claim(np.nan, np.nan, np.nan, rejected=False))
            return Verdict(claims, len(part), 1)
        statistics = self._statistics(fit)
        significant = bool(statistics.max() > self._critical)
        curve, chosen = self._model(part, fit, statistics)
        claims = {}
        for name in names:
            effect = float(curve[name]) if curve is not None else np.nan
            claims[name] = Claim(
                effect, np.nan, np.nan, significant, carried=chosen is not None and chosen == name
            )
        extra = {"significant": float(significant)}
        if self.target is not None:
            extra["target_found"] = float(chosen is not None)
        return Verdict(claims, len(part), 1, "end", extra)

    def check(self) -> None:
        """Refuse shapes and doses from which no contrast can be made, before the long run.

        Raises
        ------
        AnalysisError
            What `optimal_contrasts` refuses.
        """
        _ = self._critical

    def unbound(self) -> Plan:
        """Return itself: there is no futility."""
        return self

    def largest(self, size: int) -> int:
        """Return the planned size."""
        return size

    def sources(self) -> tuple[str, ...]:
        """Return the sources of the method."""
        return (
            "Bretz F, Pinheiro JC, Branson M, Biometrics 2005;61:738 "
            "(doi:10.1111/j.1541-0420.2005.00344.x)",
            "Pinheiro J, Bornkamp B, Glimm E, Bretz F, Stat Med 2014;33:1646 "
            "(doi:10.1002/sim.6052)",
        )

    @cached_property
    def _levels(self) -> Array:
        return np.array(sorted(self.doses.values()))

    @cached_property
    def _names(self) -> list[str]:
        return sorted(self.doses, key=lambda name: self.doses[name])

    @cached_property
    def _contrasts(self) -> Array:
        sizes = np.array([self.shares[name] for name in self._names], dtype=float)
        return optimal_contrasts(self.candidates, self._levels, sizes)

    @cached_property
    def _critical(self) -> float:
        # from the plan, and not from every trial: contrasts and bound are in the protocol
        sizes = np.array([self.shares[name] for name in self._names], dtype=float)
        correlation = contrast_correlation(self._contrasts, np.diag(1.0 / sizes))
        return float(max_critical(correlation, self.alpha, np.inf))

    def _statistics(self, fit: Fit) -> Array:
        """Contrast statistics on the normal scale, from adjusted means."""
        from scipy.special import ndtri, stdtr

        places = [fit.places[name] for name in self._names]
        spread = fit.sd**2 * fit.inverse[np.ix_(places, places)]
        means = fit.beta[places]
        c = self._contrasts
        t = c.T @ means / np.sqrt(np.einsum("dc,de,ec->c", c, spread, c))
        return np.asarray(np.sign(t) * -ndtri(np.maximum(stdtr(fit.df, -np.abs(t)), 1e-300)))

    def _model(
        self, part: Readings, fit: Fit, statistics: Array
    ) -> tuple[dict[str, float] | None, str | None]:
        """Average the fits of the shapes; the effect of each dose, and the dose."""
        significant = statistics > self._critical
        # without a significant shape the average of all is still the estimate
        kept = significant if significant.any() else np.ones(len(significant), dtype=bool)
        shapes = dict.fromkeys(c.shape for c, k in zip(self.candidates, kept, strict=True) if k)
        used = np.isfinite(part.value) & np.isfinite(part.covariates).all(axis=1)
        dose = np.array([self.doses[name] for name in part.arms])[part.arm[used]]
        centred = part.covariates[used] - part.covariates[used].mean(axis=0)
        centred = centred[:, np.ptp(centred, axis=0) > 0]
        value = part.value[used] - centred @ fit.beta[len(fit.places) :]
        fits: list[DoseFit] = []
        for name in shapes:
            try:
                fits.append(fit_dose_response(name, dose, value))
            except AnalysisError:  # a shape that these data cannot carry has no weight
                continue
        if not fits:
            return None, None
        aic = np.array([one.aic for one in fits])
        weight = np.exp(-0.5 * (aic - aic.min()))
        weight /= weight.sum()

        def averaged(at: Array) -> Array:
            none = np.array([one.curve(np.zeros(1))[0] for one in fits])
            return np.asarray(weight @ (np.array([one.curve(at) for one in fits]) - none[:, None]))

        effects = averaged(self._levels)
        curve = dict(zip(self._names, effects, strict=True))
        return curve, self._dose(averaged) if significant.any() else None

    def _dose(self, averaged: Callable[[Array], Array]) -> str | None:
        """Return the arm that lies next above the target dose."""
        if self.target is None:
            return None
        found = first_dose(averaged, self.target, float(self._levels[-1]))
        if found is None:
            return None
        above = [name for name in self._names if self.doses[name] >= found - 1e-9]
        return above[0] if above else None
