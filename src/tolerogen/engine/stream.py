"""Populations larger than memory: piece by piece, to the caller or to a file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from tolerogen.engine.dose import Dose
from tolerogen.engine.ensemble import simulate
from tolerogen.engine.model import Model
from tolerogen.engine.pool import Progress
from tolerogen.engine.validate import Doses
from tolerogen.errors import OutputError, SpecError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

CHUNK = 4096
"""Patients a piece holds, unless the caller says otherwise."""

Regimens = Doses | Callable[["pd.DataFrame"], Doses]


def stream(
    model: Model,
    patients: pd.DataFrame | Iterable[pd.DataFrame],
    doses: Regimens,
    times: ArrayLike,
    chunk: int = CHUNK,
    progress: Progress | None = None,
    **options: Any,
) -> Iterator[xr.Dataset]:
    """Simulate patients piece by piece; memory holds one piece at a time.

    Parameters
    ----------
    model
        From `load_model`.
    patients
        As for `simulate`; or several such frames one after another, from a generator that draws
        a population too large for memory.
    doses
        As for `simulate`; or a function that returns the doses of the patients in a frame.
    times
        Days, as for `simulate`.
    chunk
        Most patients in a piece.
    progress
        Called with (patients done, patients in all); in all is 0 when it is not known.
    options
        Passed on to `simulate`: observables, tolerances, threads, ...

    Yields
    ------
    xarray.Dataset
        Each piece as `simulate` returns it, in the order of the patients. The numbers are the
        same whatever `chunk` is.

    Raises
    ------
    SpecError
        When `chunk` is less than 1; and as `simulate`.
    """
    if chunk < 1:
        raise SpecError(f"chunk is {chunk}; give the number of patients a piece holds, 1 or more.")
    whole = hasattr(patients, "columns")
    frames: Iterable[pd.DataFrame] = [patients] if whole else patients  # type: ignore[list-item,assignment]
    total = len(patients) if whole else 0  # type: ignore[arg-type]
    done = 0
    for frame in frames:
        for first in range(0, len(frame), chunk):
            piece = frame.iloc[first : first + chunk]
            given = _of_piece(doses, piece, first, len(frame))
            yield simulate(model, piece, given, times, **options)
            done += len(piece)
            if progress is not None:
                progress(done, total)


def _of_piece(doses: Regimens, piece: pd.DataFrame, first: int, count: int) -> Doses:
    if callable(doses):
        return doses(piece)
    if all(isinstance(item, Dose) for item in doses):
        return doses
    if len(doses) != count:
        raise SpecError(f"doses: {len(doses)} lists for {count} patients; give one list each.")
    return list(doses)[first : first + len(piece)]  # type: ignore[return-value]


@dataclass(frozen=True)
class Saved:
    """What was written.

    Attributes
    ----------
    path
        Where.
    patients, failed
        How many there are, and how many of them could not be computed.
    """

    path: Path
    patients: int
    failed: int


def save(pieces: Iterable[xr.Dataset], path: str | Path) -> Saved:
    """Write pieces to one file as they come.

    Parameters
    ----------
    pieces
        From `stream`.
    path
        ``.parquet``: a table with a row per patient and time. ``.zarr``: an array store with the
        dimensions of the data set (needs the package ``zarr``).

    Raises
    ------
    OutputError
        When the ending is neither, something is there already, or it cannot be written. Nothing
        is left behind then, nor when the run is interrupted.
    """
    target = Path(path)
    writers = {".parquet": _parquet, ".zarr": _zarr}
    if target.suffix not in writers:
        raise OutputError(f"{target}: write to a name that ends in .parquet or .zarr.")
    if target.exists():
        raise OutputError(f"{target} exists already; move it away or choose another name.")
    try:
        folder = Path(tempfile.mkdtemp(prefix=".partial-", dir=target.parent))
    except OSError as error:
        raise OutputError(f"{target}: the folder cannot be written to ({error}).") from None
    try:
        patients, failed = writers[target.suffix](pieces, folder / target.name)
        (folder / target.name).replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error}).") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Saved(target, patients, failed)


def _count(piece: xr.Dataset) -> tuple[int, int]:
    status = piece["status"].to_numpy()
    return len(status), int(np.count_nonzero(status))


def _parquet(pieces: Iterable[xr.Dataset], path: Path) -> tuple[int, int]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    patients = failed = 0
    writer: pq.ParquetWriter | None = None
    try:
        for piece in pieces:
            table = _table(pa, piece)
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table)
            more, bad = _count(piece)
            patients, failed = patients + more, failed + bad
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        raise OutputError(f"{path.name}: there are no patients to write.")
    return patients, failed


def _table(pa: Any, piece: xr.Dataset) -> Any:
    """Lay a piece out with one row per patient and time."""
    count, times = piece.sizes["patient"], piece.sizes["time"]
    columns: dict[str, Any] = {
        "patient": np.repeat(piece["patient"].to_numpy(), times),
        "time": np.tile(piece["time"].to_numpy(), count),
    }
    for name, values in piece.data_vars.items():
        if values.dims == ("patient", "time"):
            columns[str(name)] = values.to_numpy().reshape(-1)
    columns["status"] = np.repeat(piece["status"].to_numpy().astype(np.int8), times)
    notes = {str(name): str(value) for name, value in piece.attrs.items()}
    units = {f"units of {n}": str(v.attrs.get("units", "")) for n, v in piece.data_vars.items()}
    return pa.table(columns).replace_schema_metadata({**notes, **units})


def _zarr(pieces: Iterable[xr.Dataset], path: Path) -> tuple[int, int]:
    try:
        import zarr  # noqa: F401  # xarray's engine of that name needs it
    except ImportError:
        raise OutputError(
            "Writing .zarr needs the package zarr: pip install zarr, or write .parquet."
        ) from None
    patients = failed = 0
    for piece in pieces:
        fixed = piece.assign(message=piece["message"].astype("U240"))
        if patients == 0:
            fixed.to_zarr(path, mode="w")
        else:
            fixed.to_zarr(path, append_dim="patient")
        more, bad = _count(piece)
        patients, failed = patients + more, failed + bad
    if patients == 0:
        raise OutputError(f"{path.name}: there are no patients to write.")
    return patients, failed
