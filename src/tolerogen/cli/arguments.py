"""What users write in one argument: a time, ``parameter=value``, a dose."""

from __future__ import annotations

from dataclasses import dataclass

from tolerogen.errors import SpecError
from tolerogen.units import convert


@dataclass(frozen=True)
class DoseText:
    """A dose as read from the command line.

    Attributes
    ----------
    time, duration
        Days.
    amount
        Substance unit of the species `into`; mg when the user wrote a mass.
    into
        Id of the species that receives the dose.
    """

    time: float
    amount: float
    into: str
    duration: float = 0.0


def read_days(text: str, *, where: str) -> float:
    """Read a span of time in days; a bare number is days.

    Raises
    ------
    SpecError
        When the text is not a time, or is negative; `where` names the option.

    Examples
    --------
    >>> read_days("2 weeks", where="--days"), read_days("14", where="--days")
    (14.0, 14.0)
    """
    number = _number(text)
    days = convert(text, "day", where=where) if number is None else number
    if not 0 <= days < float("inf"):
        raise SpecError(f"{where}: '{text}' must be a time of zero days or more.")
    return days


def read_assignment(text: str) -> tuple[str, float]:
    """Read ``parameter=value``, the value in the model's own unit.

    Raises
    ------
    SpecError
        When the text has another form.

    Examples
    --------
    >>> read_assignment("weight=80")
    ('weight', 80.0)
    """
    name, _, number = text.partition("=")
    value = _number(number)
    if not name.strip() or value is None:
        raise SpecError(
            f"--set '{text}' is not of the form parameter=value, with a number in the model's "
            "own unit, for example weight=80."
        )
    return name.strip(), value


def read_dose(text: str) -> DoseText:
    """Read ``time:amount:into[:duration]``.

    Raises
    ------
    SpecError
        When the text has another form, a part has the wrong unit, or the amount is not above
        zero.

    Examples
    --------
    >>> read_dose("2 weeks:750 mg:depot")
    DoseText(time=14.0, amount=750.0, into='depot', duration=0.0)
    """
    parts = [part.strip() for part in text.split(":")]
    if len(parts) not in (3, 4) or not all(parts):
        raise SpecError(
            f"--dose '{text}' is not of the form time:amount:into[:duration], for example "
            "'2 weeks:750 mg:depot:1 hour'."
        )
    where = f"--dose '{text}'"
    amount = _number(parts[1])
    if amount is None:
        amount = convert(parts[1], "mg", where=f"{where}, amount")
    if not 0 < amount < float("inf"):
        raise SpecError(f"{where}: the amount is {parts[1]}; a dose must be above zero.")
    return DoseText(
        time=read_days(parts[0], where=f"{where}, time"),
        amount=amount,
        into=parts[2],
        duration=read_days(parts[3], where=f"{where}, duration") if parts[3:] else 0.0,
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
