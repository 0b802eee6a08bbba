"""Curves as Biacore's evaluation software exports them: text, two columns a curve.

The heading of a curve's time ends in ``_X``, that of its response in ``_Y``; what stands before
names the curve, with its concentration (``12.5 nM``) somewhere in it. Analyte flows from time 0 on;
rows before are baseline and left out. The end of the injection is not in the file: it is given, or
searched for where the curves turn.
"""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

from tolerogen.antibodies.kinetics.sensorgram import Cycle, Sensorgram
from tolerogen.antibodies.readers.workbook import is_workbook, sheet_text
from tolerogen.errors import SpecError

MOLAR = {"M": 1.0, "mM": 1e-3, "uM": 1e-6, "nM": 1e-9, "pM": 1e-12}
FEWEST_POINTS = 5

_CONCENTRATION = re.compile(r"(?<![\w.])(\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)\s*(pM|nM|[uµμ]M|mM|M)\b")
_COUNTED = re.compile(r"\b(?:cycle|run|conc(?:entration)?)\b\.?\s*:?\s*\d*", re.IGNORECASE)


def is_curve_table(heading: str) -> bool:
    """Say whether a heading is that of exported curves: names in pairs, ``_X`` and ``_Y``."""
    names = [name.strip().strip('"') for name in heading.split("\t")]
    return len(names) >= 2 and names[0].endswith("_X") and names[1].endswith("_Y")


def decoded(file: Path) -> str:
    """Return the text of an export, in UTF-8, UTF-16 or a Windows code page; of a workbook, tabs.

    Raises
    ------
    SpecError
        When the file cannot be read.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise SpecError(f"{file}: cannot be read ({error.strerror}).") from None
    if is_workbook(raw):
        return sheet_text(raw, str(file), "\t")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def parse_curves(text: str, where: str) -> list[Sensorgram]:
    """Read exported curves; those whose names differ in concentration and cycle only go together.

    Raises
    ------
    SpecError
        When a curve names no concentration, holds no number, or has too few points.
    """
    rows = list(csv.reader(text.splitlines(), delimiter="\t"))
    heading = [name.strip() for name in rows[0]]
    grouped: dict[str, list[Cycle]] = {}
    for column in range(0, len(heading) - 1, 2):
        name = heading[column].removesuffix("_X").strip()
        if not name and not heading[column + 1]:
            continue
        analyte, level = _named(name, where)
        grouped.setdefault(analyte, []).append(_curve(rows, column, name, level, where))
    return [Sensorgram(name, tuple(cycles), switch_known=False) for name, cycles in grouped.items()]


def injected_until(data: Sensorgram, seconds: float) -> Sensorgram:
    """Return `data` with the injection of every cycle ending at `seconds`.

    Raises
    ------
    SpecError
        When a cycle has no data on both sides of that time, or knows its own injections.
    """
    if data.switch_known:
        raise SpecError(f"'{data.analyte}' names its injections itself; leave out their end.")
    for cycle in data.cycles:
        if not cycle.time[0] < seconds < cycle.time[-1]:
            raise SpecError(
                f"cycle '{cycle.name}' runs from {cycle.time[0]:g} to {cycle.time[-1]:g} s; an "
                f"injection cannot end at {seconds:g} s."
            )
    cycles = tuple(
        replace(
            cycle,
            starts=(float(cycle.time[0]), seconds),
            concentrations=(cycle.concentrations[0], 0.0),
        )
        for cycle in data.cycles
    )
    return replace(data, cycles=cycles, switch_known=True)


def _named(name: str, where: str) -> tuple[str, float]:
    found = _CONCENTRATION.search(name)
    if found is None:
        raise SpecError(
            f"{where}: curve '{name}' names no concentration. Write it into the heading with its "
            "unit, for example 'antibody A; 12.5 nM_X'."
        )
    number, unit = float(found.group(1).replace(",", ".")), found.group(2)
    rest = _COUNTED.sub("", name[: found.start()] + name[found.end() :])
    analyte = " ".join(re.sub(r"[;,:|]+|\s-\s", " ", rest).split())
    return analyte or "analyte", number * MOLAR[unit.replace("µ", "u").replace("μ", "u")]


def _curve(rows: list[list[str]], column: int, name: str, level: float, where: str) -> Cycle:
    import numpy as np

    pairs = []
    for line, row in enumerate(rows[1:], 2):
        cells = [cell.strip().replace(",", ".") for cell in row[column : column + 2]]
        if len(cells) < 2 or not all(cells):
            continue
        try:
            pairs.append((float(cells[0]), float(cells[1])))
        except ValueError:
            raise SpecError(
                f"{where}, row {line}: '{' '.join(cells)}' of curve '{name}' is no pair of numbers."
            ) from None
    time, response = np.array(pairs or [(0.0, 0.0)]).T
    flowing = time >= 0
    if flowing.sum() < FEWEST_POINTS:
        raise SpecError(f"{where}: curve '{name}' has fewer than {FEWEST_POINTS} points from 0 s.")
    time, response = time[flowing], response[flowing]
    if (np.diff(time) < 0).any():
        raise SpecError(f"{where}: time goes back within curve '{name}'.")
    return Cycle(name, time, response, (float(time[0]),), (level,))
