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
    from tolerogen.trials.schema import RecruitmentTable, RegionTable, TrialFile
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
    return _told(read_file(path), patients or spec.patients, spec, Path(path).name)


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
    return _told(validate(tomllib.loads(text), where=where), spec.patients, spec, where)


def _told(raw: TrialFile, patients: int, spec: TrialSpec, where: str) -> Recruitment:
    if raw.recruitment is None:
        raise SpecError(
            f"{where}: there is no [recruitment] table. Add one with [[recruitment.region]] name, "
            'centres and rate = "0.3 per month", the patients a centre randomises.'
        )
    try:
        return _plan(raw.recruitment, _looks(raw), patients, spec, where)
    except SpecError as error:
        text = str(error)
        raise SpecError(text if text.startswith(where) else f"{where}: {text}") from None


def _looks(raw: TrialFile) -> tuple[float, ...]:
    """Return the shares at which the trial is looked at: those of the table, else of its design."""
    own = [] if raw.recruitment is None else raw.recruitment.looks
    sequential = None if raw.design is None else raw.design.sequential
    if own or sequential is None:
        return tuple(sorted(set(own)))
    looks = sequential.looks
    shares = [k / looks for k in range(1, looks)] if isinstance(looks, int) else looks
    return tuple(share for share in shares if share < 1)


def _plan(
    table: RecruitmentTable, looks: tuple[float, ...], patients: int, spec: TrialSpec, where: str
) -> Recruitment:
    finish = table.finish
    return Recruitment(
        patients,
        tuple(_region(region, where) for region in table.region),
        spread=table.spread,
        follow_up=spec.horizon,
        endpoint=spec.endpoint.day,
        looks=looks,
        finish=None if finish is None else convert(finish, "day", where=f"{where}, finish"),
        screen_failure=table.screen_failure,
        name=spec.name,
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
