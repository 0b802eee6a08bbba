"""Screening lets in who qualifies, in order, and says when nobody does."""

from __future__ import annotations

import pytest
from tests.patients.exact import same

from tolerogen.diseases import Disease
from tolerogen.errors import SpecError
from tolerogen.parameters import Parameter
from tolerogen.patients import STRIDE, Criterion, observe, sample_population, screen

ACTIVE = Criterion("essdai", minimum=6)


def test_everybody_let_in_met_the_criteria_at_both_visits(sjogren: Disease) -> None:
    criteria = [ACTIVE, Criterion("esspri", maximum=8), Criterion("anti_ro", minimum=1)]
    let_in = screen(sjogren, 40, seed=4, criteria=criteria)
    assert len(let_in) == 40
    assert let_in.screening is not None
    seen = observe(sjogren, let_in, None, [0.0], seed=4)
    for table in (let_in.screening, seen):
        assert (table["essdai"] >= 6).all()
        assert (table["esspri"] <= 8).all()
    assert let_in.covariates["anti_ro"].all()
    assert let_in.failures == let_in.screened - 40 > 0


def test_who_was_not_let_in_did_not_meet_them(sjogren: Disease) -> None:
    let_in = screen(sjogren, 20, seed=4, criteria=[ACTIVE])
    everybody = sample_population(sjogren, let_in.screened, seed=4)
    seen = observe(sjogren, everybody, None, [-28.0, 0.0], seed=4, treated=False)
    met = seen.groupby("patient")["essdai"].min() >= 6
    assert list(met.index[met]) == list(let_in.patients)


def test_the_first_patients_are_the_same_whatever_the_number(sjogren: Disease) -> None:
    few = screen(sjogren, 5, seed=4, criteria=[ACTIVE])
    many = screen(sjogren, 90, seed=4, criteria=[ACTIVE])
    same(few.frame(), many.frame().iloc[:5])


def test_replicates_have_their_own_candidates(sjogren: Disease) -> None:
    third = screen(sjogren, 5, seed=4, replicate=3, criteria=[ACTIVE])
    assert (third.patients // STRIDE == 3).all()
    first = screen(sjogren, 5, seed=4, criteria=[ACTIVE])
    assert not set(first.parameters["IgG_0"]) & set(third.parameters["IgG_0"])


def test_extra_parameters_are_those_of_the_patient(sjogren: Disease) -> None:
    clearance = Parameter("drug_CL", 0.2, "L/day", "lognormal", 0.3)
    let_in = screen(sjogren, 6, seed=4, criteria=[ACTIVE], extra=(clearance,))
    drawn = sample_population(sjogren, let_in.screened, seed=4, extra=(clearance,))
    same(let_in.parameters["drug_CL"], drawn.parameters.loc[let_in.patients, "drug_CL"])


def test_a_score_can_be_restricted_to_domains(sjogren: Disease) -> None:
    joints = Criterion("essdai", minimum=2, domains=("articular",))
    let_in = screen(sjogren, 30, seed=4, criteria=[joints])
    assert let_in.screening is not None
    assert (let_in.screening["essdai_articular"] >= 1).all()


def test_no_criterion_lets_everybody_in_and_progress_is_told(sjogren: Disease) -> None:
    told: list[tuple[int, int]] = []
    let_in = screen(sjogren, 10, seed=4, progress=lambda done, of: told.append((done, of)))
    assert list(let_in.patients) == list(range(10))
    assert let_in.failures == 0
    assert told[-1] == (10, 10)


def test_a_replicate_does_not_run_into_the_candidates_of_the_next(sjogren: Disease) -> None:
    with pytest.raises(SpecError, match="at most 10000000"):
        screen(sjogren, 10_000_001, seed=1)


def test_what_nobody_has_is_named(sjogren: Disease) -> None:
    nobody = [ACTIVE, Criterion("essdai", minimum=100)]
    with pytest.raises(SpecError, match="rarest is essdai of at least 100, met by 0"):
        screen(sjogren, 1, seed=4, criteria=nobody)


@pytest.mark.parametrize(
    ("criterion", "message"),
    [
        (Criterion("esdai", minimum=6), "did you mean 'essdai'"),
        (Criterion("esspri", minimum=6, domains=("articular",)), "only a domain score"),
        (Criterion("essdai", minimum=6, domains=("joint",)), "no domain 'joint'"),
    ],
)
def test_unknown_names_are_refused(sjogren: Disease, criterion: Criterion, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        screen(sjogren, 1, seed=4, criteria=[criterion])
