"""One dose rule: an amount, a route, the days; read as a person writes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from tolerogen.errors import SpecError, choices
from tolerogen.units import convert

Route = Literal["iv", "iv infusion", "sc", "oral"]

MOST_DOSES = 10_000
"""Of one rule: more than daily for twenty years is a slip of the pen."""


@dataclass(frozen=True)
class DoseRule:
    """One amount given by one route on stated days.

    Attributes
    ----------
    amount
        Milligrams, or milligrams per kilogram of body weight where `per_kg`.
    route
        ``iv`` (bolus), ``iv infusion``, ``sc`` or ``oral``.
    days
        Days of the doses, counted from the first day of treatment (day 0).
    duration
        Days that an infusion lasts.
    cap
        Largest single dose, mg, of a weight-based amount.
    """

    amount: float
    per_kg: bool
    route: Route
    days: tuple[float, ...]
    duration: float = 0.0
    cap: float | None = None

    def milligrams(self, weight_kg: float) -> float:
        """Return the single dose (mg) of a patient of `weight_kg` (kg)."""
        dose = self.amount * weight_kg if self.per_kg else self.amount
        return dose if self.cap is None else min(dose, self.cap)

    def explain(self) -> str:
        """Return the rule in words, for example ``750 mg iv infusion, days 0, 14, 28, 49``."""
        unit = "mg/kg" if self.per_kg else "mg"
        cap = f" (at most {self.cap:g} mg)" if self.cap is not None else ""
        return f"{self.amount:g} {unit}{cap} {self.route}, {_when(self.days)}"


def dose_rule(
    amount: str,
    *,
    route: str,
    at: Iterable[str] = (),
    every: str | None = None,
    count: int | None = None,
    until: str | None = None,
    start: str = "0 days",
    duration: str | None = None,
    cap: str | None = None,
    where: str = "dose",
) -> DoseRule:
    """Read a dose rule as a person writes it.

    Parameters
    ----------
    amount
        ``"750 mg"`` or ``"15 mg/kg"``.
    route
        ``iv``, ``iv infusion``, ``sc`` or ``oral``.
    at
        Times of the doses, ``["0 weeks", "2 weeks"]``; or else `every` with `count` or `until`.
    every, count, until, start
        Interval, number of doses, last day on which a dose may fall, day of the first one.
    duration
        How long an infusion lasts, ``"1 hour"``.
    cap
        Largest single dose of a weight-based amount, ``"1000 mg"``.
    where
        The file and key named in an error.

    Raises
    ------
    SpecError
        Wrong unit, an amount not above zero, no time or two ways of giving it, no dose before
        the end, an infusion without duration.

    Examples
    --------
    >>> dose_rule("15 mg/kg", route="sc", every="2 weeks", count=3).days
    (0.0, 14.0, 28.0)
    """
    # Split by hand: to the unit library mg/kg is a plain number, and '750' would pass for it.
    mass, _, per = amount.rpartition("/")
    per_kg = per.strip() == "kg"
    value = convert(mass if per_kg else amount, "mg", where=f"{where}, amount")
    if not value > 0:
        raise SpecError(f"{where}, amount: '{amount}' must be above zero.")
    if route not in get_args(Route):
        raise SpecError(f"{where}, route '{route}' is unknown; {choices(route, get_args(Route))}")
    return DoseRule(
        amount=value,
        per_kg=per_kg,
        route=route,  # type: ignore[arg-type]  # checked above
        days=_days(tuple(at), every, count, until, start, where),
        duration=_duration(duration, route, where),
        cap=_cap(cap, per_kg, where),
    )


def _when(days: tuple[float, ...]) -> str:
    steps = {round(later - earlier, 6) for earlier, later in pairwise(days)}
    if len(days) > 3 and len(steps) == 1:
        return f"every {steps.pop():g} days from day {days[0]:g} to day {days[-1]:g}"
    return f"day{'s' if len(days) > 1 else ''} {', '.join(f'{day:g}' for day in days)}"


def _days(
    at: tuple[str, ...],
    every: str | None,
    count: int | None,
    until: str | None,
    start: str,
    where: str,
) -> tuple[float, ...]:
    if bool(at) == (every is not None):
        raise SpecError(
            f"{where}: say when the doses fall, either as a list ('at', 'weeks' or 'days') or as "
            "'every' with 'count' or 'until', and not both."
        )
    if at:
        days = tuple(sorted(convert(time, "day", where=f"{where}, at") for time in at))
    else:
        days = _repeated(str(every), count, until, start, where)
    if days[0] < 0:
        raise SpecError(f"{where}: a dose falls on day {days[0]:g}; treatment starts on day 0.")
    return days


def _repeated(
    every: str, count: int | None, until: str | None, start: str, where: str
) -> tuple[float, ...]:
    step = convert(every, "day", where=f"{where}, every")
    first = convert(start, "day", where=f"{where}, start")
    if not step > 0:
        raise SpecError(f"{where}, every: '{every}' must be above zero.")
    if (count is None) == (until is None):
        raise SpecError(f"{where}: 'every' needs either 'count' or 'until', and not both.")
    if until is not None:
        last = convert(until, "day", where=f"{where}, until")
        # A billionth of a step forgives rounding, so that the dose of the last day is given.
        count = int((last - first) / step + 1e-9) + 1 if last >= first else 0
    if count and count > MOST_DOSES:
        raise SpecError(f"{where}: {count} doses are meant; at most {MOST_DOSES} are taken.")
    if not count or count < 1:
        raise SpecError(
            f"{where}: no dose falls before the end (start '{start}', every '{every}', "
            f"count {count}, until {until!r})."
        )
    return tuple(first + step * index for index in range(count))


def _duration(duration: str | None, route: str, where: str) -> float:
    if (route == "iv infusion") != (duration is not None):
        raise SpecError(
            f"{where}, duration: an 'iv infusion' needs one, such as '1 hour', and no other route "
            f"takes one; the route here is '{route}'."
        )
    if duration is None:
        return 0.0
    days = convert(duration, "day", where=f"{where}, duration")
    if not days > 0:
        raise SpecError(f"{where}, duration: '{duration}' must be above zero.")
    return days


def _cap(cap: str | None, per_kg: bool, where: str) -> float | None:
    if cap is None:
        return None
    value = convert(cap, "mg", where=f"{where}, cap")
    if not per_kg or not value > 0:
        raise SpecError(
            f"{where}, cap: '{cap}' must be above zero and needs a weight-based amount (mg/kg)."
        )
    return value
