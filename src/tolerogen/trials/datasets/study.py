"""What the datasets are made from: a result in memory, or its folder read back."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError
from tolerogen.trials.measures import Measure, measures

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tolerogen.trials.result import TrialResult


@dataclass(frozen=True, eq=False)
class Study:
    """The first replicate of a trial.

    Attributes
    ----------
    design
        As `TrialSpec.describe` gives it.
    content
        Hash of everything that determines the numbers.
    text
        The trial file as it was written; empty where it is not known.
    measures
        By id: what the columns of the observations mean.
    patients, observations, trajectories
        As in `TrialResult`.
    """

    design: dict[str, Any]
    content: str
    text: str
    measures: dict[str, Measure]
    patients: pd.DataFrame
    observations: pd.DataFrame
    trajectories: xr.Dataset

    @property
    def id(self) -> str:
        """STUDYID: the registry number, or the name of the trial in capitals."""
        name = str(self.design.get("registry") or self.design["name"])
        return re.sub(r"[^A-Z0-9]+", "-", name.upper()).strip("-")[:40] or "TRIAL"

    @property
    def arms(self) -> list[dict[str, Any]]:
        """Arms in the order of the trial file: ``name, role, share, treatments``."""
        return list(self.design["arms"])


def study_of(result: TrialResult) -> Study:
    """Return the study of a result."""
    return Study(
        design=result.spec.describe(),
        content=result.provenance.content,
        text=result.spec.text,
        measures=measures(result.spec.disease),
        patients=result.patients,
        observations=result.observations,
        trajectories=result.trajectories,
    )


def read_study(folder: str | Path) -> Study:
    """Read the folder that `write_result` wrote.

    Raises
    ------
    SpecError
        When the folder is not the result of a trial, or a file of it is missing or broken.
    """
    import pandas as pd
    import xarray as xr

    place = Path(folder)
    try:
        document = json.loads((place / "result.json").read_text(encoding="utf-8"))
        if not str(document["format"]).startswith("tolerogen-trial-result/"):
            raise KeyError("format")
        design, content = document["spec"], document["provenance"]["content"]
        patients = pd.read_parquet(place / "patients.parquet")
        observations = pd.read_parquet(place / "observations.parquet")
        with xr.open_dataset(place / "trajectories.nc", engine="h5netcdf") as data:
            trajectories = data.load()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SpecError(
            f"'{folder}' is not the result of a trial ({_reason(error)}). Give the folder that "
            "'tolerogen trial run FILE --out FOLDER' wrote."
        ) from None
    toml = place / "trial.toml"
    return Study(
        design=design,
        content=content,
        text=toml.read_text(encoding="utf-8") if toml.is_file() else "",
        measures=_measures(place, observations),
        patients=patients,
        observations=observations,
        trajectories=trajectories,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}"
    return "result.json is of another kind" if isinstance(error, KeyError) else str(error)


def _measures(place: Path, observations: pd.DataFrame) -> dict[str, Measure]:
    """Measures as the result was written with them; bare names where it was not."""
    file = place / "measures.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    found = {item["id"]: Measure(**item) for item in known}
    for name in observations.columns:
        if name not in ("patient", "day", "arm"):
            found.setdefault(name, Measure(name, name, ""))
    return found
