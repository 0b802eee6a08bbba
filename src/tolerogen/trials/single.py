"""One virtual patient, day by day, under some treatments: what a therapy does, before any trial.

No noise, no placebo response and no spread between patients: the typical patient of a disease, or
one with the values given. A trial is something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices
from tolerogen.therapies.therapy import ANTISENSE

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr

    from tolerogen.diseases import Disease
    from tolerogen.engine import Dose, Model
    from tolerogen.parameters import Parameter
    from tolerogen.therapies import Therapy
    from tolerogen.trials.spec import Treatment

LONGEST = 3 * 366
AFTER = 1e-3
"""Days after an injection at which its peak is told: a minute and a half."""
KEPT = 16
"""Models that are kept compiled; one takes about half a second to make."""


@dataclass(frozen=True)
class Curve:
    """What one quantity does over time: id, label for people, unit."""

    id: str
    label: str
    unit: str


def follow_one(
    disease: Disease,
    treatments: Sequence[Treatment] = (),
    days: int = 182,
    *,
    state: str = "disease",
    values: Mapping[str, float] | None = None,
    weight_kg: float = 70.0,
) -> xr.Dataset:
    """Follow one patient.

    Parameters
    ----------
    disease
        The disease.
    treatments
        What the patient receives; numbers of the therapies are taken as they are now, so a
        therapy that was changed needs no new model.
    days
        Days to follow; values are reported at the start of each, and before and after each dose.
    state
        A named state of the disease that the patient is in: ``disease``, ``healthy``.
    values
        Model parameters of this patient, in the units of the model; they win over the state.
    weight_kg
        Body weight, kg.

    Returns
    -------
    xarray.Dataset
        Dimensions patient (one) and time (days): states and read-outs of the disease, and of each
        drug ``ID_C`` (mg/L), ``ID_occupancy`` or ``ID_knock_down`` (0 to 1).

    Raises
    ------
    SpecError
        An unknown state or parameter, too many days, or what the therapies refuse.
    SimulationError
        When the patient cannot be computed.
    """
    import pandas as pd

    from tolerogen.engine import simulate, without_timings

    if not 1 <= days <= LONGEST:
        raise SpecError(f"{days} days were asked for; give 1 to {LONGEST}.")
    therapies = tuple(treatment.therapy for treatment in treatments)
    model = _model(disease, therapies)
    own = {p.id: p.value for therapy in therapies for p in therapy.parameters}
    wanted = {**disease.state(state), **own, **(values or {}), "weight": weight_kg}
    for name in wanted:
        if name not in model.settable:
            raise SpecError(f"no parameter '{name}' can be set; {choices(name, model.settable)}")
    doses = [
        dose
        for treatment in treatments
        for dose in treatment.regimen.doses(treatment.therapy, weight_kg)
        if dose.time < days
    ]
    data = simulate(
        model,
        pd.DataFrame([wanted], index=[0]),
        sorted(doses, key=lambda dose: dose.time),
        _times(doses, days),
        observables=[curve.id for curve in curves(disease, therapies)],
    )
    return without_timings(data)


def _times(doses: Sequence[Dose], days: int) -> np.ndarray:
    """Return the start of every day, and the trough before and the peak after every dose."""
    import numpy as np

    around = [t for dose in doses for t in (dose.time, dose.time + (dose.duration or AFTER))]
    return np.unique([*np.arange(float(days) + 1), *(t for t in around if t < days)])


def curves(disease: Disease, therapies: Sequence[Therapy] = ()) -> tuple[Curve, ...]:
    """Return what `follow_one` reports: of each drug first, then read-outs, then states."""
    model = _model(disease, tuple(therapies))
    found = []
    for therapy in therapies:
        found.append(Curve(f"{therapy.id}_C", f"{therapy.name}, free in plasma", "mg/L"))
        if therapy.action in ANTISENSE:
            words = ANTISENSE[therapy.action]
            found.append(Curve(f"{therapy.id}_{therapy.action}", words, "share"))
        else:
            found.append(Curve(f"{therapy.id}_occupancy", "target that is held", "share"))
    found += [Curve(item.id, item.label, item.unit) for item in disease.readouts]
    own = _model(disease, ()).outline.species
    found += [Curve(name, name, model.units(name) or "") for name in own]
    known = set(model.observables)
    unique = {curve.id: curve for curve in reversed(found) if curve.id in known}
    return tuple(reversed(unique.values()))


def _model(disease: Disease, therapies: tuple[Therapy, ...]) -> Model:
    from tolerogen.therapies import attach

    alike = [_plain(therapy) for therapy in therapies]
    return _loaded(attach(disease.model, alike, disease.targets))


def _plain(therapy: Therapy) -> Therapy:
    """Take the numbers out of a therapy: they are set for the patient, and the model stays."""
    parameters = tuple(_one(p) for p in therapy.pk.parameters)
    pk = replace(therapy.pk, parameters=parameters)
    return replace(therapy, pk=pk, effect=tuple(_one(p) for p in therapy.effect))


def _one(parameter: Parameter) -> Parameter:
    return replace(parameter, value=1.0, low=None, high=None)


@lru_cache(maxsize=KEPT)
def _loaded(text: str) -> Model:
    from tolerogen.engine import load_model

    return load_model(text)
