"""When a case must have reached the authority.

Day zero is the day, on the calendar of the place that is responsible, on which the four minimum
criteria were first known there. It does not count: a report received on 1 March with 15 days is due
on 16 March. Days are calendar days. A follow-up that makes a case urgent, or brings new facts to an
urgent one, starts its clock afresh.

Sources: ICH E2A (7 days for fatal or life-threatening unexpected reactions in trials,
15 for other serious unexpected ones), 21 CFR 314.80(c)(1) (15 days for serious and unexpected),
EU directive 2001/83/EC article 107(3) (15 days for serious, 90 for others).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tolerogen.errors import SpecError, choices
from tolerogen.safety.case_report import CaseReport

REGIMES = ("trial", "fda", "eu")


@dataclass(frozen=True)
class Deadline:
    """When a case is due.

    Attributes
    ----------
    day_zero, due
        The day the clock started, and the last day.
    days
        Calendar days between them.
    reason
        Why, in words.
    """

    day_zero: date
    due: date
    days: int
    reason: str

    def remaining(self, today: date) -> int:
        """Return the days left; negative when it is late."""
        return (self.due - today).days


def days_allowed(report: CaseReport, regime: str) -> tuple[int, str] | None:
    """Return how many days a case has, and why; None when it is not sent one by one.

    Raises
    ------
    SpecError
        For an unknown regime.
    """
    if regime not in REGIMES:
        raise SpecError(f"--regime: {choices(regime, REGIMES)}")
    serious = report.serious
    if not report.valid:
        return None
    if regime == "eu":
        return (15, "serious (EU)") if serious else (90, "not serious (EU)")
    if not serious or not report.unexpected:
        return None
    if regime == "trial" and serious & {"death", "life_threatening"}:
        return 7, "fatal or life-threatening, unexpected (trial)"
    return 15, f"serious, unexpected ({regime})"


def deadline(
    versions: list[tuple[datetime, CaseReport]], regime: str, zone: str = "UTC"
) -> Deadline | None:
    """Return when the latest state of a case is due.

    Parameters
    ----------
    versions
        When each version was received (with its time zone) and what was known, the oldest first.
    regime
        ``trial``, ``fda`` or ``eu``.
    zone
        Time zone of the place that is responsible, for example ``Asia/Tokyo``.

    Raises
    ------
    SpecError
        For an unknown regime or zone, or a time without a zone.
    """
    try:
        here = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise SpecError(f"--zone: '{zone}' is no time zone; write one as Europe/Paris.") from None
    found = None
    for received, report in versions:
        if received.tzinfo is None:
            raise SpecError("A time of receipt has no time zone.")
        allowed = days_allowed(report, regime)
        if allowed is None:
            found = None
            continue
        zero = received.astimezone(here).date()
        found = Deadline(zero, zero + timedelta(days=allowed[0]), *allowed)
    return found
