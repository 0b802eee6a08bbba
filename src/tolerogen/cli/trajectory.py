"""How one patient's trajectory is shown: a table for people, a document for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tolerogen.cli.show import print_table

if TYPE_CHECKING:
    import xarray as xr

COLUMNS_THAT_FIT = 8


def print_trajectory(data: xr.Dataset, title: str, labels: Mapping[str, str]) -> None:
    """Print a trajectory: every time when few things are observed, else the range of each.

    Parameters
    ----------
    data
        One patient's trajectory, as `observed` gives it: dimension ``time`` in days.
    labels
        What each observable is called, by id; ids stand for themselves.
    """
    names = [str(name) for name in data.data_vars]
    if len(names) <= COLUMNS_THAT_FIT:
        headings = ["day", *(_heading(data, name) for name in names)]
        series = [data[name].values for name in names]
        rows: list[list[object]] = [
            [f"{float(day):g}", *(float(values[i]) for values in series)]
            for i, day in enumerate(data["time"].values)
        ]
        print_table(title, headings, rows, numbers=len(names))
        return
    rows = []
    for name in names:
        values = data[name].values
        spread = [float(v) for v in (values[0], values.min(), values.max(), values[-1])]
        rows.append([name, *spread, data[name].attrs.get("units", ""), labels.get(name, "")])
    print_table(title, ["id", "start", "lowest", "highest", "end", "unit", ""], rows, numbers=4)


def trajectory_document(data: xr.Dataset) -> dict[str, Any]:
    """Return a trajectory as what JSON can hold: times in days, values with their units."""
    return {
        "provenance": dict(data.attrs),
        "time": {"unit": "day", "values": data["time"].values.tolist()},
        "observables": {
            str(name): {
                "unit": str(values.attrs.get("units", "")),
                "values": values.values.tolist(),
            }
            for name, values in data.data_vars.items()
        },
    }


def observed(data: xr.Dataset) -> xr.Dataset:
    """Return the observables of the only patient of `data`, without the solver's report.

    Raises
    ------
    SimulationError
        When the patient could not be simulated: with the solver's reason.
    """
    from tolerogen.errors import SimulationError

    patient = data.isel(patient=0, drop=True)
    if int(patient["status"]) != 0:
        raise SimulationError(
            f"The simulation did not finish: {str(patient['message'].item()).rstrip('.')}. "
            "Check the values given with --set and --dose."
        )
    return patient.drop_vars(["status", "message"])


def _heading(data: xr.Dataset, name: str) -> str:
    unit = data[name].attrs.get("units", "")
    return f"{name}\n{unit}" if unit else name
