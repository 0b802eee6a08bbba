"""The time that recruitment takes, against its closed form and against trials that were made up."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import betaprime, gamma, kstest, poisson

from tolerogen.errors import SpecError
from tolerogen.trials.recruitment import (
    Centre,
    Observed,
    Recruitment,
    Region,
    centres_needed,
    forecast_recruitment,
)
from tolerogen.trials.recruitment.arrivals import days_at
from tolerogen.trials.recruitment.looks import look_days
from tolerogen.trials.recruitment.observed import fit, log_likelihood

START = date(2026, 1, 12)


def plan(patients=60, spread=0.8, **region):
    values = {"centres": 20, "rate": 0.01} | region
    return Recruitment(patients, (Region("all", **values),), spread=spread)


def test_the_last_patient_comes_as_anisimov_and_fedorov_say():
    """Gamma rates of one shape sum to a gamma, so the time is a scaled beta prime variable."""
    shape = 0.8**-2
    found = forecast_recruitment(plan(), replicates=4000)
    law = betaprime(60, 20 * shape, scale=shape / 0.01)
    assert kstest(found.full, law.cdf).pvalue > 0.01
    assert found.full.mean() == pytest.approx(60 * shape / 0.01 / (20 * shape - 1), rel=0.02)


def test_centres_that_are_alike_fill_a_trial_by_an_erlang_law():
    found = forecast_recruitment(plan(spread=0), replicates=4000, seed=2)
    assert kstest(found.full, gamma(60, scale=1 / (20 * 0.01)).cdf).pvalue > 0.01
    assert found.idle == pytest.approx((1 - 1 / 20) ** 60)


def test_what_one_centre_did_moves_its_own_rate():
    """After n patients in the time v, a gamma rate of shape a and mean m has shape a + n."""
    shape, rate, n, days = 0.8**-2, 0.02, 7, 200
    observed = Observed((Centre("one", START, n),), START + timedelta(days=days))
    found = forecast_recruitment(plan(patients=30, centres=1, rate=rate), observed, replicates=4000)
    assert found.fit is not None
    assert not found.fit.learnt
    law = betaprime(30 - n, shape + n, loc=days, scale=shape / rate + days)
    assert kstest(found.full, law.cdf).pvalue > 0.01


def test_a_look_waits_for_the_endpoint_while_others_come_in():
    planned = Recruitment(
        100, (Region("a", 20, 0.05),), spread=0, follow_up=60, endpoint=50, looks=(0.25, 0.5)
    )
    found = forecast_recruitment(planned, replicates=4000)
    table = look_days(found)
    assert table["patients"].tolist() == [25, 50]
    # one patient a day: Erlang times, and a Poisson count of those who come in fifty days
    assert table["day"].tolist() == pytest.approx([75, 100], rel=0.01)
    assert table["randomised"][0] == pytest.approx(75, rel=0.01)
    high = gamma(25).ppf(0.9) + 50
    assert table["day_high"][0] == pytest.approx(high, rel=0.01)


def test_a_look_at_those_who_are_in_already_has_no_day():
    planned = replace(plan(), looks=(0.5, 0.9), follow_up=30, endpoint=30)
    seen = Observed((Centre("one", START, 40),), START + timedelta(days=100))
    table = look_days(forecast_recruitment(planned, seen, replicates=50))
    assert np.isnan(table["day"]).tolist() == [True, False]


@given(
    st.lists(st.tuples(st.floats(0.01, 5), st.floats(0, 300)), min_size=1, max_size=8),
    st.lists(st.floats(0.01, 50), min_size=1, max_size=20),
)
def test_the_clock_is_the_integral_of_the_rate(centres, clock):
    rates, opened = np.array(centres).T
    reached = np.sort(np.array(clock))
    days = days_at(reached, rates, opened)
    back = [(rates * np.maximum(day - opened, 0)).sum() for day in days]
    assert back == pytest.approx(reached.tolist(), rel=1e-9)
    assert (np.diff(days) >= 0).all()


def test_twice_the_rate_takes_half_the_time():
    once = forecast_recruitment(plan(), replicates=50)
    twice = forecast_recruitment(plan(rate=0.02), replicates=50)
    assert twice.full == pytest.approx(once.full / 2)


def test_a_later_start_shifts_every_patient():
    now = forecast_recruitment(plan(), replicates=50)
    later = forecast_recruitment(plan(opens=(100.0, 100.0)), replicates=50)
    assert later.days == pytest.approx(now.days + 100)


def test_a_region_stops_at_its_cap_and_the_others_go_on():
    regions = (Region("a", 10, 0.05, most=12), Region("b", 5, 0.01))
    found = forecast_recruitment(Recruitment(40, regions), replicates=200)
    assert found.regions[:, 0].max() == 12
    assert (found.regions.sum(axis=1) == 40).all()
    assert (np.diff(found.days, axis=1) >= 0).all()


def test_the_fewest_centres_are_the_fewest():
    found = centres_needed(plan(), by=250, sure=0.8)
    assert found is not None
    reached = [
        forecast_recruitment(plan().with_centres(n), replicates=1000).by(250) >= 0.8
        for n in (found.centres - 1, found.centres)
    ]
    assert reached == [False, True]
    assert centres_needed(plan(opens=(300.0, 300.0)), by=250) is None


@pytest.mark.parametrize("total", [3, 7, 10, 41])
def test_centres_are_shared_as_before(total):
    regions = (Region("a", 30, 0.01), Region("b", 20, 0.01), Region("c", 8, 0.01))
    shared = Recruitment(10, regions).with_centres(total).regions
    assert sum(region.centres for region in shared) == total
    exact = [total * region.centres / 58 for region in regions]
    assert all(abs(r.centres - share) < 1 for r, share in zip(shared, exact, strict=True))


def test_counts_are_poisson_over_a_gamma_rate():
    shape, factor, n, m = 1.7, 1.3, np.array([3.0]), np.array([2.2])

    def both(rate):
        return poisson.pmf(3, rate) * gamma.pdf(rate, shape, scale=factor * 2.2 / shape)

    expected = math.log(quad(both, 0, 60)[0])
    assert log_likelihood([math.log(shape), math.log(factor)], n, m) == pytest.approx(expected)


def test_mean_and_spread_are_found_again():
    random = np.random.default_rng(3)
    exposure = random.uniform(1, 12, 3000)
    counts = random.poisson(0.7 * exposure * random.gamma(2.0, 1 / 2.0, 3000)).astype(float)
    found = fit(counts, exposure, spread=0.1)
    assert found.learnt
    errors = np.sqrt(np.diag(found.covariance))
    assert abs(found.log_shape - math.log(2)) < 3 * errors[0]
    assert abs(found.log_factor - math.log(0.7)) < 3 * errors[1]
    assert errors.max() < 0.1


def test_centres_that_are_alike_leave_the_mean_alone_uncertain():
    found = fit(np.full(30, 4.0), np.full(30, 4.0), spread=0.8)
    assert found.covariance[0].tolist() == [0, 0]
    assert math.sqrt(found.covariance[1, 1]) == pytest.approx(1 / math.sqrt(120), rel=0.05)


def test_eight_of_ten_trials_under_way_end_in_the_interval():
    random = np.random.default_rng(11)
    planned = plan(patients=120, centres=25, rate=0.012)
    held = 0
    for seed in range(80):
        rates = 0.7 * 0.012 * random.gamma(1.6, 1 / 1.6, 25)
        opened = random.integers(0, 120, 25)
        counts = random.poisson(rates * (240 - opened))
        if counts.sum() >= 120:
            held += 1
            continue
        centres = tuple(
            Centre(str(i), START + timedelta(days=int(day)), int(n))
            for i, (day, n) in enumerate(zip(opened, counts, strict=True))
        )
        origin = int(opened.min())
        on = START + timedelta(days=240)
        found = forecast_recruitment(planned, Observed(centres, on), replicates=150, seed=seed)
        truth = 240 - origin + random.gamma(120 - counts.sum()) / rates.sum()
        held += found.quantile(0.1) <= truth <= found.quantile(0.9)
    assert 0.68 < held / 80 < 0.92  # 80 %, less and plus 2.7 standard errors


def test_what_makes_no_sense_is_refused():
    with pytest.raises(SpecError, match="may give 5 patients together, but 60"):
        plan(most=5)
    with pytest.raises(SpecError, match="two regions have one name"):
        Recruitment(5, (Region("a", 1, 1.0), Region("a", 1, 1.0)))
    with pytest.raises(SpecError, match="after the last"):
        plan(opens=(3.0, 2.0))
    on = START + timedelta(days=10)
    with pytest.raises(SpecError, match="the trial is full"):
        forecast_recruitment(plan(), Observed((Centre("one", START, 60),), on))
    with pytest.raises(SpecError, match="opens on"):
        Observed((Centre("one", on + timedelta(days=1), 2),), on)
    capped = Recruitment(40, (Region("a", 2, 0.1, most=10), Region("b", 2, 0.1)))
    with pytest.raises(SpecError, match="may give 7 more"):
        forecast_recruitment(capped, Observed((Centre("one", START, 3, "a"),), on))
    with pytest.raises(SpecError, match=r"centre 'one', region"):
        forecast_recruitment(capped, Observed((Centre("one", START, 3, "z"),), on))
