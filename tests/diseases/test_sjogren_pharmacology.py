"""What drugs do to the typical patient, against published pharmacology."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from tolerogen.diseases import Disease
from tolerogen.engine import Dose

from .conftest import change, treat

ANCHORS = tomllib.loads(
    (Path(__file__).parents[1] / "anchors" / "sjogren_pharmacology.toml").read_text()
)


@pytest.mark.parametrize("state", ["disease", "healthy"])
@pytest.mark.parametrize("dose", [5, 15])
def test_nipocalimab_lowers_igg(sjogren: Disease, dose: int, state: str) -> None:
    anchor = ANCHORS["nipocalimab"][f"{dose}_mg_per_kg_q2w"]
    doses = [Dose(t, dose * 70.0, "nipocalimab_central") for t in np.arange(0.0, 168.0, 14.0)]
    igg = change(treat(sjogren, "nipocalimab", doses, 168, ["IgG"], state), "IgG")
    assert anchor["low"] <= igg.min() <= anchor["high"]


def test_rituximab_empties_blood_not_nodes_and_spares_igg(sjogren: Disease) -> None:
    doses = [Dose(t, 1000.0, "rituximab_central", 0.17) for t in (0.0, 14.0)]
    seen = ["B_blood", "B_fo", "B_tmem", "B_gland", "IgG", "antiRo", "BAFF"]
    data = treat(sjogren, "rituximab", doses, 364, seen)
    day7, month6, month12 = 7, 182, 364
    blood = change(data, "B_blood")
    assert blood[day7 : month6 + 1].max() < -95.0  # for months
    assert blood[month12] > -60.0  # and they come back
    assert change(data, "B_fo")[month6] > -40.0  # not cleared (1 of 12)
    assert change(data, "B_tmem")[month6] > -40.0
    assert change(data, "B_gland")[month6] < -90.0  # absent to month 12 (Pers 2007)
    assert abs(change(data, "IgG")).max() < 15.0
    assert abs(change(data, "antiRo")[month6]) < 15.0
    assert change(data, "BAFF")[84] > 20.0  # rises


def test_anti_il7r_holds_the_receptor_and_raises_il7(sjogren: Disease) -> None:
    dosing = (0.0, 14.0, 28.0, 49.0, 70.0)
    doses = [Dose(t, 750.0, "s95011_central", 1 / 24) for t in dosing]
    seen = ["s95011_occupancy", "IL7", "T4_em", "T4_cm", "T4_naive", "T8_naive", "Treg", "sIL7R"]
    data = treat(sjogren, "s95011", doses, 91, seen)
    occupancy = data["s95011_occupancy"].to_numpy()
    assert occupancy[1:92].min() > 0.90  # through every dosing interval, to week 13
    assert change(data, "IL7")[14:].min() > 50.0
    assert change(data, "sIL7R")[22] > 0.0  # Ellis 2019
    # Order of dependence: TEM > TCM > naive CD4 > naive CD8 (Herold 2019); Treg:TEM rises.
    falls = [change(data, name)[70] for name in ("T4_em", "T4_cm", "T4_naive", "T8_naive")]
    assert falls == sorted(falls)
    assert change(data, "Treg")[70] > change(data, "T4_em")[70]


def test_effector_memory_under_full_blockade_lies_between_two_trials(sjogren: Disease) -> None:
    """Not visible at day 22 in six volunteers (Ellis 2019), plain at week 10 (Herold 2019)."""
    doses = [Dose(t, 750.0, "s95011_central") for t in (0.0, 14.0, 28.0, 42.0, 56.0)]
    tem = change(treat(sjogren, "s95011", doses, 70, ["T4_em"]), "T4_em")
    anchor = ANCHORS["effector_memory"]
    assert anchor["day_22"]["low"] <= tem[22] <= anchor["day_22"]["high"]
    assert anchor["day_70"]["low"] <= tem[70] <= anchor["day_70"]["high"]


def test_belimumab_lowers_naive_before_plasmablasts_and_lifts_memory(sjogren: Disease) -> None:
    times = [0.0, 14.0, *np.arange(28.0, 364.0, 28.0)]
    doses = [Dose(t, 700.0, "belimumab_central") for t in times]
    data = treat(sjogren, "belimumab", doses, 364, ["B_naive", "B_memory", "IgG", "BAFF_free"])
    assert change(data, "B_naive")[168] < -30.0
    assert change(data, "B_memory")[28:57].max() > 5.0  # weeks 4-8
    assert -30.0 < change(data, "IgG")[364] < -3.0  # -28 % only after 5 years
    assert change(data, "BAFF_free")[168] < -80.0


def test_abatacept_lowers_tfh_treg_and_cxcl13(sjogren: Disease) -> None:
    doses = [Dose(t, 125.0, "abatacept_depot") for t in np.arange(0.0, 168.0, 7.0)]
    data = treat(sjogren, "abatacept", doses, 168, ["Tfh", "Treg", "CXCL13", "antiRo", "PB"])
    for name in ("Tfh", "Treg", "CXCL13", "antiRo", "PB"):  # Verstappen 2017: all fall
        assert change(data, name)[168] < -5.0, name


def test_cd40_ligand_block_empties_germinal_centres(sjogren: Disease) -> None:
    times = [0.0, 14.0, *np.arange(28.0, 168.0, 28.0)]
    doses = [Dose(t, 1500.0, "dazodalibep_central") for t in times]
    data = treat(sjogren, "dazodalibep", doses, 168, ["GC", "eGC", "IgG"])
    assert change(data, "GC")[84] < -70.0
    assert change(data, "eGC")[84] < -70.0
    assert -25.0 < change(data, "IgG")[168] < 0.0
