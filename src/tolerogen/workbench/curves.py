"""Curves for pages and programs: what `tolerogen.trials.follow_one` gives, as plain data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    import xarray as xr

    from tolerogen.trials import Curve


class Line(BaseModel):
    """One quantity over time."""

    id: str
    label: str
    values: list[float | None]


class Panel(BaseModel):
    """Lines that share a unit."""

    unit: str
    lines: list[Line]


class Course(BaseModel):
    """A patient over time: days, and panels of lines; the same in words for who sees no picture."""

    days: list[float]
    panels: list[Panel]
    words: list[str]


def course(data: xr.Dataset, curves: Sequence[Curve]) -> Course:
    """Return the course of the first patient, lines with one unit together."""
    days = [float(day) for day in data["time"].to_numpy()]
    panels: dict[str, Panel] = {}
    words = []
    for curve in curves:
        values = [float(value) for value in data[curve.id].to_numpy()[0]]
        clean = [value if math.isfinite(value) else None for value in values]
        panel = panels.setdefault(curve.unit, Panel(unit=curve.unit, lines=[]))
        panel.lines.append(Line(id=curve.id, label=curve.label, values=clean))
        unit = "" if curve.unit in ("1", "share") else f" {curve.unit}"
        words.append(
            f"{curve.label}: {values[0]:.3g} on day 0, between {min(values):.3g} and "
            f"{max(values):.3g}, {values[-1]:.3g} on day {days[-1]:g}{unit}"
        )
    return Course(days=days, panels=list(panels.values()), words=words)
