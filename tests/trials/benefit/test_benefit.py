"""Who is helped: arithmetic by hand, and one short run on the disease of the package."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tolerogen.diseases import Disease, load_disease
from tolerogen.errors import SpecError
from tolerogen.patients.endotypes import Endotypes, find_endotypes
from tolerogen.trials.benefit import BenefitResult, Costs, read_costs, who_benefits
from tolerogen.trials.benefit.enrichment import designs, t_power
from tolerogen.trials.benefit.groups import Benefits, deciles, group_benefit, needed
from tolerogen.trials.benefit.rule import grow_rule, predict_benefit

N = 1200


@pytest.fixture(scope="module")
def toy() -> tuple[pd.DataFrame, Benefits]:
    """Patients with much IgG and an active lung gain six points, the others none."""
    rng = np.random.default_rng(5)
    markers = pd.DataFrame(
        {"IgG": rng.lognormal(2.7, 0.4, N), "Lungs (level)": rng.integers(0, 3, N).astype(float)}
    )
    gains = (markers["IgG"] > 16) & (markers["Lungs (level)"] >= 1)
    benefit = 6.0 * gains.to_numpy() + rng.normal(0, 0.5, N)
    placebo = rng.normal(-3, 4, N)
    return markers, Benefits(
        benefit=benefit,
        helped=(benefit >= 3).astype(float),
        more=((placebo - benefit <= -3).astype(float) - (placebo <= -3)),
        drug_change=placebo - benefit,
        placebo_change=placebo,
        draw=np.arange(N) % 2,
    )


def test_the_rule_finds_who_gains(toy: tuple[pd.DataFrame, Benefits]) -> None:
    rule = grow_rule(*toy, seed=1)
    best = rule.leaves[0]
    assert best.benefit == pytest.approx(6.0, abs=0.3)
    assert any(text.startswith("IgG above 1") for text in best.conditions)
    assert "Lungs (level) at least 1" in best.conditions
    assert rule.treated_helped > 0.95
    assert rule.others_helped < 0.05
    assert sum(leaf.share for leaf in rule.leaves) == pytest.approx(1.0)


def test_predicted_benefit_is_out_of_fold(toy: tuple[pd.DataFrame, Benefits]) -> None:
    markers, benefits = toy
    predicted = predict_benefit(markers, benefits.benefit, seed=1)
    assert stats.pearsonr(predicted, benefits.benefit).statistic > 0.9
    noise = np.random.default_rng(1).permutation(benefits.benefit)
    blind = predict_benefit(markers, noise, seed=1)
    assert abs(stats.pearsonr(blind, noise).statistic) < 0.1


def test_deciles_rise_and_count_everybody(toy: tuple[pd.DataFrame, Benefits]) -> None:
    markers, benefits = toy
    found = deciles(predict_benefit(markers, benefits.benefit, seed=1), benefits)
    assert sum(d.patients for d in found) == N
    assert found[-1].benefit > 5 > 1 > abs(found[0].benefit)
    assert found[-1].nnt == pytest.approx(1 / found[-1].more_responders)
    assert found[-1].nnt_low == pytest.approx(1 / found[-1].more_high)


def test_number_needed_to_treat_without_benefit() -> None:
    assert needed(-0.1, -0.2, 0.1) == (None, None, None)
    assert needed(0.05, -0.05, 0.2) == (20.0, 5.0, None)


def test_groups_weigh_by_probability(toy: tuple[pd.DataFrame, Benefits]) -> None:
    _, benefits = toy
    weights = np.where(benefits.helped > 0, 1.0, 0.0)
    group = group_benefit("E1", weights, benefits)
    assert group.helped == 1.0
    mine = benefits.benefit[weights > 0]
    assert group.benefit == pytest.approx(mine.mean())
    assert group.benefit_se == pytest.approx(mine.std() / math.sqrt(len(mine)))
    by_draw = [mine[benefits.draw[weights > 0] == d].mean() for d in (0, 1)]
    assert group.benefit_draw_sd == pytest.approx(np.std(by_draw, ddof=1))


def test_power_is_that_of_published_tables() -> None:
    # Cohen 1988, table 2.4.1: d = 0.2, 0.5, 0.8 need 393, 64, 26 an arm for 80 %
    for effect, arm in ((0.2, 393), (0.5, 64), (0.8, 26)):
        assert t_power(effect, 1.0, arm) == pytest.approx(0.80, abs=0.008)


def test_an_enriched_trial_pays_for_those_turned_away(
    toy: tuple[pd.DataFrame, Benefits],
) -> None:
    markers, benefits = toy
    predicted = predict_benefit(markers, benefits.benefit, seed=1)
    costs = Costs(screening=1000, test=200, patient=10_000, budget=1e6, currency="EUR")
    everybody, *_, quarter = designs(predicted, benefits, 0.5, costs)
    assert everybody.cost_per_patient == 10_000 + 1000 / 0.5
    assert quarter.cost_per_patient == 10_000 + 1000 / (0.5 * 0.25) + 200 / 0.25
    assert everybody.patients == 2 * (1_000_000 // 24_000)
    for design in (everybody, quarter):
        assert design.patients * design.cost_per_patient <= costs.budget
    assert quarter.effect > 2 * everybody.effect
    assert quarter.power > everybody.power
    with pytest.raises(SpecError, match="give a larger one"):
        designs(predicted, benefits, 0.5, Costs(1000, 200, 10_000, 30_000, "EUR"))


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ({"screening": "10 EUR"}, "test, patient, budget not given"),
        (dict.fromkeys(("screening", "test", "patient"), "5 EUR") | {"budget": "9 USD"}, "EUR and"),
        (dict.fromkeys(("screening", "test", "patient", "budget"), "5"), "not an amount"),
        (dict.fromkeys(("screening", "test", "patient", "budget"), "0 EUR"), "costs nothing"),
    ],
)
def test_costs_that_cannot_be_used_are_refused(amounts: dict[str, str], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        read_costs(amounts)
    assert read_costs(dict.fromkeys(("screening", "test", "patient", "budget"))) is None


@pytest.fixture(scope="module")
def sjogren() -> Disease:
    return load_disease("sjogren")


@pytest.fixture(scope="module")
def found(sjogren: Disease) -> Endotypes:
    return find_endotypes([sjogren], patients=400, seed=1, bootstraps=1)


@pytest.fixture(scope="module")
def result(sjogren: Disease, found: Endotypes) -> BenefitResult:
    costs = Costs(2000, 500, 40_000, 8e6, "EUR")
    drugs = ["nipocalimab:dahlias_15", "abatacept"]
    return who_benefits([sjogren], found, drugs, patients=160, costs=costs, seed=1)


def test_the_same_people_with_and_without_the_drug(result: BenefitResult) -> None:
    assert result.patients == 160 <= result.screened
    for item in result.therapies:
        assert item.failed == 0
        assert item.everybody.patients == 160
        assert sum(g.patients for g in item.groups) == pytest.approx(160)
        assert item.everybody.benefit > 0  # neither drug harms by any arrow of the model
        # endotypes share the patients out, so that their mean is everybody's
        mean = sum(g.patients * g.benefit for g in item.groups) / 160
        assert mean == pytest.approx(item.everybody.benefit)


def test_the_document_and_the_folder(result: BenefitResult, tmp_path: Path) -> None:
    document = json.loads(result.to_json())
    assert document["format"] == "tolerogen-endotypes/1"
    assert {"classes", "stability", "tried", "centres"} <= set(document["endotypes"])
    assert {"everybody", "groups", "deciles", "rule", "designs"} <= set(document["therapies"][0])
    folder = result.write(tmp_path / "out")
    assert {p.suffix for p in folder.iterdir()} == {
        ".json",
        ".csv",
        ".md",
        ".parquet",
        ".svg",
        ".png",
    }
    assert len(pd.read_csv(folder / "by_decile.csv")) == 20
    assert len(pd.read_csv(folder / "at_equal_cost.csv")) == 8


def test_the_same_seed_gives_the_same_numbers(
    sjogren: Disease, found: Endotypes, result: BenefitResult
) -> None:
    again = who_benefits([sjogren], found, ["abatacept"], patients=160, seed=1)
    assert again.therapies[0].deciles == result.therapies[1].deciles


def test_draws_have_a_spread_of_their_own(sjogren: Disease, found: Endotypes) -> None:
    both = who_benefits([sjogren, sjogren], found, ["abatacept"], patients=64, seed=1)
    assert both.therapies[0].everybody.benefit_draw_sd is not None


def test_unknown_names_are_refused(sjogren: Disease, found: Endotypes) -> None:
    with pytest.raises(SpecError, match="'esdai' is not a score"):
        who_benefits([sjogren], found, [], measure="esdai")
    with pytest.raises(SpecError, match="did you mean 'abatacept'"):
        who_benefits([sjogren], found, ["abatacpt"])
