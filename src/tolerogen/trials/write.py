"""The result folder of a trial: tables, trajectories, figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.provenance import plain
from tolerogen.result_folder import MAIN, check_writable, write_folder
from tolerogen.trials.measures import measures

if TYPE_CHECKING:
    from tolerogen.trials.result import TrialResult

__all__ = ["check_writable", "write_folder", "write_result"]


def write_result(result: TrialResult, out: str | Path) -> Path:
    """Write a result folder: tables, trajectories, figures.

    Parameters
    ----------
    result
        What to write.
    out
        The folder: ``result.json``, ``trial.toml`` as it was written, ``measures.json``,
        ``patients.parquet``, ``observations.parquet``, ``trajectories.nc`` and ``figures/*.svg``
        and ``*.png``.

    Returns
    -------
    pathlib.Path
        The folder written.

    Raises
    ------
    OutputError
        When the folder cannot be written; what stood there before is still there then.
    """
    return write_folder(out, result.provenance.content, lambda folder: _fill(result, folder))


def _fill(result: TrialResult, folder: Path) -> None:
    from tolerogen.trials.figures import draw, kinds, save

    (folder / MAIN).write_text(result.to_json() + "\n", encoding="utf-8")
    known = plain(list(measures(result.spec.disease).values()))
    (folder / "measures.json").write_text(json.dumps(known, indent=1), encoding="utf-8")
    if result.spec.text:
        (folder / "trial.toml").write_text(result.spec.text, encoding="utf-8")
    result.patients.to_parquet(folder / "patients.parquet")
    result.observations.to_parquet(folder / "observations.parquet")
    compressed = {
        name: {"zlib": True, "complevel": 4}
        for name, variable in result.trajectories.data_vars.items()
        if variable.dtype.kind == "f"
    }
    result.trajectories.to_netcdf(
        folder / "trajectories.nc", engine="h5netcdf", encoding=compressed
    )
    (folder / "figures").mkdir()
    for kind in kinds(result):
        save(draw(result, kind), folder / "figures" / kind)
