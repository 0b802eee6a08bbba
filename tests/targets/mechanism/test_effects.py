"""Effects of interventions: conservation, ordering, the two spreads."""

from __future__ import annotations

import numpy as np
import pytest

from tolerogen.patients import Criterion
from tolerogen.targets.mechanism import Setup, draws_for, run_arms, simulate_effects, summarise
from tolerogen.targets.mechanism.draws import arrows
from tolerogen.trials.validation.posterior import Posterior


def test_nothing_done_changes_nothing(disease):
    run = run_arms(disease, Posterior(), [[{"block_IL7R": 0.0}]], Setup(patients=20))
    for name in ("essdai", "esspri", "flow", "igg", "antiro"):
        assert np.abs(run.changes(name)).max() < 1e-9, name


def test_an_untreated_patient_rests(disease):
    run = run_arms(disease, Posterior(), [[{"block_IL7R": 0.0}]], Setup(patients=20))
    assert run.measures["igg"][:, 0] == pytest.approx(1.0, abs=0.01)
    assert run.measures["flow"][:, 0] == pytest.approx(1.0, abs=0.01)


def test_a_handle_counts_from_the_untreated_start(disease):
    """Interferon harm falls when the receptor is held, although its handle is constant."""
    run = run_arms(disease, Posterior(), [[{"block_IFNAR1": 1.0}]], Setup(patients=60))
    assert np.nanmean(run.changes("essdai")) < -0.2


def test_more_occupancy_never_helps_less(disease):
    shares = [0.25, 0.5, 0.75, 1.0]
    arms = [[{"block_FcRn": s} for s in shares]]
    run = run_arms(disease, Posterior(), arms, Setup(patients=30))
    falls = np.nanmean(run.changes("igg")[0], axis=1)
    assert (np.diff(falls) < 0).all()
    assert run.changes("igg")[0, -1].max() < -0.5  # FcRn fully blocked: more than half of IgG


def test_fcrn_lowers_igg_and_autoantibody_alike_and_b_cells_not(effects):
    at = effects.index("FcRn/block/fc_fusion")
    igg, ro = effects.spread("igg", at), effects.spread("antiro", at)
    assert igg.mean == pytest.approx(ro.mean, abs=0.05)
    assert igg.mean < -0.5
    assert effects.margins["lymphopenia"][:, at].max() == 0.0
    assert effects.margins["igg_moderate"][:, at].min() > 0.3


def test_depletion_empties_blood_of_b_cells(effects):
    at = effects.index("CD20/deplete/antibody")
    none = effects.untreated["lymphocytes"].mean()
    assert effects.measures["lymphocytes"][:, at].mean() < none


def test_an_oligo_in_lymphocytes_does_next_to_nothing(effects):
    oligo = effects.spread("essdai", effects.index("IL7R/knock_down/oligo"))
    antibody = effects.spread("essdai", effects.index("IL7R/block/antibody"))
    assert abs(oligo.mean) < 0.1 * abs(antibody.mean)


def test_uncertainty_and_variability_are_told_apart():
    rng = np.random.default_rng(2)
    by_draw, by_patient = rng.normal(0, 1, (400, 1)), rng.normal(0, 3, (1, 300))
    found = summarise(by_draw + by_patient)
    assert found.patient_sd == pytest.approx(3, rel=0.1)
    assert found.high - found.low == pytest.approx(2 * 1.645, rel=0.15)


def test_a_single_parameter_set_claims_no_uncertainty():
    found = summarise(np.array([[1.0, 2.0, 3.0]]))
    assert (found.mean, found.low, found.high) == (2.0, None, None)


def test_share_of_three_points_is_counted(effects):
    at = effects.index("FcRn/block/fc_fusion")
    counted = (effects.measures["essdai"][:, at] <= -3).mean()
    assert effects.share(at).mean == pytest.approx(counted)


def test_the_same_seed_gives_the_same_numbers_for_any_threads(disease, items):
    draws = draws_for(disease, None, 2, 4)
    runs = [
        simulate_effects(disease, items[:3], draws, Setup(patients=12, seed=4, threads=n))
        for n in (1, 2)
    ]
    np.testing.assert_array_equal(runs[0].measures["essdai"], runs[1].measures["essdai"])


def test_patients_meet_the_conditions_of_entry(effects):
    assert effects.criteria == ("essdai of at least 5",)
    assert (effects.patients["screening_essdai"] >= 5).all()


def test_other_conditions_can_be_asked_for(disease, items):
    setup = Setup(patients=10, criteria=(Criterion("igg", minimum=16),))
    found = simulate_effects(disease, items[:1], Posterior(), setup)
    assert (found.patients["screening_igg"] >= 16).all()


def test_the_prior_moves_arrows_only_and_keeps_the_table_first(disease):
    draws = draws_for(disease, None, 5, 3)
    assert draws.draws[0] == {}
    assert set(draws.draws[1]) == {p.id for p in arrows(disease)}
    assert all(name.startswith(("s_", "g_", "q", "reach_")) for name in draws.draws[1])
    for p in arrows(disease):
        if p.distribution == "logitnormal":
            assert 0 < draws.draws[1][p.id] < 1
    assert draws_for(disease, None, 3, 3).draws == draws.draws[:3]
    assert "prior" in draws.source


def test_a_posterior_is_thinned_evenly(disease):
    given = Posterior(tuple({"s_IL7_T4_em": 0.1 + i / 100} for i in range(9)), "mine")
    kept = draws_for(disease, given, 3, 1)
    assert [d["s_IL7_T4_em"] for d in kept.draws] == pytest.approx([0.10, 0.14, 0.18])
    assert "3 of mine" in kept.source


def test_fixed_parameters_of_a_draw_reach_the_model(disease):
    """`q` does not differ between patients, so only a column can bring a draw's value."""
    draws = Posterior(({"q": 0.5}, {"q": 6.0}), "two")
    run = run_arms(disease, draws, [[{"block_IL7R": 1.0}]] * 2, Setup(patients=20))
    low, high = np.nanmean(run.changes("flow")[:, 0], axis=1)
    assert low != pytest.approx(high, abs=1e-3)
