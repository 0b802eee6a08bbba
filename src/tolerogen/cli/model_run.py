"""One patient, as asked for on the command line: handed to the engine, and labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.cli.arguments import DoseText, read_assignment, read_days, read_dose
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import xarray as xr

    from tolerogen.cli.model_source import Source

SLACK = 1e-9  # of a step: 0.1 + 0.1 + 0.1 must still count as 0.3


@dataclass(frozen=True)
class Request:
    """What the user asked to simulate.

    Attributes
    ----------
    days, every
        Horizon and time between outputs, days.
    state
        Named state of the disease, or None.
    values
        Parameters set by the user, in the model's units; they win over the state's.
    doses
        Doses, in days and the substance unit of the dosed species.
    observables
        Ids to report; None for the disease's read-outs, or all states of a plain model.
    rules
        Dosing rules as TOML, or None.
    """

    days: float
    every: float
    state: str | None
    values: tuple[tuple[str, float], ...]
    doses: tuple[DoseText, ...]
    observables: tuple[str, ...] | None
    rules: str | None = None

    def times(self) -> list[float]:
        """Return the output times in days, from zero to the horizon, both included.

        Raises
        ------
        SpecError
            When the step is zero.
        """
        if self.every <= 0:
            raise SpecError("--every must be longer than zero, for example 1 or '1 week'.")
        steps = int(self.days / self.every * (1 + SLACK))
        times = [step * self.every for step in range(steps + 1)]
        if self.days - times[-1] > SLACK * self.every:
            times.append(self.days)
        return times


def read_request(
    days: str,
    every: str,
    state: str | None,
    values: Sequence[str],
    doses: Sequence[str],
    observables: str | None,
    rules: Path | None = None,
) -> Request:
    """Read what the user wrote; see `tolerogen.cli.arguments` for the forms.

    Raises
    ------
    SpecError
        Names the option that cannot be read.
    """
    return Request(
        days=read_days(days, where="--days"),
        every=read_days(every, where="--every"),
        state=state,
        values=tuple(read_assignment(text) for text in values),
        doses=tuple(read_dose(text) for text in doses),
        observables=tuple(x.strip() for x in observables.split(",")) if observables else None,
        rules=None if rules is None else rules_text(rules),
    )


def rules_text(path: Path) -> str:
    """Return the text of a file of dosing rules.

    Raises
    ------
    SpecError
        When it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8") + "\n"
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"--rules: {path} cannot be read ({error}).") from None


def run(source: Source, request: Request) -> xr.Dataset:
    """Simulate the patient and return the observables over time (days).

    The attributes of the dataset say what it was made from: model, content hash, versions.
    """
    import pandas as pd

    from tolerogen import engine
    from tolerogen.cli.trajectory import observed
    from tolerogen.provenance import content_hash, versions

    values = {**source.state(request.state), **dict(request.values)}
    wanted = request.observables or tuple(source.labels) or source.model.outline.species
    data = engine.simulate(
        source.model,
        pd.DataFrame([values], index=[0]),
        [engine.Dose(d.time, d.amount, d.into, d.duration) for d in request.doses],
        request.times(),
        observables=list(wanted),
        rules=engine.read_rules(request.rules, source.model) if request.rules else (),
    )
    data = engine.without_timings(data)
    made_from = content_hash([source.model.sbml, request, values])
    libraries = ", ".join(f"{name} {version}" for name, version in versions().items())
    made_by = {"model": source.model.id, "content": made_from, "versions": libraries}
    return observed(data).assign_attrs(made_by)
