"""A trajectory as a file: CSV, NetCDF, or a figure. Written beside, then renamed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from tolerogen.errors import OutputError, choices

if TYPE_CHECKING:
    import xarray as xr

TABLES = (".csv", ".nc")
FIGURES = (".png", ".svg")
BLUE = "#0072B2"  # of the Okabe-Ito palette, which the colour-blind can tell apart
ACROSS = 3


def check_files(table: Path | None, figure: Path | None) -> None:
    """Refuse files that could not be written, before the work is done.

    Raises
    ------
    OutputError
        When the suffix is not a known one, or the folder is missing or not writable.
    """
    for path, kinds in ((table, TABLES), (figure, FIGURES)):
        if path is not None:
            _check(path, kinds)


def write_files(data: xr.Dataset, table: Path | None, figure: Path | None) -> None:
    """Write one patient's trajectory to the files asked for, and say so on standard error."""
    for path, write in ((table, write_table), (figure, write_figure)):
        if path is not None:
            write(data, path)
            click.echo(f"Written to {path}", err=True)


def write_table(data: xr.Dataset, path: Path) -> None:
    """Write one patient's trajectory (dimension ``time``, days) as CSV or NetCDF-4."""
    if path.suffix == ".nc":
        _replace(path, lambda part: data.to_netcdf(part, engine="h5netcdf"))
    else:
        _replace(path, data.to_dataframe().to_csv)


def write_figure(data: xr.Dataset, path: Path) -> None:
    """Draw one patient's trajectory, a panel for each observable, as SVG or PNG.

    The same data give the same file: no date, and no random ids.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    names = [str(name) for name in data.data_vars]
    across = min(ACROSS, len(names))
    down = -(-len(names) // across)
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tolerogen"}):
        figure = Figure(figsize=(4 * across, 2.6 * down), layout="constrained")
        for place, name in enumerate(names, start=1):
            axes = figure.add_subplot(down, across, place)
            axes.plot(data["time"].values, data[name].values, color=BLUE)
            axes.set_title(name, loc="left", fontsize="medium")
            axes.set_ylabel(data[name].attrs.get("units", ""))
            axes.set_xlabel("day")
            axes.spines[["top", "right"]].set_visible(False)
        metadata = {"Date": None} if path.suffix == ".svg" else None
        _replace(path, lambda part: figure.savefig(part, metadata=metadata))


def _check(path: Path, kinds: tuple[str, ...]) -> None:
    if path.suffix not in kinds:
        raise OutputError(
            f"'{path}' cannot be written: its name must end in one of the known kinds; "
            f"{choices(path.suffix, kinds)}"
        )
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise OutputError(
            f"'{path}' cannot be written: the folder '{path.parent}' is missing or not writable, "
            "or a folder of that name is in the way. Make the folder first, or choose another."
        )


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    part = path.with_name(f".{uuid4().hex}{path.suffix}")
    try:
        write(part)
        part.replace(path)
    except OSError as error:
        raise OutputError(f"'{path}' cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
