"""Events and estimand of a trial file: from tables to values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.trials.intercurrent.values import COMPOSITE, Discontinuation, Estimand, Rescue
from tolerogen.trials.measures import Measure, pick
from tolerogen.trials.treatment import check_targets, read_treatment
from tolerogen.units import convert

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.trials.schema import RescueTable, TrialFile
    from tolerogen.trials.spec import Treatment


def read_rescue(
    raw: TrialFile, disease: Disease, known: dict[str, Measure], horizon: float, file: Path
) -> Rescue | None:
    """Read ``[rescue]``.

    Raises
    ------
    SpecError
        Unknown measure or therapy, no rule, nothing that rescue does, a day outside the trial.
    """
    item = raw.rescue
    if item is None:
        return None
    where = f"{file.name}: [rescue]"
    measure = pick(item.measure, known, where=f"{where} measure")
    if item.worse_by is None and item.not_better_by is None:
        raise SpecError(
            f"{where}: there is no rule. Give 'worse_by' (points above baseline), 'not_better_by' "
            "(less improvement than this), or both."
        )
    first = convert(item.first, "day", where=f"{where} first") if item.first else 0.0
    if not 0 <= first < horizon:
        raise SpecError(
            f"{where} first: day {first:g} lies outside the trial, which ends on day {horizon:g}."
        )
    onset = convert(item.onset, "day", where=f"{where} onset")
    if not onset > 0:
        raise SpecError(f"{where} onset: '{item.onset}' must be longer than 0 days.")
    return Rescue(
        measure=measure,
        worse_by=item.worse_by,
        not_better_by=item.not_better_by,
        first=first,
        probability=item.probability,
        treatment=_treatment(item, disease, horizon, file, where),
        relief=item.relief,
        onset=onset,
        stops_treatment=item.stops_treatment,
    )


def _treatment(
    item: RescueTable, disease: Disease, horizon: float, file: Path, where: str
) -> Treatment | None:
    if item.therapy is None:
        if item.regimen is not None or item.doses is not None:
            raise SpecError(f"{where}: 'regimen' and 'doses' need a 'therapy' beside them.")
        if not item.relief and not item.stops_treatment:
            raise SpecError(
                f"{where}: rescue does nothing. Name a 'therapy' with its doses, or give 'relief', "
                "the share of the activity that it takes away."
            )
        return None
    treatment = read_treatment(item, horizon, file, where)
    check_targets((treatment,), disease, where)
    return treatment


def read_discontinuation(raw: TrialFile) -> Discontinuation | None:
    """Read ``[discontinuation]``."""
    item = raw.discontinuation
    if item is None:
        return None
    hazards = {str(role): value for role, value in item.weekly_hazard.items()}
    return Discontinuation(hazards, item.worsening, item.followed)


def read_estimand(raw: TrialFile, where: str) -> Estimand:
    """Read ``[estimand]``.

    Raises
    ------
    SpecError
        A strategy for an event that is not simulated, a worst value without a composite, a
        tipping point or reference without imputation.
    """
    item = raw.estimand
    for kind, strategy, table in (
        ("rescue", item.rescue, raw.rescue),
        ("discontinuation", item.discontinuation, raw.discontinuation),
    ):
        if table is None and kind in item.model_fields_set:
            raise SpecError(
                f"{where}: [estimand] {kind} is '{strategy}', but the file has no [{kind}], so "
                "that it never happens. Describe the event, or leave the strategy out."
            )
    if item.worst is not None and COMPOSITE not in (item.rescue, item.discontinuation):
        raise SpecError(f"{where}: [estimand] worst: only a composite has a worst value.")
    if item.missing == "none" and (item.tipping or "imputations" in item.model_fields_set):
        raise SpecError(
            f"{where}: [estimand] missing is 'none', so that nothing is imputed; 'tipping' and "
            "'imputations' need one of mar, j2r, cir, cr, lmcf."
        )
    placebo = any(arm.role == "placebo" for arm in raw.arm)
    if item.missing != "none" and not placebo:
        raise SpecError(
            f"{where}: [estimand] missing: imputation compares with a reference; the trial has no "
            "arm with role 'placebo'."
        )
    return Estimand(
        rescue=item.rescue,
        discontinuation=item.discontinuation,
        worst=item.worst,
        missing=item.missing,
        imputations=item.imputations,
        tipping=tuple(item.tipping),
    )
