"""Designs on made-up readings: where theory says how often they succeed, stop and cover."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.trials.designs.made_up import play, readings

from tolerogen.patients import Criterion
from tolerogen.trials import Candidate, group_sequential, map_prior, mcpmod, power_means
from tolerogen.trials.designs import (
    Borrowing,
    DoseRanging,
    Dropping,
    Enrichment,
    Plan,
    Reestimation,
    Sequential,
    Verdict,
    closed_test,
)
from tolerogen.trials.designs.closure import largest_p
from tolerogen.trials.designs.plan import Stage
from tolerogen.trials.designs.reading import Gap, Readings
from tolerogen.trials.multiplicity import dunnett_p
from tolerogen.trials.repeated import repeated

ALPHA = 0.025


def near(count: int, trials: int, truth: float, sds: float = 3.5) -> bool:
    return abs(count / trials - truth) < sds * np.sqrt(truth * (1 - truth) / trials)


def many(plan: Plan, size: int, trials: int, seed: int = 1, **made_up: object) -> list[Verdict]:
    random = np.random.default_rng(seed)
    return [play(plan, size, lambda s: readings(random, s.patients, **made_up))
            for _ in range(trials)]  # fmt: skip


def wins(verdicts: list[Verdict]) -> int:
    return sum(any(c.rejected for c in v.claims.values()) for v in verdicts)


@pytest.mark.parametrize("effect", [0.0, 0.4])
def test_group_sequential_does_what_its_bounds_say(effect: float) -> None:
    design = group_sequential([0.5, 1.0], "pocock", futility=[0.3], binding=True)
    size, trials = 200, 500
    verdicts = many(Sequential(design, 2), size, trials, effects={"drug": effect})
    outlook = design.outlook(effect * np.sqrt(size) / 2)
    assert near(wins(verdicts), trials, outlook.power)
    assert near(sum(v.reason == "futility" for v in verdicts), trials, outlook.futility)
    mean = np.mean([v.patients for v in verdicts])
    assert mean == pytest.approx(size * outlook.information, rel=0.03)
    claims = [v.claims["drug"] for v in verdicts]
    assert near(sum(c.estimate > effect for c in claims), trials, 0.5)
    assert near(sum(c.low <= effect <= c.high for c in claims), trials, 0.95)


def test_one_look_is_a_t_test() -> None:
    plan = Sequential(group_sequential(1), 2)
    part = readings(np.random.default_rng(4), 60, effects={"drug": 0.5})
    claim = plan.then(60, [part]).claims["drug"]
    theirs = stats.ttest_ind(part.value[part.arm == 0], part.value[part.arm == 1])
    assert part.compare()["drug"].p == pytest.approx(theirs.pvalue / 2, rel=1e-6)
    gap = part.value[part.arm == 0].mean() - part.value[part.arm == 1].mean()
    assert claim.estimate == pytest.approx(gap, abs=2e-3)


def test_futility_that_does_not_bind_is_ignored_for_the_error() -> None:
    design = group_sequential([0.5, 1.0], futility=[1.0])
    plan = Sequential(design, 2)
    assert plan.unbound().ignore_futility
    assert Sequential(replace(design, binding=True), 2).unbound() is not None
    stopped = many(plan, 100, 120)
    went_on = many(plan.unbound(), 100, 120)
    assert sum(v.reason == "futility" for v in stopped) > 90
    assert not any(v.reason == "futility" for v in went_on)


def reestimation(kind: str, **more: object) -> Reestimation:
    given = {"at": 0.5, "largest_growth": 2.0, "low": 0.3, "difference": 0.5, "alpha": ALPHA,
             "power": 0.9, "ratio": 1.0, "block": 2}  # fmt: skip
    return Reestimation(kind=kind, **{**given, **more})


@pytest.mark.parametrize("kind", ["promising", "blinded"])
def test_a_size_chosen_again_keeps_the_error_and_the_interval(kind: str) -> None:
    trials = 600
    verdicts = many(reestimation(kind), 60, trials)
    assert near(wins(verdicts), trials, ALPHA)
    claims = [v.claims["drug"] for v in verdicts]
    assert near(sum(c.low <= 0.0 <= c.high for c in claims), trials, 0.95)
    assert min(v.patients for v in verdicts) >= 60
    assert max(v.patients for v in verdicts) <= reestimation(kind).largest(60)


def test_a_spread_larger_than_planned_is_answered_by_patients() -> None:
    plan = reestimation("blinded", largest_growth=3.0)
    wide = many(plan, 100, 60, effects={"drug": 0.5})
    # difference 0.5 at sd 1 needs 170 patients for 90 %: the blinded size finds that
    assert np.mean([v.patients for v in wide]) == pytest.approx(170, rel=0.06)
    assert power_means(170, 0.5, 1.0) == pytest.approx(0.9, abs=0.01)


SHARES = {"a": 1, "b": 1, "c": 1, "placebo": 1}


def dropping(**more: object) -> Dropping:
    given = {"at": (0.5,), "keep": (1,), "futility": -np.inf, "binding": False,
             "reallocate": True, "shares": SHARES, "reference": "placebo", "alpha": ALPHA,
             "block": 4}  # fmt: skip
    return Dropping(**{**given, **more})


def drop_trials(plan: Dropping, size: int, trials: int, effects: dict) -> list[Verdict]:
    random = np.random.default_rng(3)

    def draw(stage: Stage) -> Readings:
        return readings(random, stage.patients, stage.arms or tuple(SHARES), effects)

    return [play(plan, size, draw) for _ in range(trials)]


def test_dropping_arms_keeps_the_familywise_error() -> None:
    trials = 500
    verdicts = drop_trials(dropping(), 160, trials, {})
    assert wins(verdicts) / trials < ALPHA + 2.5 * np.sqrt(ALPHA * (1 - ALPHA) / trials)
    assert wins(verdicts) / trials > ALPHA / 3
    for verdict in verdicts[:50]:
        assert sum(c.carried for c in verdict.claims.values()) == 1
        assert verdict.patients == 160


def test_the_best_arm_goes_on_and_wins() -> None:
    verdicts = drop_trials(dropping(), 200, 200, {"b": 0.8})
    assert np.mean([v.claims["b"].carried for v in verdicts]) > 0.95
    assert np.mean([v.claims["b"].rejected for v in verdicts]) > 0.9


def test_without_reallocation_dropping_saves_patients() -> None:
    saved = drop_trials(dropping(reallocate=False), 160, 5, {})
    assert {v.patients for v in saved} == {80 + 40}
    stopped = drop_trials(dropping(futility=9.0), 160, 5, {})
    assert {(v.patients, v.reason) for v in stopped} == {(80, "futility")}


def test_a_closed_test_of_one_stage_is_step_down_dunnett() -> None:
    z = {"a": 2.4, "b": 2.05, "c": 0.3}
    loading = dict.fromkeys(z, np.sqrt(0.5))

    def stage(names: frozenset[str]) -> float:
        return largest_p({n: z[n] for n in names}, loading)

    assert stage(frozenset(z)) == pytest.approx(dunnett_p(2.4, 3), abs=1e-6)
    # a passes with three arms, then b with two arms fails: 2.05 is below 2.212
    assert closed_test(tuple(z), [stage], [1.0], ALPHA) == frozenset({"a"})
    z["b"] = 2.25
    assert closed_test(tuple(z), [stage], [1.0], ALPHA) == frozenset({"a", "b"})


def test_a_hypothesis_with_a_stage_untested_cannot_be_rejected() -> None:
    stages = [lambda names: 1e-9, lambda names: None if names == {"a"} else 1e-9]
    assert closed_test(("a", "b"), stages, [0.5, 0.5], ALPHA) == frozenset({"b"})


def enrichment(**more: object) -> Enrichment:
    given = {"biomarker": Criterion("anti_ro", 1.0), "at": 0.5, "margin": 0.0,
             "futility": -np.inf, "binding": False, "alpha": ALPHA, "block": 2}  # fmt: skip
    return Enrichment(**{**given, **more})


def enrich_trials(plan: Enrichment, trials: int, inside_effect: float) -> list[Verdict]:
    random = np.random.default_rng(5)

    def draw(stage: Stage) -> Readings:
        inside = 1.0 if stage.criteria else 0.4
        return readings(random, stage.patients, inside=inside, inside_effect=inside_effect)

    return [play(plan, 160, draw) for _ in range(trials)]


def test_enrichment_keeps_the_familywise_error() -> None:
    trials = 500
    verdicts = enrich_trials(enrichment(), trials, 0.0)
    assert wins(verdicts) / trials < ALPHA + 2.5 * np.sqrt(ALPHA * (1 - ALPHA) / trials)
    assert wins(verdicts) / trials > ALPHA / 3


def test_enrichment_finds_the_subgroup_that_responds() -> None:
    verdicts = enrich_trials(enrichment(margin=0.1), 150, 0.9)
    inside = [v for v in verdicts if v.extra["narrowed"]]
    assert len(inside) > 100
    name = "drug, anti_ro of at least 1"
    assert np.mean([v.claims[name].rejected for v in inside]) > 0.95
    assert not any(v.claims["drug, everybody"].carried for v in inside)
    estimate = np.mean([v.claims[name].estimate for v in inside])
    assert estimate == pytest.approx(0.9, abs=0.08)


def test_correlated_statistics_by_simulation() -> None:
    random = np.random.default_rng(1)
    shared, own = random.normal(size=(2, 400_000))
    z = np.maximum(shared, np.sqrt(0.3) * shared + np.sqrt(0.7) * own)
    exact = largest_p({"all": 2.0, "inside": 1.0}, {"all": 1.0, "inside": np.sqrt(0.3)})
    assert exact == pytest.approx((z > 2.0).mean(), abs=4 * np.sqrt(exact / 400_000))


DOSES = {"placebo": 0.0, "low": 100.0, "middle": 300.0, "high": 600.0}


def ranging(target: float | None = None) -> DoseRanging:
    return DoseRanging(
        doses=DOSES,
        candidates=(Candidate("linear"), Candidate("emax", (150.0,))),
        target=target,
        alpha=ALPHA,
        shares=dict.fromkeys(DOSES, 1),
    )


def test_contrasts_without_covariates_are_those_of_mcpmod() -> None:
    plan = ranging(0.5)
    effects = {"low": 0.4, "middle": 0.7, "high": 1.0}
    part = readings(np.random.default_rng(2), 160, ("low", "middle", "high", "placebo"), effects)
    dose = np.array([DOSES[n] for n in part.arms])[part.arm]
    theirs = mcpmod(dose, part.value, plan.candidates)
    fit = part.fit()
    ours = plan._statistics(fit)
    assert stats.norm.sf(ours) == pytest.approx(stats.t.sf(theirs.statistics, fit.df), rel=1e-6)
    assert plan._critical == pytest.approx(theirs.critical, abs=0.03)  # df 156 and infinite
    verdict = plan.then(160, [part])
    average = theirs._averaged(theirs.fits, np.array([0.0, 600.0]))  # without its bootstrap
    assert verdict.claims["high"].estimate == pytest.approx(average[1] - average[0], rel=1e-6)
    assert verdict.claims["high"].rejected == theirs.significant


def test_dose_ranging_keeps_its_error() -> None:
    random, plan, trials = np.random.default_rng(8), ranging(), 1000
    names = ("low", "middle", "high", "placebo")
    found = sum(
        plan._statistics(readings(random, 80, names).fit()).max() > plan._critical
        for _ in range(trials)
    )
    assert near(found, trials, ALPHA)


def test_borrowing_is_calibrated_where_history_holds() -> None:
    """True placebo means drawn from the prior itself: the error is the level."""
    plan = Borrowing((0.1, -0.1, 0.05, 0.0), (0.1,) * 4, 0, 0.2, 0.0, ALPHA)
    prior = map_prior(plan.means, plan.ses, plan.between)
    random, trials, found = np.random.default_rng(6), 400, 0
    for _ in range(trials):
        truth = prior.quantile(random.uniform(0.001, 0.999))
        part = readings(random, 60, effects={"drug": truth, "placebo": truth})
        found += plan.then(60, [part]).claims["drug"].rejected
    assert near(found, trials, ALPHA, sds=4.0)


def test_borrowing_far_from_history_falls_back() -> None:
    part = readings(np.random.default_rng(7), 200, effects={"drug": 6.0, "placebo": 5.0})
    vague = Borrowing((0.0, 0.1), (0.1, 0.1), 0, 0.1, 0.5, ALPHA)
    claim = vague.then(200, [part]).claims["drug"]
    assert claim.estimate == pytest.approx(part.compare()["drug"].estimate, abs=0.1)


def test_responders_are_compared_by_shares() -> None:
    part = readings(np.random.default_rng(9), 200)
    part = replace(part, value=(part.value > 0).astype(float), share=True)
    gap = part.compare()["drug"]
    a, b = part.value[part.arm == 0], part.value[part.arm == 1]
    table = [[a.sum(), len(a) - a.sum()], [b.sum(), len(b) - b.sum()]]
    chi = stats.chi2_contingency(table, correction=False).statistic
    assert gap.z**2 == pytest.approx(chi, rel=1e-9)


def test_an_arm_that_nobody_completed_shows_nothing() -> None:
    part = readings(np.random.default_rng(9), 40)
    part = replace(part, value=np.where(part.arm == 0, np.nan, part.value))
    assert not part.compare()["drug"].known
    verdict = Sequential(group_sequential(1), 2).then(40, [part])
    assert not verdict.claims["drug"].rejected
    assert not Gap(np.nan, np.nan, np.nan).known


def test_a_mixed_model_of_some_patients_is_that_of_their_rows() -> None:
    random = np.random.default_rng(11)
    part = readings(random, 80, effects={"drug": 0.5})
    visits = pd.DataFrame(
        {
            "row": np.repeat(np.arange(80), 2),
            "patient": np.repeat(np.arange(80), 2),
            "arm": np.repeat(np.array(part.arms)[part.arm], 2),
            "day": np.tile([28.0, 84.0], 80),
            "baseline": np.repeat(random.normal(size=80), 2),
            "change": np.column_stack([part.value + random.normal(size=80), part.value]).ravel(),
        }
    )
    whole = replace(part, visits=visits)
    later = whole.rows(slice(40, 80)).rows(np.arange(5, 35))
    joined = whole.rows(slice(0, 40)).join([whole.rows(slice(40, 80))])
    for found, rows in [(later, range(45, 75)), (joined, range(80))]:
        chosen = visits[visits["row"].isin(rows)]
        exact = repeated(chosen, arms=list(part.arms), reference="placebo", day=84.0)
        assert found.compare()["drug"].estimate == pytest.approx(
            exact.differences["drug"].estimate, abs=1e-9
        )
        assert found.compare()["drug"].df == pytest.approx(exact.differences["drug"].df)
