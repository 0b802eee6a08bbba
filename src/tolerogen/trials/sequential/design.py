"""A group-sequential design: bounds, errors spent, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from tolerogen.errors import AnalysisError
from tolerogen.trials.sequential.bounds import Plan, bounds
from tolerogen.trials.sequential.process import crossing
from tolerogen.trials.sequential.spending import spending

if TYPE_CHECKING:
    import pandas as pd

LARGEST_INFLATION = 9.0


@dataclass(frozen=True)
class Outlook:
    """What a design would do under one drift.

    Attributes
    ----------
    power
        Probability of ever crossing an efficacy bound.
    futility
        Probability of stopping for futility.
    information
        Expected information at the end, as a share of the largest.
    stops
        Probability of ending at each look.
    """

    power: float
    futility: float
    information: float
    stops: tuple[float, ...]


@dataclass(frozen=True)
class GroupSequentialDesign:
    """Bounds of a one-sided group-sequential test; large statistics favour the drug.

    Attributes
    ----------
    kind
        How the bounds were chosen.
    information
        Share of the largest information at each look; the last is 1.
    alpha, beta
        One-sided type I error, and type II error at `drift`.
    critical
        Efficacy bounds, z scale.
    futility
        Futility bounds, z scale; ``-inf`` where there is none. One fewer than `critical`.
    binding
        Whether the type I error counts on stopping for futility.
    alpha_spent
        Cumulative type I error at each look.
    drift
        Mean of the last statistic at which the power is ``1 - beta``.
    """

    kind: str
    information: tuple[float, ...]
    alpha: float
    beta: float
    critical: tuple[float, ...]
    futility: tuple[float, ...]
    binding: bool
    alpha_spent: tuple[float, ...]
    drift: float
    sources: tuple[str, ...] = field(
        default=(
            "Jennison C, Turnbull BW, Group Sequential Methods, 2000",
            "Lan KKG, DeMets DL, Biometrika 1983;70:659 (doi:10.1093/biomet/70.3.659)",
        )
    )

    @property
    def stage_level(self) -> tuple[float, ...]:
        """One-sided significance level of each look."""
        return tuple(float(norm.sf(z)) for z in self.critical)

    @property
    def inflation(self) -> float:
        """Largest information, over that of a design without interim looks."""
        return float(self.drift**2 / (norm.isf(self.alpha) + norm.isf(self.beta)) ** 2)

    def outlook(self, drift: float | None = None) -> Outlook:
        """Return power, expected information and stopping under a drift.

        Parameters
        ----------
        drift
            Mean of the last statistic; that of the design when None, 0 for the null hypothesis.
        """
        under = self.drift if drift is None else drift
        lower = [*self.futility, -np.inf]
        left = crossing(self.information, self.critical, lower, under)
        stops = left.upper + left.lower
        stops[-1] = 1.0 - stops[:-1].sum()
        return Outlook(
            power=float(left.upper.sum()),
            futility=float(left.lower.sum()),
            information=float(stops @ np.array(self.information)),
            stops=tuple(float(p) for p in stops),
        )

    def sample_size(self, fixed: float) -> dict[str, float]:
        """Return the sizes of the design, from that of the trial without interim looks.

        Parameters
        ----------
        fixed
            Patients of the fixed design at the same errors and effect.

        Returns
        -------
        dict
            ``maximum``, and expected sizes under the effect planned for (``expected``), half of
            it (``expected_half``) and none (``expected_null``).
        """
        maximum = fixed * self.inflation
        shares = {"expected": self.drift, "expected_half": self.drift / 2, "expected_null": 0.0}
        return {
            "maximum": maximum,
            **{name: maximum * self.outlook(d).information for name, d in shares.items()},
        }

    def frame(self) -> pd.DataFrame:
        """Return one row a look: bounds, errors spent, probability of ending there."""
        import pandas as pd

        under, null = self.outlook(), self.outlook(0.0)
        return pd.DataFrame(
            {
                "look": range(1, len(self.information) + 1),
                "information": self.information,
                "critical": self.critical,
                "futility": [*self.futility, float("nan")],
                "stage_level": self.stage_level,
                "alpha_spent": self.alpha_spent,
                "stops": under.stops,
                "stops_null": null.stops,
            }
        )

    def explain(self) -> str:
        """Say in plain words what the design does."""
        under, null = self.outlook(), self.outlook(0.0)
        stop = ""
        if any(np.isfinite(self.futility)):
            bind = "binding" if self.binding else "not binding"
            stop = f" Futility bounds are {bind}; without an effect {null.futility:.0%} stop there."
        return (
            f"{len(self.information)} looks ({self.kind}), one-sided alpha {self.alpha:g}, power "
            f"{1 - self.beta:.0%}: at most {self.inflation:.3f} times the patients of a trial "
            f"without interim looks, on average {under.information * self.inflation:.3f} times "
            f"with the planned effect and {null.information * self.inflation:.3f} times without."
            f"{stop}"
        )

    def citation(self) -> str:
        """Return the sources of the methods, one a line."""
        return "\n".join(self.sources)


def group_sequential(
    looks: int | Sequence[float],
    kind: str = "lan-demets-obrien-fleming",
    alpha: float = 0.025,
    beta: float = 0.2,
    gamma: float | None = None,
    futility: str | Sequence[float] | None = None,
    futility_gamma: float | None = None,
    binding: bool = False,
) -> GroupSequentialDesign:
    """Choose the bounds of a one-sided group-sequential test.

    Parameters
    ----------
    looks
        Number of looks, equally spaced in information; or the share at each, the last 1.
    kind
        A spending function (`spending`: ``lan-demets-obrien-fleming``, ``lan-demets-pocock``,
        ``kim-demets``, ``hwang-shih-decani``), or bounds of a shape: ``pocock`` (the same at each
        look), ``obrien-fleming`` (falling with the root of information), ``wang-tsiatis`` (in
        between, `gamma` 0 to 0.5), ``haybittle-peto`` (3 before the last look).
    alpha, beta
        One-sided type I error; type II error that `drift` and `inflation` refer to.
    gamma
        Parameter of the spending function or shape.
    futility
        None; a spending function of beta; or the bounds, z scale, one for each interim look.
    futility_gamma
        Parameter of that spending function.
    binding
        Lower the efficacy bounds, counting on stopping for futility; regulators prefer False.

    Raises
    ------
    AnalysisError
        Looks that do not rise to 1, errors out of range, unknown names, futility above efficacy.

    References
    ----------
    Pocock SJ, Biometrika 1977;64:191 (doi:10.1093/biomet/64.2.191); O'Brien PC, Fleming TR,
    Biometrics 1979;35:549 (doi:10.2307/2530245); Wang SK, Tsiatis AA, Biometrics 1987;43:193
    (doi:10.2307/2531959); Pampallona S, Tsiatis AA, J Stat Plan Inference 1994;42:19
    (doi:10.1016/0378-3758(94)90187-2), for bounds of both errors.

    Examples
    --------
    >>> [round(z, 3) for z in group_sequential(3, "obrien-fleming").critical]
    [3.471, 2.454, 2.004]
    """
    information = _information(looks)
    _errors(alpha, beta)
    plan = Plan(kind.lower(), information, alpha, beta, gamma, binding)
    fixed = _fixed_futility(futility, len(information))
    spend = None if fixed or futility is None else spending(str(futility), futility_gamma)

    def lack(drift: float) -> float:
        upper, lower = bounds(plan, drift, fixed, spend)
        return float(crossing(information, upper, [*lower, -np.inf], drift).upper.sum() - 1 + beta)

    drift = _drift(lack, float(norm.isf(alpha) + norm.isf(beta)), beta)
    upper, lower = bounds(plan, drift, fixed, spend)
    under = crossing(information, upper, [*lower, -np.inf] if binding else _none(upper), 0.0)
    return GroupSequentialDesign(
        kind=plan.label,
        information=information,
        alpha=alpha,
        beta=beta,
        critical=tuple(upper),
        futility=tuple(lower),
        binding=binding,
        alpha_spent=tuple(float(v) for v in np.cumsum(under.upper)),
        drift=drift,
    )


def _drift(lack: Callable[[float], float], fixed: float, beta: float) -> float:
    """Find the drift of the wanted power, upwards from that of a design without looks."""
    low = fixed * (1.0 - 1e-6)
    while low < fixed * math.sqrt(LARGEST_INFLATION):
        high = low * 1.05
        if lack(high) > 0:
            return float(brentq(lack, low, high, xtol=1e-11))
        low = high
    raise AnalysisError(
        f"with these futility bounds no design of up to {LARGEST_INFLATION:g} times the patients "
        f"has a power of {1 - beta:.0%}; lower the bounds."
    )


def _none(upper: Sequence[Any]) -> list[float]:
    return [-math.inf] * len(upper)


def _information(looks: int | Sequence[float]) -> tuple[float, ...]:
    if isinstance(looks, int):
        if not 1 <= looks <= 50:
            raise AnalysisError(f"looks is {looks}; a design has between 1 and 50 looks.")
        return tuple((k + 1) / looks for k in range(looks))
    shares = tuple(float(v) for v in looks)
    rising = all(0 < a < b for a, b in zip((1e-300, *shares), shares, strict=False))
    if not shares or not rising or abs(shares[-1] - 1.0) > 1e-9:
        raise AnalysisError(
            f"looks are at shares {list(shares)} of the information; they must rise from above 0 "
            "to 1, for example [0.5, 0.75, 1]."
        )
    if any(b - a < 1e-3 for a, b in pairwise(shares)):
        raise AnalysisError("two looks lie closer than 0.1 % of the information; drop one.")
    return shares


def _errors(alpha: float, beta: float) -> None:
    if not 0 < alpha < 0.5:
        raise AnalysisError(f"alpha is {alpha}; a one-sided level lies between 0 and 0.5.")
    if not 0 < beta < 1 - alpha:
        raise AnalysisError(f"beta is {beta}; it must lie between 0 and 1 less alpha.")


def _fixed_futility(futility: str | Sequence[float] | None, looks: int) -> tuple[float, ...] | None:
    if futility is None or isinstance(futility, str):
        return None
    values = tuple(float(v) for v in futility)
    if len(values) != looks - 1:
        raise AnalysisError(
            f"futility has {len(values)} bounds; a design of {looks} looks has {looks - 1} interim "
            "looks and so as many futility bounds (-inf for none)."
        )
    return values
