"""The ``[recruitment]`` table of a trial file, as a plan."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.trials.load import load_trial, read_file, read_trial
from tolerogen.trials.recruitment.plan import Recruitment, Region
from tolerogen.trials.schema import validate
from tolerogen.units import convert

if TYPE_CHECKING:
    from tolerogen.trials.schema import RecruitmentTable, RegionTable
    from tolerogen.trials.spec import TrialSpec


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
    return _told(read_file(path).recruitment, patients or spec.patients, spec, Path(path).name)


def read_recruitment(text: str, where: str = "trial.toml") -> Recruitment:
    """Read the plan from the text of such a file that came from elsewhere.

    Parameters
    ----------
    text
        TOML, as `load_recruitment` takes it; it may name the libraries only.
    where
        What the text is called in errors; no file is looked for.

    Raises
    ------
    SpecError
        As `load_recruitment` and `read_trial`.
    """
    spec = read_trial(text, where)  # which parses the text, and refuses paths
    table = validate(tomllib.loads(text), where=where).recruitment
    return _told(table, spec.patients, spec, where)


def _told(
    table: RecruitmentTable | None, patients: int, spec: TrialSpec, where: str
) -> Recruitment:
    if table is None:
        raise SpecError(
            f"{where}: there is no [recruitment] table. Add one with [[recruitment.region]] name, "
            'centres and rate = "0.3 per month", the patients a centre randomises.'
        )
    try:
        return _plan(table, patients, spec.horizon, spec.name, where)
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
