"""Antibodies against a drug: when they begin, in whom, and what a file may say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.therapies.toy import TARGETS, TOY, drug, parameter

from tolerogen.engine import Dose, load_model, simulate
from tolerogen.errors import SpecError
from tolerogen.therapies import Immunogenicity, attach, read_therapy, therapy_toml

FOLD, ONSET, FIRST = 3.0, 14.0, 40.0
IMMUNE = Immunogenicity(0.5, "in a test", "assumed", FOLD, ONSET)
DAYS = (0.0, FIRST - 1, FIRST + ONSET / 2, FIRST + ONSET, FIRST + 4 * ONSET)


@pytest.mark.parametrize("backend", ["native", "reference"])
def test_the_rise_is_counted_from_the_first_dose(backend):
    made = replace(drug(), immunogenicity=IMMUNE)
    patients = pd.DataFrame({"weight": [70.0, 70.0], "drug_ada_liability": [0.4, 0.6]})
    data = simulate(
        load_model(attach(TOY, [made], TARGETS)), patients, [Dose(FIRST, 100.0, "drug_central")],
        np.array(DAYS), observables=["drug_ada"], rtol=1e-8, atol=1e-10, backend=backend,
    )  # fmt: skip
    since = np.maximum(np.array(DAYS) - FIRST, 0.0)
    truth = 1 + (FOLD - 1) * since**8 / (ONSET**8 + since**8)
    np.testing.assert_allclose(data["drug_ada"][0], truth, rtol=1e-5)
    np.testing.assert_allclose(data["drug_ada"][1], 1.0)


def test_a_drug_under_the_skin_counts_from_the_depot():
    more = {"ka": parameter(0.01, "1/day"), "F": parameter(1.0, "dimensionless")}
    made = replace(drug(parameters=more), immunogenicity=IMMUNE)
    patients = pd.DataFrame({"weight": [70.0], "drug_ada_liability": [0.4]})
    data = simulate(
        load_model(attach(TOY, [made], TARGETS)), patients, [Dose(0.0, 100.0, "drug_depot")],
        np.array([0.0, ONSET]), observables=["drug_ada"],
    )  # fmt: skip
    assert float(data["drug_ada"][0, 1]) == pytest.approx(1 + (FOLD - 1) / 2, rel=1e-3)


def test_without_an_effect_the_model_is_what_it_was():
    record = replace(drug(), immunogenicity=Immunogenicity(0.3, "in a test", "assumed"))
    assert attach(TOY, [record], TARGETS) == attach(TOY, [drug()], TARGETS)
    assert record.parameters == drug().parameters


def test_the_table_of_a_file_is_read_back_and_checked(tmp_path):
    file = tmp_path / "drug.toml"
    made = replace(drug(), immunogenicity=IMMUNE)
    file.write_text(therapy_toml(made), encoding="utf-8")
    assert read_therapy(file).immunogenicity == IMMUNE
    assert "3-fold" in made.explain()
    wrong = {"clearance_fold = 3.0": "clearance_fold = 0.5", "onset = 14.0": "onset = 0"}
    for old, new in wrong.items():
        text = therapy_toml(made)
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(SpecError, match=old.split(" ")[0]):
            read_therapy(file)
