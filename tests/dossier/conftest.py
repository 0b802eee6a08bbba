"""Results as the verbs write them: small, with numbers that can be told apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VERSIONS = {"tolerogen": "0.1.0", "numpy": "2.0.0"}
Folder = Callable[..., Path]


def validation(arm: str = "drug 5 mg", predicted: float = -1.125) -> dict[str, Any]:
    """Return a validation with one trial of the calibration and one outside it."""
    row = {
        "drug": "drug", "arm": arm, "metric": "essdai", "week": 24.0, "predicted": predicted,
        "pi90": [-2.5, 0.25], "p_significant": 0.2, "placebo_predicted": -3.0, "published": -0.34,
        "published_se": 0.8, "z": 0.9, "inside90": True,
    }  # fmt: skip
    scores = dict.fromkeys(
        ("n", "coverage90", "coverage50", "mean_absolute_error", "bias", "rank_correlation",
         "sign_agreement", "brier"), 0.5)  # fmt: skip
    return {
        "format": "tolerogen-trial-validation/1",
        "disease": "sjogren",
        "warning": "read with care",
        "provenance": {"content": "00aa11bb22cc33dd", "seed": 7, "replicates": 20,
                       "versions": VERSIONS, "sources": ["doi:10.1000/validation"]},
        "arms": [{"trial_id": "NIPO_DAHLIAS", **row}, {"trial_id": "NEVER_FITTED", **row}],
        "summary": {**scores, "n": 2, "naive": scores},
        "unrepresented": [{"trial_id": "LOST", "arm": None, "drug": "x", "reason": "no placebo"}],
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write a document as a result folder."""

    def write(name: str, data: dict[str, Any]) -> Path:
        place = tmp_path / name
        place.mkdir()
        (place / "result.json").write_text(json.dumps(data), encoding="utf-8")
        return place

    return write
