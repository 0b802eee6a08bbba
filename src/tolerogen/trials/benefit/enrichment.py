"""All comers against an enriched trial, at the same cost."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.trials.benefit.groups import Benefits

    Array = NDArray[np.float64]

FRACTIONS = (1.0, 0.75, 0.5, 0.25)
ALPHA = 0.05


@dataclass(frozen=True)
class Costs:
    """What a trial costs, in one currency.

    Attributes
    ----------
    screening
        For every candidate who is looked at.
    test
        For the markers of a candidate who meets the conditions of entry; nobody is tested in a
        trial of all comers.
    patient
        For every patient randomised.
    budget
        In all.
    currency
        Three letters.
    """

    screening: float
    test: float
    patient: float
    budget: float
    currency: str


@dataclass(frozen=True)
class Design:
    """A trial of two equal arms that spends the budget.

    Attributes
    ----------
    fraction
        Of the patients who meet the conditions of entry, those with the best predicted benefit;
        1 for all comers.
    screened
        Candidates looked at.
    patients
        Randomised, both arms.
    cost_per_patient
        With the screening and tests of those turned away.
    effect, sd
        Mean benefit, and standard deviation of the change within an arm, points.
    power
        Of a two-sided 5 % t-test.
    """

    fraction: float
    screened: int
    patients: int
    cost_per_patient: float
    effect: float
    sd: float
    power: float


def read_costs(amounts: Mapping[str, str | None]) -> Costs | None:
    """Read amounts of money such as ``"2500 EUR"``.

    Parameters
    ----------
    amounts
        By the name of the cost: ``screening``, ``test``, ``patient``, ``budget``.

    Returns
    -------
    Costs or None
        None when none of them is given.

    Raises
    ------
    SpecError
        Some are missing, an amount cannot be read or is negative, or currencies differ.

    Examples
    --------
    >>> read_costs({"screening": "2000 EUR", "test": "300 EUR", "patient": "40000 EUR",
    ...     "budget": "5e6 EUR"}).currency
    'EUR'
    """
    given = {name: text for name, text in amounts.items() if text is not None}
    if not given:
        return None
    missing = [name for name in ("screening", "test", "patient", "budget") if name not in given]
    if missing:
        raise SpecError(
            f"costs: {', '.join(missing)} not given. An enriched trial is compared at equal cost, "
            "which needs the cost of screening, test and patient, and the budget."
        )
    read = {name: _amount(name, text) for name, text in given.items()}
    currencies = sorted({currency for _, currency in read.values()})
    if len(currencies) > 1:
        raise SpecError(f"costs are in {' and '.join(currencies)}; give all in one currency.")
    if read["patient"][0] <= 0:
        raise SpecError("costs: a patient costs nothing, so that a trial has no size.")
    values = {name: value for name, (value, _) in read.items()}
    return Costs(**values, currency=currencies[0])


def designs(
    predicted: Array, benefits: Benefits, acceptance: float, costs: Costs
) -> tuple[Design, ...]:
    """Spend the budget on trials that enrol more or less of the patients.

    Parameters
    ----------
    predicted
        Benefit that markers predict, shape (patients,).
    benefits
        The same patients.
    acceptance
        Share of candidates who meet the conditions of entry.
    costs
        Of the trial.

    Raises
    ------
    SpecError
        When the budget does not reach for two patients an arm.
    """
    order = np.argsort(-predicted, kind="stable")
    found = []
    for fraction in FRACTIONS:
        rows = order[: max(2, round(fraction * len(order)))]
        mine = benefits.take(rows)
        tested = costs.test / fraction if fraction < 1 else 0.0
        each = costs.patient + costs.screening / (acceptance * fraction) + tested
        arm = int(costs.budget / each / 2)
        if arm < 2:
            raise SpecError(
                f"the budget of {costs.budget:g} {costs.currency} pays for {2 * arm} patients at "
                f"{each:.0f} {costs.currency} each; give a larger one."
            )
        variance = (mine.drug_change.var(ddof=1) + mine.placebo_change.var(ddof=1)) / 2
        effect, sd = float(mine.benefit.mean()), float(np.sqrt(variance))
        found.append(
            Design(
                fraction=fraction,
                screened=math.ceil(2 * arm / (acceptance * fraction)),
                patients=2 * arm,
                cost_per_patient=each,
                effect=effect,
                sd=sd,
                power=t_power(effect, sd, arm),
            )
        )
    return tuple(found)


def t_power(effect: float, sd: float, arm: int, alpha: float = ALPHA) -> float:
    """Power of a two-sided t-test of two arms of equal size, in favour of the drug.

    Examples
    --------
    >>> round(t_power(0.5, 1.0, 64), 2)  # Cohen 1988, table 2.4.1: 64 an arm for 80 %
    0.8
    """
    from scipy.stats import nct, t

    freedom = 2 * arm - 2
    noncentral = effect / sd * math.sqrt(arm / 2)
    return float(nct.sf(t.ppf(1 - alpha / 2, freedom), freedom, noncentral))


def _amount(name: str, text: str) -> tuple[float, str]:
    match = re.fullmatch(r"\s*([0-9.eE+]+)\s*([A-Za-z]{3})\s*", text)
    try:
        value = float(match[1]) if match else math.nan
    except ValueError:
        value = math.nan
    if match is None or not math.isfinite(value):
        raise SpecError(
            f"cost of {name}: '{text}' is not an amount with a currency, such as 2500 EUR."
        )
    return value, match[2].upper()
