"""The credibility page says what the results say, and refuses what is no result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tolerogen.diseases import load_disease
from tolerogen.errors import SpecError
from tolerogen.trials.calibration import credibility, read_result

CALIBRATION = {
    "format": "tolerogen-calibration/1",
    "summary": {
        "sets": 1664, "plausible_patients": 106496, "draws": 1000, "effective_sample_size": 4000.0,
        "weighted_effective_sample_size": 28.0, "largest_shift_apart": 0.5,
        "differences_inside90": 0.93,
        "left_out": {
            "arms": 12, "mean_absolute_error": 1.23, "naive_mean_absolute_error": 1.61,
            "rank_correlation": 0.69, "inside90": 0.83,
        },
    },
    "fit": [
        {
            "trial_id": "T1", "arm": "drug", "measure": "essdai", "week": 24.0,
            "kind": "difference", "published": -2.0, "sd": 1.0, "prior_mean": -1.0,
            "prior_sd": 0.5, "predicted": -1.5, "parameter_sd": 0.4, "z": -0.5,
        }
    ],
    "parameters": [
        {
            "parameter": "g_IC", "prior_median": 1.0, "median": 1.6, "low": 0.6, "high": 3.7,
            "contraction": 0.26, "shift": 0.7,
        }
    ],
    "left_out": [
        {
            "mechanism": "FcRn", "trial_id": "T1", "arm": "drug", "measure": "essdai",
            "published": -2.0, "se": 0.9, "predicted": -1.2, "parameter_sd": 0.4, "naive": -2.1,
            "inside90": True,
        }
    ],
    "provenance": {"content": "e1d342f9b31c1f29", "seed": 1, "versions": {"tolerogen": "0.1.0"}},
}  # fmt: skip


def test_the_page_says_what_the_results_say() -> None:
    page = credibility(load_disease("sjogren"), CALIBRATION, [])
    assert "93 % lie within 90 %" in page
    assert "1.23 points against 1.61" in page
    assert "| T1 | drug | essdai | 24 | difference | -2.00 |" in page
    assert "Not for | Decisions about a patient" in page
    for parameter in load_disease("sjogren").parameters:
        assert f"| `{parameter.id}` |" in page


def test_what_is_no_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"result\.json cannot be read"):
        read_result(tmp_path)
    (tmp_path / "result.json").write_text(json.dumps({"format": "something/1"}), encoding="utf-8")
    with pytest.raises(SpecError, match="not that of a calibration"):
        read_result(tmp_path)
