"""One patient: weights by markers, in closed form where there is one, and honest about little."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.diseases import load_disease
from tolerogen.errors import SpecError
from tolerogen.targets import Setup, rank_targets, read_markers, read_value, weigh
from tolerogen.targets.personal import Marker, explained, personal_ranking, weighted_quantile

DISEASE = load_disease("sjogren")
MARKERS = read_markers(DISEASE.folder)


@pytest.fixture(scope="module")
def ranking():
    nodes = ["FcRn", "IL7R", "BAFF", "TNF"]
    return rank_targets(DISEASE, draws=2, setup=Setup(patients=150), nodes=nodes)


def points(cv: float) -> dict[str, Marker]:
    return {"x": Marker("x", "x", "1", ("x",), 1.0, "points", cv, "assumed")}


def test_weights_meet_the_normal_posterior():
    """Prior N(0, 1), one reading of 1 with SD 0.5: posterior mean 0.8, variance 0.2."""
    patients = pd.DataFrame({"x": np.random.default_rng(1).standard_normal(40_000)})
    found = weigh(patients, points(0.5), {"x": 1.0})
    x = patients["x"].to_numpy()
    mean = float((found.share * x).sum())
    assert mean == pytest.approx(0.8, abs=0.03)
    assert float((found.share * (x - mean) ** 2).sum()) == pytest.approx(0.2, abs=0.02)
    assert found.unusual == ()


def test_no_markers_tell_nothing():
    found = weigh(pd.DataFrame({"x": np.arange(9.0)}), points(1.0), {})
    assert found.bits == pytest.approx(0)
    assert found.effective == pytest.approx(9)


def test_a_value_nobody_has_is_called_unusual():
    patients = pd.DataFrame({"x": np.random.default_rng(1).standard_normal(500)})
    found = weigh(patients, points(0.5), {"x": 6.0})
    assert found.unusual == ("x",)
    assert found.effective < 50


def test_a_sharper_reading_tells_more():
    patients = pd.DataFrame({"x": np.random.default_rng(1).standard_normal(2000)})
    sharp, blunt = (weigh(patients, points(cv), {"x": 0.5}).bits for cv in (0.2, 2.0))
    assert sharp > blunt > 0


def test_yes_or_no_weighs_by_the_share_of_wrong_answers():
    marker = {"x": Marker("x", "x", "yes or no", ("x",), 1.0, "yes_no", 0.02, "assumed")}
    found = weigh(pd.DataFrame({"x": [1.0, 0.0]}), marker, {"x": 1.0})
    assert found.share == pytest.approx([0.98, 0.02])


def test_what_a_marker_explains_is_its_share_of_the_variance():
    """Effect = marker + independent noise of the same variance: half, less the blur."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal(1500)
    effects = np.stack([x + rng.standard_normal(1500), rng.standard_normal(1500), np.zeros(1500)])
    told = explained(pd.DataFrame({"x": x}), points(0.05), ["x"], effects)
    assert told[0] == pytest.approx(0.47, abs=0.06)
    assert told[1] < 0.02
    assert told[2] == 0.0


def test_quantiles_of_equal_weights_are_the_usual_ones():
    values = np.random.default_rng(1).standard_normal(4001)
    found = weighted_quantile(values, np.ones(4001), (0.05, 0.5))
    assert found == pytest.approx(np.quantile(values, [0.05, 0.5]), abs=0.01)


# ── on the disease ───────────────────────────────────────────────────────────────────────────


def test_high_igg_moves_patients_to_the_class_with_high_igg(ranking):
    found = personal_ranking(DISEASE, ranking, {"igg": 30.0, "anti_ro": 1.0})
    groups = {group.name: group for group in found.endotypes}
    high = next(group for name, group in groups.items() if "IgG high" in name)
    low = next(group for name, group in groups.items() if "anti-Ro low" in name)
    assert high.after > high.before
    assert low.after < low.before
    assert sum(group.after for group in found.endotypes) == pytest.approx(1)
    assert sum(group.before for group in found.endotypes) == pytest.approx(1)


def test_the_answer_says_what_it_rests_on_and_is_no_advice(ranking):
    found = personal_ranking(DISEASE, ranking, {"igg": 18.0})
    assert found.warnings[0].startswith("Research only")
    assert "Decisions about a patient" in found.warnings[0]
    assert any("explain" in warning for warning in found.warnings)
    assert 1 <= found.effective <= found.candidates == 150
    for target in found.targets:
        assert 0 <= target.explained <= 1
        assert target.se > 0 or target.essdai == 0
        assert target.patient_low <= target.essdai <= target.patient_high


def test_without_markers_it_is_everybodys_ranking(ranking):
    found = personal_ranking(DISEASE, ranking, {})
    assert [t.rank for t in found.targets] == [t.rank_before for t in found.targets]
    for target in found.targets:
        assert target.essdai == pytest.approx(target.essdai_before)
        assert target.p_best == pytest.approx(target.p_best_before)
    assert any("hardly more than nothing" in warning for warning in found.warnings)


def test_somebody_is_best_at_most_once(ranking):
    found = personal_ranking(DISEASE, ranking, {"igg": 18.0})
    assert 0 < sum(t.p_best for t in found.targets) <= 1 + 1e-9


def test_markers_are_read_with_their_units(ranking):
    assert read_value("igg=18.5", MARKERS) == ("igg", 18.5)
    assert read_value("anti_ro=positive", MARKERS) == ("anti_ro", 1.0)
    for text, message in (
        ("iggg=1", "did you mean 'igg'"),
        ("igg=high", "must be a number in g/L"),
        ("igg", "must be a number in g/L"),
    ):
        with pytest.raises(SpecError, match=message):
            read_value(text, MARKERS)
    with pytest.raises(SpecError, match="must be above zero"):
        personal_ranking(DISEASE, ranking, {"igg": -2.0})
    with pytest.raises(SpecError, match="write yes or no"):
        personal_ranking(DISEASE, ranking, {"anti_ro": 0.5})


def test_every_marker_is_held_by_virtual_patients(ranking):
    for marker in MARKERS.values():
        assert np.isfinite(marker.simulated(ranking.effects.patients)).all(), marker.id
        assert marker.source


def test_simulated_markers_are_in_the_users_units(ranking):
    patients = ranking.effects.patients
    igg = np.exp(MARKERS["igg"].simulated(patients))
    assert 8 < np.median(igg) < 30  # g/L, of patients with active disease
    b_cells = np.exp(MARKERS["b_cells"].simulated(patients))
    assert 50 < np.median(b_cells) < 300  # per µL: 123 (PMC1954659)
