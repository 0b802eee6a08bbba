"""The Sjögren's disease with two antibodies attached, random patients, and every kind of dose."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from tolerogen.diseases import load_disease
from tolerogen.engine import Dose, Model, load_model
from tolerogen.patients import sample_population
from tolerogen.therapies import attach, load_therapy

KINDS = ("bolus", "infusion", "depot", "loading", "missed", "mixed")
WEEKS = 8


@cache
def treated() -> Model:
    disease = load_disease("sjogren")
    return load_model(attach(disease.model, _drugs(), disease.targets))


def _drugs():
    return [load_therapy(name) for name in ("s95011", "belimumab")]


@cache
def population(count: int) -> pd.DataFrame:
    """Return random patients, with their own disease and their own pharmacokinetics."""
    extra = [p for drug in _drugs() for p in drug.parameters]
    table = sample_population(load_disease("sjogren"), count, seed=11, extra=extra).parameters
    return table[[c for c in table if c in treated().settable]]


def kind_of(patient: int) -> str:
    return KINDS[patient % len(KINDS)]


def doses(patient: int) -> list[Dose]:
    """Return the doses of a patient, who has a kind of dosing and days of their own."""
    draw = np.random.default_rng([7, patient])
    kind, late = kind_of(patient), float(draw.random())
    every_two = [late + 14.0 * i for i in range(WEEKS // 2)]
    weekly = [late + 7.0 * i for i in range(WEEKS)]
    amount = float(draw.uniform(300, 900))
    if kind == "bolus":
        return [Dose(day, amount, "s95011_central") for day in every_two]
    if kind == "infusion":
        hours = float(draw.uniform(0.5, 6))
        return [Dose(day, amount, "s95011_central", hours / 24) for day in every_two]
    if kind == "depot":
        return [Dose(day, amount / 3, "belimumab_depot") for day in weekly]
    if kind == "loading":
        first = Dose(every_two[0], 2 * amount, "s95011_central", 1 / 24)
        return [first, *(Dose(day, amount, "s95011_central", 1 / 24) for day in every_two[1:])]
    if kind == "missed":
        return [Dose(day, amount / 3, "belimumab_depot") for day in weekly if draw.random() < 0.6]
    both = [Dose(day, amount / 3, "belimumab_depot") for day in weekly]
    return [*both, *(Dose(day, amount, "s95011_central", 0.25) for day in every_two)]
