"""Doses in the words of a report, turned into days and milligrams.

Reports write ``every 2 weeks to week 22``, ``q2w x3 then q4w x4`` or ``days 1 and 15``. What
these words do not cover is refused and not guessed: a wrong dose would be a wrong prediction.
A month is four weeks, as trials visit; day 1 is the first day of treatment (day 0 here).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tolerogen.errors import SpecError

MONTH = 28.0  # days
NUMBER = r"(\d+(?:\.\d+)?)"
STEPS: tuple[tuple[str, float], ...] = (  # pattern, days for each unit that it counts
    (r"every other day", 2.0),
    (rf"every {NUMBER} months?", MONTH),
    (rf"every {NUMBER} (?:weeks?|wks?)\b", 7.0),
    (rf"every {NUMBER} days?", 1.0),
    (rf"\bq{NUMBER}w\b", 7.0),
    (r"twice weekly", 3.5),
    (r"twice daily|\bbid\b", 0.5),
    (r"\bmonthly\b|every month", MONTH),
    (r"\bweekly\b|every week\b|\bqw\b", 7.0),
    (r"once daily|\bdaily\b|every day\b|\bqd\b", 1.0),
)
UNITS = {"d": 1.0, "w": 7.0}
FILLING = {"for", "infusions", "infusion", "injections", "doses", "dose", "loading", "and", "a"}


@dataclass(frozen=True)
class Amount:
    """A single dose: milligrams, or milligrams per kilogram of body weight."""

    value: float
    per_kg: bool

    @property
    def text(self) -> str:
        """As a dose rule writes it."""
        return f"{self.value:g} mg{'/kg' if self.per_kg else ''}"


def amount(text: str | None) -> Amount | None:
    """Find the one dose in words such as ``10 mg/kg`` or ``750 mg fixed``.

    Returns
    -------
    Amount or None
        None where there is no amount in mg, or more than one.

    Examples
    --------
    >>> amount("750 mg fixed")
    Amount(value=750.0, per_kg=False)
    """
    outside = re.sub(r"\([^)]*\)", " ", text or "")
    found = re.findall(rf"{NUMBER} ?mg(/kg)?", outside.casefold())
    if len(found) != 1 or not float(found[0][0]) > 0:
        return None
    return Amount(float(found[0][0]), bool(found[0][1]))


def dose_days(text: str, end: float) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Read the days of the doses.

    Parameters
    ----------
    text
        The schedule in words; parts joined by ``then`` follow each other.
    end
        Day (days) before which doses are kept; dosing without a stated end goes on until then.

    Returns
    -------
    days, aside
        Days of the doses, rising; and what stood in brackets, which is not read.

    Raises
    ------
    SpecError
        Words that cannot be read.

    Examples
    --------
    >>> dose_days("q2w x3 then q4w x2", 200)[0]
    (0.0, 14.0, 28.0, 56.0, 84.0)
    """
    aside = tuple(re.findall(r"\(([^)]*)\)", text))
    core = re.sub(r"\([^)]*\)", " ", text.casefold())
    days: list[float] = []
    for part in re.split(r"\bthen\b", core):
        days.extend(_part(part.strip(" ,;."), days[-1] if days else None, end, text))
    kept = tuple(day for day in days if day < end)
    if not kept:
        raise SpecError(f"the schedule '{text}' gives no dose before day {end:g}")
    return kept, aside


def _part(part: str, last: float | None, end: float, whole: str) -> list[float]:
    if part in ("single", "single dose", "once"):
        return [0.0 if last is None else last]
    listed = re.fullmatch(rf"(weeks?|days?) ((?:{NUMBER}(?:,| and|, and|\s)*)+)", part)
    if listed:
        numbers = [float(n) for n in re.findall(NUMBER, listed[2])]
        if listed[1].startswith("week"):
            return [7 * n for n in numbers]
        return [n - 1 for n in numbers] if 0 not in numbers else numbers
    for pattern, unit in STEPS:
        found = re.search(pattern, part)
        if found:
            step = unit * float(found[1]) if found.groups() else unit
            rest = part[: found.start()] + " " + part[found.end() :]
            return _repeated(rest, step, 0.0 if last is None else last + step, end, whole)
    raise SpecError(f"the schedule '{whole}' cannot be read at '{part}'")


def _repeated(rest: str, step: float, start: float, end: float, whole: str) -> list[float]:
    """Lay out equal steps; `rest` says until when, how long or how often."""
    slack = 1e-9 * step
    cycle = re.search(rf"{NUMBER} ?wk on ?/ ?{NUMBER} ?wk off x ?(\d+)", rest)
    until = re.search(rf"\bto (week|day)? ?{NUMBER}", rest)
    span = re.search(rf"\bx? ?{NUMBER} ?(w|d)(?:k|ks|eek|eeks|ay|ays)?\b", rest)
    times = re.search(r"\bx ?(\d+)\b", rest) or re.fullmatch(
        r"\s*(\d+)\s+(?:infusions|doses)", rest
    )
    if cycle:
        on, off, rounds = 7 * float(cycle[1]), 7 * float(cycle[2]), int(cycle[3])
        inside = _steps(0.0, step, on - slack)
        days = [start + k * (on + off) + day for k in range(rounds) for day in inside]
    elif until:
        last = float(until[2]) - 1 if until[1] == "day" else 7 * float(until[2])
        days = _steps(start, step, last + slack)
    elif span:
        days = _steps(start, step, start + float(span[1]) * UNITS[span[2]] - slack)
    elif times:
        days = [start + step * k for k in range(int(times[1]))]
    else:
        days = _steps(start, step, end)
    used = cycle or until or span or times
    over = rest.replace(used[0], " ") if used else rest
    strange = [w for w in re.findall(r"[^\s,;.]+", over) if w not in FILLING]
    if strange:
        raise SpecError(f"the schedule '{whole}' cannot be read at '{' '.join(strange)}'")
    return days


def _steps(start: float, step: float, limit: float) -> list[float]:
    days: list[float] = []
    while start + step * len(days) <= limit:
        days.append(start + step * len(days))
    return days
