"""When a trial will be full: many trials drawn from a plan, or from what centres have done."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.trials.recruitment.arrivals import Centres, Draw, draw
from tolerogen.trials.recruitment.observed import Fit, Observed, fit, regions_of
from tolerogen.trials.recruitment.plan import MOST_CENTRES, Recruitment
from tolerogen.trials.recruitment.result import RecruitmentForecast

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST, REPLICATES = 10, 2000
MOST_DAYS = 20_000_000  # 160 MB
SURE = 0.8
ALIKE = 9.0  # logarithm of a shape beyond which centres do not differ to speak of
SEARCHED = 1000  # replicates of each number of centres that is tried


def forecast_recruitment(
    plan: Recruitment,
    observed: Observed | None = None,
    *,
    replicates: int = REPLICATES,
    seed: int = 1,
    sure: float = SURE,
) -> RecruitmentForecast:
    """Forecast the recruitment of a trial.

    Parameters
    ----------
    plan
        What was planned; days count from the start.
    observed
        What centres have done. The forecast is then of the patients still to come; numbers and
        openings of centres are those observed, and days count from the opening of the first one.
    replicates
        Trials drawn.
    seed
        Settles every number.
    sure
        Probability with which the trial is to be full by the day that the plan names; for a plan,
        the fewest centres that reach it are looked for.

    Raises
    ------
    SpecError
        What `check_size` refuses, an observed region that the plan does not have, a trial that is
        full already, or one whose open regions are not allowed as many patients as are wanted.

    Notes
    -----
    Anisimov and Fedorov, Stat Med 2007;26:4958 (doi:10.1002/sim.2956).
    """
    check_size(plan, replicates)
    if observed is None:
        found = _drawn(plan, replicates, seed)
        if plan.finish is None:
            return found
        return replace(found, sure=sure, enough=centres_needed(plan, plan.finish, sure, seed))
    if observed.randomised >= plan.patients:
        raise SpecError(
            f"{observed.randomised} patients are randomised and {plan.patients} were wanted: "
            "the trial is full."
        )
    draws, rates = _continued(plan, observed, replicates, _random(seed))
    return replace(_gather(plan, draws, observed.randomised, seed), observed=observed, fit=rates)


def check_size(plan: Recruitment, replicates: int) -> None:
    """Refuse what is too little to tell anything, or too much to keep.

    Raises
    ------
    SpecError
        Fewer than 10 replicates, or more than `MOST_DAYS` patients in all of them.
    """
    if replicates < LEAST:
        raise SpecError(f"a forecast needs at least {LEAST} replicates, not {replicates}.")
    if replicates * plan.patients > MOST_DAYS:
        raise SpecError(
            f"{replicates:,} replicates of {plan.patients:,} patients are too many; a forecast "
            f"keeps {MOST_DAYS:,} patients. Ask for fewer replicates."
        )


def centres_needed(
    plan: Recruitment, by: float, sure: float = SURE, seed: int = 1
) -> Recruitment | None:
    """Look for the fewest centres with which a trial is full by a day.

    Parameters
    ----------
    plan
        The plan; its centres are multiplied, shared among regions as before.
    by
        Day by which the last patient is to be randomised.
    sure
        Probability wanted.

    Returns
    -------
    Recruitment or None
        The plan with as many centres; None where no number of centres reaches it, because they
        open too late or regions are capped.

    Raises
    ------
    SpecError
        For a probability outside 0 to 1.
    """
    if not 0 < sure < 1:
        raise SpecError("the probability wanted must be between 0 and 1.")

    def reached(total: int) -> bool:
        count = min(SEARCHED, MOST_DAYS // plan.patients)
        return _drawn(plan.with_centres(total), count, seed).by(by) >= sure

    least = len(plan.regions)
    high = _first(reached, least)
    if high is None:
        return None
    low = max(least, high // 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle + 1, high)
    return plan.with_centres(high)


def _drawn(plan: Recruitment, replicates: int, seed: int) -> RecruitmentForecast:
    return _gather(plan, _planned(plan, replicates, _random(seed)), 0, seed)


def _random(seed: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed))


def _first(reached: Callable[[int], bool], least: int) -> int | None:
    total = least
    while not reached(total):
        if total >= MOST_CENTRES:
            return None
        total = min(2 * total, MOST_CENTRES)
    return total


def _planned(plan: Recruitment, replicates: int, random: np.random.Generator) -> list[Draw]:
    counts = [region.centres for region in plan.regions]

    def each(values: list[float]) -> np.ndarray:
        return np.repeat(np.array(values, float), counts)

    shape = math.inf if plan.spread == 0 else plan.spread**-2
    centres = Centres(
        each([shape] * len(counts)),
        each([region.rate for region in plan.regions]),
        each([region.opens[0] for region in plan.regions]),
        each([region.opens[1] for region in plan.regions]),
        np.repeat(np.arange(len(counts)), counts),
    )
    rooms = [plan.patients if r.most is None else r.most for r in plan.regions]
    return [draw(centres, plan.patients, rooms, random) for _ in range(replicates)]


def _continued(
    plan: Recruitment, observed: Observed, replicates: int, random: np.random.Generator
) -> tuple[list[Draw], Fit]:
    owner = regions_of(observed, plan)
    rates = np.array([region.rate for region in plan.regions])[owner]
    now = observed.day
    opened = np.array([(c.opened - observed.start).days for c in observed.centres], float)
    counts = np.array([c.randomised for c in observed.centres], float)
    exposure = rates * np.maximum(now - opened, 0.0)
    found = fit(counts, exposure, plan.spread)
    rooms = _rooms(plan, owner, counts)
    wanted = plan.patients - observed.randomised
    start = np.maximum(opened, now)
    draws = []
    for shape, factor in _likely(found, replicates, random):
        # a gamma rate of a centre, after n patients in the time m stands for
        after = shape + counts
        mean = rates * factor * after / (shape + factor * exposure)
        centres = Centres(after, mean, start, start, owner)
        draws.append(draw(centres, wanted, rooms, random))
    return draws, found


def _likely(found: Fit, replicates: int, random: np.random.Generator) -> list[tuple[float, float]]:
    logs = random.multivariate_normal(
        [found.log_shape, found.log_factor], found.covariance, replicates
    )
    return [(math.exp(min(a, ALIKE)), math.exp(b)) for a, b in logs]


def _rooms(plan: Recruitment, owner: np.ndarray, counts: np.ndarray) -> list[int]:
    wanted = plan.patients - int(counts.sum())
    rooms = []
    for number, region in enumerate(plan.regions):
        given = int(counts[owner == number].sum())
        room = wanted if region.most is None else max(0, region.most - given)
        rooms.append(room if (owner == number).any() else 0)
    if sum(rooms) < wanted:
        raise SpecError(
            f"{wanted} patients are still wanted, but the regions with centres may give "
            f"{sum(rooms)} more. Raise 'most', or add centres elsewhere."
        )
    return rooms


def _gather(plan: Recruitment, draws: list[Draw], already: int, seed: int) -> RecruitmentForecast:
    regions = np.stack([np.bincount(d.region, minlength=len(plan.regions)) for d in draws])
    return RecruitmentForecast(
        plan,
        np.stack([d.days for d in draws]),
        regions.astype(float),
        float(np.mean([d.idle for d in draws])),
        already,
        seed,
    )
