"""Octet (BLI) runs from the instrument's own ``.frd`` files, one file a sensor.

A file is XML; each step carries its sample, its molar concentration and two blocks of
little-endian 32-bit floats in base64: time (s) and response (nm). Association and the dissociation
after it become a cycle, set to zero at the start of association. Sensors dipped into buffer
(concentration 0, or a well of kind buffer or reference) are references: the mean of those dipped at
the same time after the same loading is subtracted, since buffers differ between dips; without one,
that of all with the same loading. Where the run states mass concentrations only, the analyte's mass
is needed to fit kon and KD.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree  # entity expansion is refused below

from tolerogen.antibodies.kinetics.sensorgram import Cycle, Sensorgram
from tolerogen.antibodies.readers import read_text
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array

MOLAR = {"M": 1.0, "mM": 1e-3, "µM": 1e-6, "uM": 1e-6, "nM": 1e-9, "pM": 1e-12}
PER_LITRE = {"µg/ml": 1e-3, "ug/ml": 1e-3, "mg/ml": 1.0, "ng/ml": 1e-6}
"""Grams a litre."""
LOADING, ASSOCIATION, DISSOCIATION = "LOADING", "ASSOC", "DISASSOC"
REFERENCE_WELLS = {"BUFFER", "REFERENCE", "NEGATIVE_CONTROL", "BLANK"}
TOGETHER_S = 1.0
"""Steps of one dip begin within so many seconds on every sensor."""
BASELINE = 2
"""First points of an association that set its zero; BLI sampling is 5 Hz and more."""


@dataclass(frozen=True, eq=False)
class Step:
    """One step of one sensor: kind, sample, concentration (M; 0 for buffer), time and response."""

    kind: str
    name: str
    sample: str
    concentration: float
    reference: bool
    time: Array
    response: Array


@dataclass(frozen=True, eq=False)
class _Run:
    """Association and dissociation of one sensor after one loading."""

    sensor: str
    loading: str
    on: Step
    off: Step


def read_octet(
    path: str | Path | Sequence[str | Path], mass_kda: float | None = None
) -> list[Sensorgram]:
    """Read an Octet run: a folder of ``.frd`` (or ``.frd.gz``) files, or the files themselves.

    Parameters
    ----------
    path
        Where the run is.
    mass_kda
        Mass of the analyte (kDa), for runs that state its concentration in µg/mL.

    Returns
    -------
    list[Sensorgram]
        One for each sample and loading, references subtracted where the run has them.

    Raises
    ------
    SpecError
        When there is no file, one is no Octet file, or no step is an association.
    """
    files = _files(path)
    sensors = {file.name.split(".")[0]: read_octet_sensor(file, mass_kda) for file in files}
    runs = [run for sensor, steps in sensors.items() for run in _runs(sensor, steps)]
    if not runs:
        raise SpecError(f"{files[0].parent}: no sensor has an association step.")
    samples = [run for run in runs if not run.on.reference]
    if not samples:
        raise SpecError(f"{files[0].parent}: every association is a reference.")
    grouped: dict[str, list[Cycle]] = {}
    for run in samples:
        blanks = _blanks(run, runs)
        name = f"{run.on.sample} on {run.loading}"
        grouped.setdefault(name, []).append(_cycle(run, blanks))
    return [Sensorgram(sample, tuple(cycles)) for sample, cycles in grouped.items()]


def read_octet_sensor(file: Path, mass_kda: float | None = None) -> list[Step]:
    """Read the steps of one sensor.

    Raises
    ------
    SpecError
        When the file is not XML of an Octet instrument.
    """
    text = read_text(file)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SpecError(f"{file}: declares XML entities, which an Octet file never does.")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314
        return [_step(element, mass_kda) for element in root.iter("Step")]
    except (ElementTree.ParseError, binascii.Error, ValueError, KeyError) as error:
        raise SpecError(f"{file}: is no Octet .frd file ({error}).") from None


def _files(path: str | Path | Sequence[str | Path]) -> list[Path]:
    given = [Path(path)] if isinstance(path, str | Path) else [Path(one) for one in path]
    files = []
    for one in given:
        found = sorted([*one.glob("*.frd"), *one.glob("*.frd.gz")]) if one.is_dir() else [one]
        files += found
    if not files:
        raise SpecError(f"{given[0]}: holds no .frd file.")
    return files


def _step(element: ElementTree.Element, mass_kda: float | None) -> Step:
    def told(name: str) -> str:
        found = element.find(f".//{name}")
        return (found.text or "").strip() if found is not None else ""

    kind, molar = told("StepType"), float(told("MolarConcentration") or 0.0)
    units = told("MolarConcUnits") or "nM"
    if units not in MOLAR:
        raise ValueError(f"concentration unit '{units}'")
    concentration = max(molar, 0.0) * MOLAR[units]
    by_mass = float(told("Concentration") or 0.0)
    if kind == ASSOCIATION and concentration == 0 and by_mass > 0:
        if mass_kda is None:
            raise SpecError(
                f"The run states '{told('SampleID')}' as {by_mass:g} {told('ConcentrationUnits')} "
                "and not in moles: give the mass of the analyte in kDa."
            )
        concentration = by_mass * PER_LITRE[told("ConcentrationUnits")] / (mass_kda * 1e3)
    return Step(
        kind=kind,
        name=told("StepName"),
        sample=told("SampleID") or "analyte",
        concentration=concentration,
        reference=concentration == 0.0 or told("WellType") in REFERENCE_WELLS,
        time=_floats(told("AssayXData")),
        response=_floats(told("AssayYData")),
    )


def _floats(text: str) -> Array:
    import numpy as np

    return np.frombuffer(base64.b64decode(text), dtype="<f4").astype(float)


def _runs(sensor: str, steps: list[Step]) -> list[_Run]:
    runs, loading = [], "the sensor"
    for on, off in pairwise(steps):
        if on.kind == LOADING:
            loading = f"{on.sample} ({on.name})"
        if on.kind == ASSOCIATION and off.kind == DISSOCIATION:
            runs.append(_Run(sensor, loading, on, off))
    return runs


def _blanks(run: _Run, runs: list[_Run]) -> list[_Run]:
    """Return the references dipped at the same time, or else all with the same loading."""
    alike = [r for r in runs if r.on.reference and r.loading == run.loading]
    start = float(run.on.time[0])
    return [r for r in alike if abs(float(r.on.time[0]) - start) < TOGETHER_S] or alike


def _cycle(run: _Run, blanks: list[_Run]) -> Cycle:
    import numpy as np

    time, response = _joined(run.on, run.off)
    if blanks:
        others = [_joined(blank.on, blank.off) for blank in blanks]
        response = response - np.mean([np.interp(time, t, r) for t, r in others], axis=0)
    return Cycle(
        name=run.sensor,
        time=time,
        response=response,
        starts=(0.0, float(run.off.time[0] - run.on.time[0])),
        concentrations=(run.on.concentration, 0.0),
    )


def _joined(on: Step, off: Step) -> tuple[Array, Array]:
    import numpy as np

    zero = float(on.response[:BASELINE].mean())
    time = np.concatenate([on.time, off.time]) - on.time[0]
    return time, np.concatenate([on.response, off.response]) - zero
