"""What a kinetic fit gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array

Interval = tuple[float | None, float | None]


@dataclass(frozen=True)
class Site:
    """What a second kind of site, or the second arm, adds to a fit.

    Attributes
    ----------
    kon
        1/(M s) of a second kind of site; 1/s, in units of the whole surface, of a second arm.
    koff
        1/s.
    rmax
        Capacity of the second kind of site, response units; None for a second arm.
    """

    kon: float
    koff: float
    kon_interval: Interval
    koff_interval: Interval
    rmax: float | None = None

    def record(self) -> dict[str, Any]:
        """Return it as other programs read it."""
        return {
            "kon": self.kon,
            "koff": self.koff,
            "rmax": self.rmax,
            "kon_low": self.kon_interval[0],
            "kon_high": self.kon_interval[1],
            "koff_low": self.koff_interval[0],
            "koff_high": self.koff_interval[1],
        }


@dataclass(frozen=True, eq=False)
class FittedCurve:
    """A cycle as it was fitted: after averaging of long records.

    Attributes
    ----------
    name
        Of the cycle.
    highest
        Its highest concentration, M.
    time, response, fitted
        s, measured and modelled response, equally long.
    """

    name: str
    highest: float
    time: Array
    response: Array
    fitted: Array


@dataclass(frozen=True)
class KineticFit:
    """Rate constants of one analyte, with 95 % profile-likelihood intervals.

    Attributes
    ----------
    analyte, model
        What was fitted, and with which model.
    kon
        1/(M s). None where only a bound is known, or the model has none.
    koff
        1/s; None where less than 5 % dissociated, when `koff_interval` holds the upper bound.
    kd
        M; koff / kon, or the steady-state affinity.
    rmax
        Response units, of all sites together.
    transport
        ``m = ka Rmax / kt`` of the mass-transport model; None where that was not fitted.
    second
        The second kind of site (that with less capacity), or the second arm.
    noise
        Standard deviation of the residuals, response units.
    correlation
        Of neighbouring residuals; white noise gives 0.
    converged
        Whether the search ended at a minimum.
    warnings
        What to look at before the numbers are used.
    curves
        Each cycle with the model's response; none of a steady-state fit.
    """

    analyte: str
    model: str
    kon: float | None
    koff: float | None
    kd: float | None
    rmax: float
    kon_interval: Interval
    koff_interval: Interval
    kd_interval: Interval
    noise: float
    correlation: float
    converged: bool
    transport: float | None = None
    second: Site | None = None
    warnings: tuple[str, ...] = ()
    curves: tuple[FittedCurve, ...] = field(default=(), repr=False, compare=False)

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: those of ``antibody kinetics --json``."""
        more = {} if self.second is None else {"second": self.second.record()}
        return {
            "analyte": self.analyte,
            "kon": self.kon,
            "koff": self.koff,
            "kd": self.kd,
            "rmax": self.rmax,
            "kon_low": self.kon_interval[0],
            "kon_high": self.kon_interval[1],
            "koff_low": self.koff_interval[0],
            "koff_high": self.koff_interval[1],
            "model": self.model,
            "converged": self.converged,
            "kd_low": self.kd_interval[0],
            "kd_high": self.kd_interval[1],
            "units": {"kon": "1/(M s)", "koff": "1/s", "kd": "M"},
            "warnings": list(self.warnings),
            **more,
        }
