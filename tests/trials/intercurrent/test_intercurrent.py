"""Events change what comes after them and nothing before; estimands do what ICH E9(R1) says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.trials.conftest import plant

from tolerogen.errors import SpecError
from tolerogen.trials import TrialSpec, load_trial, run_trial
from tolerogen.trials.cohort import enrol
from tolerogen.trials.course import Engine, doses
from tolerogen.trials.imputed import compare_imputed, impute
from tolerogen.trials.intercurrent import Discontinuation, Estimand, follow_events, handle
from tolerogen.trials.intercurrent.course import changes_of
from tolerogen.trials.intercurrent.happen import observe_events
from tolerogen.trials.planning.simulate import observed, without_effect
from tolerogen.trials.repeated import repeated

EVENTS = """
[rescue]
measure = "activity"
worse_by = 2
first = "2 weeks"
therapy = "rituximab"
doses = [{ amount = "1000 mg", route = "iv infusion", duration = "4 hours", at = ["0 days"] }]

[discontinuation]
weekly_hazard = { active = 0.08, placebo = 0.05 }
followed = 0.5

[estimand]
rescue = "composite"
discontinuation = "hypothetical"
"""
ENGINE = Engine("reference", 1)


def spec_of(folder: Path, text: str = EVENTS) -> TrialSpec:
    path = plant(folder)
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return load_trial(path)


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> TrialSpec:
    return spec_of(tmp_path_factory.mktemp("events"), EVENTS.replace("rituximab", "s95011"))


@pytest.fixture(scope="module")
def pair(spec: TrialSpec):
    cohort = enrol(spec, 0)
    return cohort, follow_events(spec, [cohort], ENGINE, ()), follow_events(spec, [cohort], ENGINE)


def test_nothing_changes_before_an_event_and_something_after(spec: TrialSpec, pair) -> None:
    _, quiet, events = pair
    table = events.events[0]
    first = table.min(axis=1)
    assert 3 < np.isfinite(first).sum() < len(first)
    time = events.full["time"].to_numpy()
    moved = 0
    for patient, day in first.items():
        one, other = (part.full.sel(patient=patient) for part in (quiet, events))
        before = time <= day
        for name in ("s95011_C", "activity_state"):
            if name in one:
                a, b = one[name].to_numpy(), other[name].to_numpy()
                known = np.isfinite(a)
                assert np.allclose(a[before & known], b[before & known], rtol=1e-3, atol=1e-6)
                moved += not np.allclose(a[~before & known], b[~before & known], rtol=1e-3)
    assert moved


def test_doses_stop_and_rescue_starts(spec: TrialSpec, pair) -> None:
    cohort, _, events = pair
    changes = changes_of(spec, events.events[0])
    arm = spec.arms[0]
    planned = {dose.time for dose in doses(spec, arm, 0, 70.0)}
    for patient in cohort.members("drug"):
        change = changes.get(int(patient))
        given = [d.time for d in doses(spec, arm, int(patient), 70.0, change)]
        row = events.events[0].loc[patient]
        expected = {t for t in planned if t < row["discontinuation"]}
        expected |= {row["rescue"]} if row["rescue"] < spec.horizon else set()
        assert set(given) == expected


def test_the_rule_is_met_at_the_visit_of_rescue_and_not_before(spec: TrialSpec, pair) -> None:
    cohort, _, events = pair
    table = events.events[0]
    seen = observe_events(spec, cohort, events.courses[0], table).set_index(["patient", "day"])
    for patient, day in table["rescue"].items():
        value = seen["activity"].loc[patient]
        rise = value - value.loc[0.0]
        due = [d for d in spec.visits if d >= 14 and rise.loc[d] >= 2]
        assert (min(due) if due else np.inf) >= day  # after rescue the course is another
        if np.isfinite(day):
            assert rise.loc[day] >= 2


def test_the_treatment_ends_as_often_as_its_hazard_says(spec: TrialSpec) -> None:
    rule = Discontinuation({"active": 0.05, "placebo": 0.05})
    plain = replace(without_effect(spec), rescue=None, discontinuation=rule, patients=600)
    cohort = enrol(plain, 0)
    days = follow_events(plain, [cohort], ENGINE, seen_only=True).events[0]["discontinuation"]
    share = 1 - np.exp(-0.05 * 8)
    error = np.sqrt(share * (1 - share) / 600)
    assert np.isfinite(days).mean() == pytest.approx(share, abs=3 * error)


def test_relief_without_a_mechanism_lowers_what_is_seen(tmp_path: Path) -> None:
    text = """
[rescue]
measure = "activity"
worse_by = 1
relief = 0.9
onset = "1 day"
"""
    spec = replace(without_effect(spec_of(tmp_path, text)), patients=120)
    cohort = enrol(spec, 0)
    table = follow_events(spec, [cohort], ENGINE, seen_only=True).events[0]
    seen = observe_events(spec, cohort, None, table).set_index(["patient", "day"])["activity"]
    plain = observe_events(spec, cohort, None, None).set_index(["patient", "day"])["activity"]
    late = table.index[table["rescue"] < 28]
    assert len(late) > 10
    assert (seen.loc[late].xs(56.0, level="day") <= plain.loc[late].xs(56.0, level="day")).all()
    assert seen.loc[late].xs(56.0, level="day").mean() < 0.4 * (
        plain.loc[late].xs(56.0, level="day").mean()
    )
    never = table.index[np.isinf(table["rescue"])]
    assert (seen.loc[never] == plain.loc[never]).all()


def small() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    seen = pd.DataFrame(
        {
            "patient": [1] * 3 + [2] * 3,
            "day": [0.0, 28.0, 56.0] * 2,
            "arm": "drug",
            "activity": [10.0, 8.0, 4.0, 9.0, 9.0, 3.0],
            "flow": [1.0] * 6,
        }
    )
    answers = seen[["patient", "day"]].assign(better=pd.array([True] * 6, dtype="boolean"))
    events = pd.DataFrame(
        {"rescue": [28.0, np.inf], "discontinuation": [np.inf, 20.0]},
        index=pd.Index([1, 2], name="patient"),
    )
    return seen, answers, events


@pytest.mark.parametrize(
    ("estimand", "activity", "answers"),
    [
        (Estimand(), [10, 8, 4, 9, 9, 3], [True] * 6),
        (
            Estimand(rescue="composite", discontinuation="hypothetical"),
            [10, 8, 10, 9, np.nan, np.nan],
            [True, True, False, True, None, None],
        ),
        (
            Estimand(rescue="hypothetical", discontinuation="composite", worst=2.0),
            [10, 8, np.nan, 9, 11, 11],
            [True, True, None, True, False, False],
        ),
    ],
)
def test_strategies(spec: TrialSpec, estimand: Estimand, activity: list, answers: list) -> None:
    values, said = handle(replace(spec, estimand=estimand), *small())
    assert np.array_equal(values["activity"].to_numpy(float), activity, equal_nan=True)
    assert [None if pd.isna(x) else bool(x) for x in said["better"]] == answers


def test_a_composite_counts_for_those_who_left(spec: TrialSpec) -> None:
    seen, answers, events = small()
    seen.loc[2, "activity"] = np.nan
    values, _ = handle(replace(spec, estimand=Estimand(rescue="composite")), seen, answers, events)
    assert values["activity"].iloc[2] == 10.0


def test_the_truth_of_a_hypothetical_strategy_is_the_course_without_the_event(
    spec: TrialSpec,
) -> None:
    asked = replace(spec, estimand=Estimand(rescue="hypothetical", discontinuation="hypothetical"))
    cohort = enrol(asked, 0)
    trial = observed(asked, [cohort], ENGINE)[0]
    quiet = follow_events(asked, [cohort], ENGINE, ())
    alone = observe_events(asked, cohort, quiet.courses[0], None)
    assert np.allclose(trial.complete["activity"], alone["activity"])
    assert trial.observations["activity"].isna().sum() > 0


def test_a_trial_with_events_reports_them(spec: TrialSpec) -> None:
    result = run_trial(spec, replicates=1, backend="reference", threads=1)
    events = result.frame("events").set_index(["event", "arm"])
    days = result.patients.loc[result.patients["arm"] == "drug", "rescue_day"]
    assert events.loc[("rescue", "drug"), "n"] == np.isfinite(days).sum()
    assert (
        (result.patients["rescue_day"] <= result.patients["dropout_day"])
        .where(np.isfinite(result.patients["rescue_day"]), True)
        .all()
    )
    document = result.to_dict()
    assert {row["strategy"] for row in document["events"]} == {"composite", "hypothetical"}
    assert document["spec"]["rescue"]["treatment"]["therapy"] == "s95011"
    assert "Intercurrent events" in result.summary()
    assert "composite" in result.explain()


def long_data(seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    n, days = 160, np.array([28.0, 56.0, 84.0])
    arm = np.resize(["drug", "placebo"], n)
    base = random.normal(10, 2, n)
    value = random.normal(size=(n, 1)) + random.normal(size=(n, 3)) - 0.4 * (base[:, None] - 10)
    value -= np.outer(arm == "drug", days / 42)
    value[random.random(n) < 0.3, 2] = np.nan
    return pd.DataFrame(
        {
            "patient": np.repeat(np.arange(n), 3),
            "arm": np.repeat(arm, 3),
            "day": np.tile(days, n),
            "baseline": np.repeat(base, 3),
            "change": value.ravel(),
        }
    )


def test_imputing_at_random_agrees_with_the_mixed_model() -> None:
    data, arms = long_data(), ["drug", "placebo"]
    filled = impute(data, Estimand(missing="mar", imputations=60), reference="placebo",
                    strata=(), seed=1)  # fmt: skip
    ours = compare_imputed(filled, arms, 84.0, (), 0.95)
    theirs = repeated(data, arms=arms, reference="placebo", day=84.0)
    gap, exact = ours.differences["drug"], theirs.differences["drug"]
    assert gap.estimate == pytest.approx(exact.estimate, abs=0.25 * exact.se)
    assert gap.se == pytest.approx(exact.se, rel=0.15)
    assert ours.means["placebo"].estimate == pytest.approx(
        theirs.means["placebo"].estimate, abs=0.25 * exact.se
    )


def test_jump_to_reference_takes_effect_away_and_a_penalty_more() -> None:
    data, arms = long_data(), ["drug", "placebo"]
    found = {}
    for missing in ("mar", "j2r"):
        asked = Estimand(missing=missing, imputations=20)
        filled = impute(data, asked, reference="placebo", strata=(), seed=1)
        found[missing] = compare_imputed(filled, arms, 84.0, (), 0.95).differences["drug"].estimate
        later = compare_imputed(filled, arms, 84.0, (), 0.95, delta=2.0).differences["drug"]
        assert later.estimate > found[missing] + 0.3
    assert found["mar"] < found["j2r"] < 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[rescue]\nmeasure = "activity"\nrelief = 0.5\n', "no rule"),
        ('[rescue]\nmeasure = "activity"\nworse_by = 2\n', "rescue does nothing"),
        ('[rescue]\nmeasure = "activty"\nworse_by = 2\nrelief = 0.5\n', "activity"),
        ('[rescue]\nmeasure = "activity"\nworse_by = 2\nrelief = 0.5\nfirst = "9 weeks"\n',
         "outside the trial"),
        ('[estimand]\nrescue = "composite"\n', r"no \[rescue\]"),
        ('[discontinuation]\nweekly_hazard = { active = 0.1 }\n[estimand]\nworst = 3.0\n',
         "only a composite"),
        ('[estimand]\ntipping = [1.0]\n', "nothing is imputed"),
        ('[estimand]\nmissing = "jtr"\n', "'j2r'"),
    ],
)  # fmt: skip
def test_events_that_cannot_be(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        spec_of(tmp_path, "\n" + text)
