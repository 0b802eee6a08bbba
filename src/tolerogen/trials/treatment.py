"""The therapy of an arm and how it is given: from the library, or written out in the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.trials.spec import Treatment

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.therapies import DoseRule, Regimen, Therapy
    from tolerogen.trials.schema import ArmTable, DoseTable, RescueTable, TreatmentTable


def read_treatment(
    item: ArmTable | TreatmentTable | RescueTable, horizon: float, file: Path, where: str
) -> Treatment:
    """Read one therapy with its regimen.

    Parameters
    ----------
    item
        The table: ``therapy``, and ``regimen`` (a name of the library) or ``doses``.
    horizon
        Last day of the trial; no dose may fall on or after it.
    file, where
        The trial file, and the arm, for errors.

    Raises
    ------
    SpecError
        Unknown therapy or regimen, a dose that cannot be read, a dose after the end.
    """
    therapy = _therapy(str(item.therapy), file, where)
    regimen = _regimen(item, therapy, where)
    # a dose rule on the last day would be given after the last thing that is seen
    late = [day for day in regimen.days if day >= horizon]
    if late:
        raise SpecError(
            f"{where}, {therapy.id}: the dose on day {late[0]:g} falls on or after the end of the "
            f"trial, day {horizon:g}. Lengthen [trial] horizon or leave the dose out."
        )
    return Treatment(therapy, regimen)


def check_targets(treatments: Sequence[Treatment], disease: Disease, where: str) -> None:
    """Make sure that the therapies of an arm can be joined to the model of the disease.

    Raises
    ------
    SpecError
        When the disease lacks a target, or does not offer the action there.
    """
    from tolerogen.therapies import attach

    try:
        attach(disease.model, [t.therapy for t in treatments], disease.targets)
    except SpecError as error:
        raise SpecError(f"{where}: {error}") from None


def _therapy(name: str, file: Path, where: str) -> Therapy:
    from tolerogen.therapies import load_therapy

    beside = file.parent / name
    own = name.endswith(".toml") and beside.is_file()
    try:
        return load_therapy(beside if own else name)
    except SpecError as error:
        raise SpecError(f"{where}, therapy: {error}") from None


def _regimen(
    item: ArmTable | TreatmentTable | RescueTable, therapy: Therapy, where: str
) -> Regimen:
    from tolerogen.therapies import Regimen

    if (item.regimen is None) == (item.doses is None):
        names = ", ".join(f"'{regimen.name}'" for regimen in therapy.regimens)
        raise SpecError(
            f"{where}, {therapy.id}: give either 'regimen', a studied one ({names}), or 'doses' "
            "written out, and not both."
        )
    if item.doses is None:
        try:
            return therapy.regimen(str(item.regimen))
        except SpecError as error:
            raise SpecError(f"{where}, regimen: {error}") from None
    rules = tuple(
        _rule(dose, therapy, f"{where}, {therapy.id}, doses {number}")
        for number, dose in enumerate(item.doses, start=1)
    )
    return Regimen(name="as written", rules=rules, source="the trial file")


def _rule(dose: DoseTable, therapy: Therapy, where: str) -> DoseRule:
    from tolerogen.therapies import dose_rule

    rule = dose_rule(
        dose.amount,
        route=dose.route,
        at=dose.at,
        every=dose.every,
        count=dose.count,
        until=dose.until,
        start=dose.start,
        duration=dose.duration,
        cap=dose.cap,
        where=where,
    )
    try:
        therapy.dosed_species(rule.route)
    except SpecError as error:
        raise SpecError(f"{where}, route: {error}") from None
    return rule
