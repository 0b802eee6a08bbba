"""Sensorgrams from tables: ``time_s, response, concentration_nM[, cycle][, analyte]``."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.antibodies.kinetics.biacore import decoded, is_curve_table, parse_curves
from tolerogen.antibodies.kinetics.sensorgram import Cycle, Sensorgram
from tolerogen.antibodies.readers import read_text
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("time_s", "response", "concentration_nM")
# Column names of KinGenie (pykingenie), whose simulations people pass around.
OTHER_NAMES = {
    "Time": "time_s",
    "Signal": "response",
    "Cycle": "cycle",
    "Analyte_concentration_micromolar_constant": "concentration_uM",
}


def read_sensorgrams(path: str | Path) -> list[Sensorgram]:
    """Read a table of sensorgrams, or curves exported by Biacore; one result for each analyte.

    A new cycle begins where the column ``cycle`` changes or, without it, where time goes back or
    the concentration changes from one analyte level to another with time starting again. Cycles
    whose time goes on (single-cycle kinetics) are joined: the surface remembers.

    Raises
    ------
    SpecError
        When the file cannot be read, lacks a column, or a cell is not a number.
    """
    file = Path(path)
    if file.suffix.lower() in (".txt", ".tsv", ".xlsx"):
        text = decoded(file)
        if is_curve_table(text.partition("\n")[0]):
            return parse_curves(text, str(file))
    # a workbook is opened once; plain text is read again, as it must be UTF-8 here
    table = _table(file, text if file.suffix.lower() == ".xlsx" else read_text(file))
    name = file.name.removesuffix(".gz").rsplit(".", 1)[0]
    if "analyte" in table:
        groups = [(str(key), part) for key, part in table.groupby("analyte", sort=False)]
    else:
        groups = [(name, table)]
    return [_sensorgram(analyte, part, str(file)) for analyte, part in groups]


def _table(file: Path, text: str) -> pd.DataFrame:
    import pandas as pd

    if not text.strip():
        raise SpecError(f"{file}: is empty.")
    try:
        table = pd.read_csv(io.StringIO(text), sep=None, engine="python", comment="#")
    except (pd.errors.ParserError, ValueError) as error:
        raise SpecError(f"{file}: is no table with columns ({error}).") from None
    table = table.rename(columns=lambda name: str(name).strip()).rename(columns=OTHER_NAMES)
    if "concentration_uM" in table:
        table["concentration_nM"] = pd.to_numeric(table["concentration_uM"], errors="coerce") * 1e3
    absent = [column for column in NEEDED if column not in table]
    if absent:
        raise SpecError(
            f"{file}: column {', '.join(absent)} is missing; needed are {', '.join(NEEDED)}, and "
            f"cycle and analyte if there are several. Found: {', '.join(table.columns)}."
        )
    for column in NEEDED:
        numbers = pd.to_numeric(table[column], errors="coerce")
        wrong = numbers.isna()
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            shown = table[column].iloc[row]
            raise SpecError(f"{file}, row {row + 2}: {column} is '{shown}', which is not a number.")
        table[column] = numbers.astype(float)
    if (table["concentration_nM"] < 0).any():
        raise SpecError(f"{file}: a concentration is below zero.")
    return table


def _sensorgram(analyte: str, table: pd.DataFrame, where: str) -> Sensorgram:
    parts = _split(table)
    cycles = [_cycle(name, part, where) for name, part in parts]
    if not any(cycle.highest > 0 for cycle in cycles):
        raise SpecError(f"{where}: '{analyte}' has no concentration above zero.")
    known = any(c == 0 for cycle in cycles for c in cycle.concentrations if cycle.highest > 0)
    return Sensorgram(analyte, tuple(cycles), switch_known=known)


def _split(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    time = table["time_s"]
    back = time.diff() < 0
    if "cycle" in table:
        new = table["cycle"].ne(table["cycle"].shift())
        if not back.any() and new.sum() > 1:  # time goes on: one surface, many injections
            new[1:] = False
    else:
        new = back
    number = new.astype(int).cumsum()
    label = table.get("cycle", number)
    return [(str(label[part.index[0]]), part) for _, part in table.groupby(number, sort=False)]


def _cycle(name: str, part: pd.DataFrame, where: str) -> Cycle:
    time = part["time_s"].to_numpy(float)
    level = part["concentration_nM"].to_numpy(float)
    if (time[1:] < time[:-1]).any():
        raise SpecError(f"{where}: time goes back within cycle '{name}'; add a column 'cycle'.")
    if len(time) < 5:
        raise SpecError(f"{where}: cycle '{name}' has {len(time)} points, too few for a fit.")
    first = [0, *(i for i in range(1, len(level)) if level[i] != level[i - 1])]
    return Cycle(
        name=name,
        time=time,
        response=part["response"].to_numpy(float),
        starts=tuple(float(time[i]) for i in first),
        concentrations=tuple(float(level[i]) * 1e-9 for i in first),
    )
