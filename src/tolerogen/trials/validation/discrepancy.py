"""What no parameter set explains: how far trials differ beside patients, chance and parameters.

Sites, background therapy, grading and time make trials of one drug differ by more than their
standard errors. A calibration allows for it in its likelihood (``calibration/settings.toml`` of the
disease); a prediction that left it out would claim to know more than was assumed.
"""

from __future__ import annotations

import tomllib
import zlib
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.diseases import Disease


def discrepancies(disease: Disease) -> dict[str, float]:
    """Return the SD by metric, points; ``""`` stands for every other metric.

    A disease that was not calibrated has none.

    Raises
    ------
    SpecError
        ``settings.toml`` cannot be read or lacks a number.
    """
    path = disease.folder / "calibration" / "settings.toml"
    if not path.is_file():
        return {"": 0.0}
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))["likelihood"]
        return {
            "esspri": float(given["discrepancy_esspri"]),
            "": float(given["discrepancy"]),
        }
    except (ValueError, KeyError, TypeError) as error:
        raise SpecError(
            f"calibration/settings.toml: [likelihood] cannot be read ({error})."
        ) from None


def shifts(rows: pd.DataFrame, sds: dict[str, float], seed: int, name: str) -> np.ndarray:
    """Draw a shift of each simulated difference, the same whatever stands beside the trial.

    Parameters
    ----------
    rows
        A row a trial, arm and metric, with the columns ``arm`` and ``metric``.
    sds
        From `discrepancies`.
    seed, name
        Of the run; of the trial and cohort.
    """
    found = np.zeros(len(rows))
    for (arm, metric), mine in rows.reset_index(drop=True).groupby(["arm", "metric"]):
        key = zlib.crc32(f"discrepancy/{name}/{arm}/{metric}".encode())
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(key,)))
        sd = sds.get(str(metric), sds[""])
        found[mine.index] = sd * rng.standard_normal(len(mine))
    return found
