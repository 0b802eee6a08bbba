"""The ``[recruitment]`` table of a trial file, as a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.trials.load import load_trial, read_file
from tolerogen.trials.recruitment.plan import Recruitment, Region
from tolerogen.units import convert

if TYPE_CHECKING:
    from tolerogen.trials.schema import RecruitmentTable, RegionTable


def load_recruitment(path: str | Path, patients: int | None = None) -> Recruitment:
    """Read the plan of recruitment of a trial file.

    Parameters
    ----------
    path
        TOML file, as for `load_trial`, with a table ``[recruitment]``. Patients and follow-up are
        those of ``[trial]``.
    patients
        Wanted, instead of the file's.

    Raises
    ------
    SpecError
        What `load_trial` refuses; no ``[recruitment]``; a time, rate or share that makes no sense.
    """
    spec = load_trial(path)
    table, where = read_file(path).recruitment, Path(path).name
    if table is None:
        raise SpecError(
            f"{where}: there is no [recruitment] table. Add one with [[recruitment.region]] name, "
            'centres and rate = "0.3 per month", the patients a centre randomises.'
        )
    try:
        return _plan(table, patients or spec.patients, spec.horizon, spec.name, where)
    except SpecError as error:
        text = str(error)
        raise SpecError(text if text.startswith(where) else f"{where}: {text}") from None


def _plan(
    table: RecruitmentTable, patients: int, horizon: float, name: str, where: str
) -> Recruitment:
    finish = table.finish
    return Recruitment(
        patients,
        tuple(_region(region, where) for region in table.region),
        table.spread,
        horizon,
        None if finish is None else convert(finish, "day", where=f"{where}, finish"),
        table.screen_failure,
        name,
    )


def _region(table: RegionTable, where: str) -> Region:
    inside = f"{where}, region '{table.name}'"
    first, last = (convert(time, "day", where=f"{inside}, opens") for time in table.opens)
    return Region(
        table.name,
        table.centres,
        convert(table.rate, "1 / day", where=f"{inside}, rate"),
        (first, last),
        table.most,
    )
