"""The design of a trial file: from a table under ``[design]`` to a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tolerogen.errors import AnalysisError, SpecError, choices
from tolerogen.patients import Criterion
from tolerogen.trials.designs.borrowing import Borrowing
from tolerogen.trials.designs.crossover import Crossover
from tolerogen.trials.designs.dosefinding import DoseRanging
from tolerogen.trials.designs.dropping import Dropping
from tolerogen.trials.designs.enrichment import Enrichment
from tolerogen.trials.designs.plan import Plan
from tolerogen.trials.designs.reestimate import Reestimation
from tolerogen.trials.designs.sequential import Sequential
from tolerogen.trials.designs.withdrawal import Withdrawal
from tolerogen.trials.dosefinding import Candidate
from tolerogen.trials.sequential import group_sequential
from tolerogen.units import convert

if TYPE_CHECKING:
    from tolerogen.trials.schema import DesignTable
    from tolerogen.trials.spec import TrialSpec

SLACK = 1e-6  # days
STAGED = (
    "sequential",
    "reestimation",
    "dropping",
    "enrichment",
    "dosefinding",
    "borrowing",
    "withdrawal",
    "crossover",
)


def read_plan(
    table: DesignTable, spec: TrialSpec, where: str
) -> Plan | Withdrawal | Crossover | None:
    """Read the plan of a design; None for a parallel trial of fixed size.

    Raises
    ------
    SpecError
        Two designs at once; a design that does not fit the arms, spending that is impossible,
        dose contrasts that cannot be made, a biomarker that does not exist.
    """
    given = [name for name in STAGED if getattr(table, name) is not None]
    if len(given) > 1:
        raise SpecError(
            f"{where}: [design] has {' and '.join(f'[design.{n}]' for n in given)}; a file "
            "describes one design. Keep one, and compare files."
        )
    if not given:
        return None
    name = given[0]
    key = f"{where}: [design.{name}]"
    active = [arm for arm in spec.arms if arm is not spec.reference]
    if spec.estimand.missing != "none":
        raise SpecError(
            f"{key}: [estimand] missing is '{spec.estimand.missing}', and imputation is done in "
            "parallel trials only. Leave it out; analysis = 'mmrm' takes values as missing at "
            "random where the design allows a mixed model."
        )
    if name == "crossover":
        return _crossover(table, spec, key)
    several = name in ("dropping", "dosefinding")
    if several and len(active) < 2:
        raise SpecError(f"{key}: there is one arm beside the reference; it needs two or more.")
    if not several and len(active) != 1:
        raise SpecError(
            f"{key}: there are {len(active)} arms beside the reference; this design compares one. "
            "For several use [design.dropping] or [design.dosefinding]."
        )
    readers: dict[str, Callable[[DesignTable, TrialSpec, str], Plan | Withdrawal]] = {
        "sequential": _sequential,
        "reestimation": _reestimation,
        "dropping": _dropping,
        "enrichment": _enrichment,
        "dosefinding": _dosefinding,
        "borrowing": _borrowing,
        "withdrawal": _withdrawal,
    }
    try:
        return readers[name](table, spec, key)
    except AnalysisError as error:
        raise SpecError(f"{key}: {error}") from None


def _sequential(table: DesignTable, spec: TrialSpec, where: str) -> Plan:
    item = table.sequential
    assert item is not None  # noqa: S101  # chosen by its presence
    design = group_sequential(
        item.looks if isinstance(item.looks, int) else [float(x) for x in item.looks],
        item.bounds,
        alpha=table.alpha,
        beta=1 - table.power,
        gamma=item.gamma,
        futility=item.futility,
        futility_gamma=item.futility_gamma,
        binding=item.binding,
    )
    del where
    return Sequential(design, spec.block)


def _reestimation(table: DesignTable, spec: TrialSpec, where: str) -> Plan:
    item = table.reestimation
    assert item is not None  # noqa: S101
    if item.kind == "blinded" and item.difference is None:
        raise SpecError(
            f"{where}: a blinded re-estimation takes the planned difference out of the spread; "
            "give 'difference', in units of the endpoint."
        )
    active = next(arm for arm in spec.arms if arm is not spec.reference)
    control = spec.reference.share if spec.reference else 1
    return Reestimation(
        kind=item.kind,
        at=item.at,
        largest_growth=item.largest,
        low=item.low,
        difference=item.difference,
        alpha=table.alpha,
        power=table.power,
        ratio=active.share / control,
        block=spec.block,
    )


def _dropping(table: DesignTable, spec: TrialSpec, where: str) -> Plan:
    item = table.dropping
    assert item is not None  # noqa: S101
    at = tuple(item.at) if isinstance(item.at, list) else (item.at,)
    keep = tuple(item.keep) if isinstance(item.keep, list) else (item.keep,) * len(at)
    active = len(spec.arms) - 1
    rising = all(a < b for a, b in zip((0.0, *at), (*at, 1.0), strict=True))
    if not at or not rising:
        raise SpecError(f"{where} at: {list(at)} must rise and lie between 0 and 1.")
    if len(keep) != len(at) or any(not 1 <= k <= active for k in keep):
        raise SpecError(
            f"{where} keep: {list(keep)}; one number a look is wanted, each from 1 to {active}, "
            "the arms beside the reference."
        )
    return Dropping(
        at=at,
        keep=keep,
        futility=item.futility,
        binding=item.binding,
        reallocate=item.reallocate,
        shares={arm.name: arm.share for arm in spec.arms},
        reference=spec.reference.name if spec.reference else "",
        alpha=table.alpha,
        block=spec.block,
    )


def _enrichment(table: DesignTable, spec: TrialSpec, where: str) -> Plan:
    from tolerogen.patients import read_covariates
    from tolerogen.trials.measures import measures

    item = table.enrichment
    assert item is not None  # noqa: S101
    covariates = (c.id for c in read_covariates(spec.disease.folder).covariate)
    known = (*measures(spec.disease), *covariates)
    if item.measure not in known:
        raise SpecError(
            f"{where} measure: there is no measure or covariate '{item.measure}'; "
            f"{choices(item.measure, known)}"
        )
    if item.minimum is None and item.maximum is None:
        raise SpecError(f"{where}: give 'minimum', 'maximum' or both; they make the subgroup.")
    return Enrichment(
        biomarker=Criterion(item.measure, item.minimum, item.maximum),
        at=item.at,
        margin=item.margin,
        futility=item.futility,
        binding=item.binding,
        alpha=table.alpha,
        block=spec.block,
    )


def _dosefinding(table: DesignTable, spec: TrialSpec, where: str) -> Plan:
    item = table.dosefinding
    assert item is not None  # noqa: S101
    names = [arm.name for arm in spec.arms]
    reference = spec.reference.name if spec.reference else ""
    doses = {reference: 0.0, **item.doses}
    for name in item.doses:
        if name not in names:
            raise SpecError(f"{where} doses: there is no arm '{name}'; {choices(name, names)}")
    missing = [name for name in names if name not in doses]
    if missing:
        raise SpecError(
            f"{where} doses: arm '{missing[0]}' has no dose. Give every arm its dose, in one unit."
        )
    values = sorted(doses.values())
    if len(set(values)) < 3 or values[0] < 0 or len(set(values)) < len(values):
        raise SpecError(
            f"{where} doses: {values} make no dose contrast; three or more different doses are "
            "needed, the reference with 0."
        )
    plan = DoseRanging(
        doses=doses,
        candidates=tuple(Candidate(c.shape, tuple(c.parameters)) for c in item.candidates),
        target=item.target,
        alpha=table.alpha,
        shares={arm.name: arm.share for arm in spec.arms},
    )
    plan.check()
    return plan


def _borrowing(table: DesignTable, spec: TrialSpec, where: str) -> Plan:
    item = table.borrowing
    assert item is not None  # noqa: S101
    if (item.history is None) == (item.means is None):
        raise SpecError(
            f"{where}: give either 'means' with their 'ses', changes of earlier placebo arms, or "
            "'history', the number of earlier trials to simulate."
        )
    means, ses = tuple(item.means or ()), tuple(item.ses or ())
    if len(means) != len(ses) or len(means) == 1:
        raise SpecError(
            f"{where}: there are {len(means)} means and {len(ses)} standard errors; two earlier "
            "arms or more are needed, each with both."
        )
    if item.means is not None and (len(table.endpoints) > 1 or len(table.at) > 1):
        raise SpecError(
            f"{where}: 'means' belong to one endpoint and visit; leave one in 'endpoints' and 'at'."
        )
    sign = spec.endpoint.measure.better
    return Borrowing(
        means=tuple(sign * mean for mean in means),
        ses=ses,
        history=item.history or 0,
        between=item.between,
        robust=item.robust,
        alpha=table.alpha,
    )


def _withdrawal(table: DesignTable, spec: TrialSpec, where: str) -> Withdrawal:
    from tolerogen.diseases.endpoints import read_endpoints
    from tolerogen.trials.measures import measures, pick

    item = table.withdrawal
    assert item is not None  # noqa: S101
    run_in = convert(item.run_in, "day", where=f"{where} run_in")
    near = [day for day in spec.visits if abs(day - run_in) < SLACK and day > 0]
    if not near or near[0] >= spec.horizon:
        raise SpecError(
            f"{where} run_in: the trial has no visit after baseline and before its end at week "
            f"{run_in / 7:g}; it has weeks {', '.join(f'{v / 7:g}' for v in spec.visits[1:])}."
        )
    if (item.rule is None) == (item.measure is None):
        raise SpecError(
            f"{where}: say who responds: 'measure' with 'better_by', or 'rule', and not both."
        )
    if item.rule is not None:
        rules = [rule.id for rule in read_endpoints(spec.disease.folder).responder]
        if item.rule not in rules:
            raise SpecError(
                f"{where} rule: there is no responder rule '{item.rule}'; "
                f"{choices(item.rule, rules)}"
            )
    elif item.better_by is None:
        raise SpecError(f"{where}: 'measure' needs 'better_by', the improvement of a responder.")
    else:
        pick(str(item.measure), measures(spec.disease), where=f"{where} measure")
    known = measures(spec.disease)
    other = next((one for one in table.endpoints if one not in known), None)
    if other is not None:
        raise SpecError(
            f"{where}: [design] endpoints: '{other}' is a responder rule; a withdrawal compares "
            "changes of measures."
        )
    roles = sorted(arm.role for arm in spec.arms)
    if roles != ["active", "placebo"]:
        raise SpecError(f"{where}: a withdrawal has one active arm and one placebo arm.")
    if spec.rescue is not None or spec.discontinuation is not None:
        raise SpecError(
            f"{where}: rescue and discontinuation are not simulated in a randomised withdrawal; "
            "leave out [rescue] and [discontinuation]."
        )
    return Withdrawal(near[0], item.measure, item.better_by or 0.0, item.rule, table.alpha)


def _crossover(table: DesignTable, spec: TrialSpec, where: str) -> Crossover:
    item = table.crossover
    assert item is not None  # noqa: S101
    if table.endpoints or table.at:
        raise SpecError(
            f"{where}: exposure is compared, 'auc' and 'cmax'; leave out [design] endpoints and at."
        )
    names = [arm.name for arm in spec.arms]
    if len(names) < 2 or any(len(arm.treatments) != 1 for arm in spec.arms):
        raise SpecError(
            f"{where}: a cross-over compares two arms or more, each with one treatment."
        )
    drugs = {arm.treatments[0].therapy.id for arm in spec.arms}
    if len(drugs) > 1:
        raise SpecError(
            f"{where}: exposure to one drug is compared; the arms give {', '.join(sorted(drugs))}."
        )
    if item.reference not in names:
        raise SpecError(
            f"{where} reference: there is no arm '{item.reference}'; "
            f"{choices(item.reference, names)}"
        )
    period = convert(item.period, "day", where=f"{where} period")
    samples = tuple(sorted(convert(text, "day", where=f"{where} samples") for text in item.samples))
    late = max(day for arm in spec.arms for t in arm.treatments for day in t.regimen.days)
    if not samples[0] >= 0 or samples[-1] > period or late >= period:
        raise SpecError(
            f"{where} samples: samples and doses must lie within a period of {period:g} days; the "
            f"last sample is on day {samples[-1]:g}, the last dose on day {late:g}."
        )
    low, high = item.limits
    if not low < 1 < high:
        raise SpecError(f"{where} limits: {item.limits} must lie below and above 1.")
    return Crossover(
        period=period,
        samples=samples,
        reference=item.reference,
        limits=(low, high),
        within_cv=item.within_cv,
        assay_cv=item.assay_cv,
        alpha=0.05 if "alpha" not in table.model_fields_set else table.alpha,
    )
