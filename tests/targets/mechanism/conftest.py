from __future__ import annotations

import pytest

from tolerogen.diseases import load_disease
from tolerogen.targets.mechanism import Setup, draws_for, interventions, simulate_effects


@pytest.fixture(scope="session")
def disease():
    return load_disease("sjogren")


@pytest.fixture(scope="session")
def items(disease):
    return interventions(disease)[0]


@pytest.fixture(scope="session")
def effects(disease, items):
    """Every intervention in 40 patients under 3 parameter sets."""
    return simulate_effects(disease, items, draws_for(disease, None, 3, 1), Setup(patients=40))
