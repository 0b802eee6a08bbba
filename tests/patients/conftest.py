"""A disease folder of the tests' own, and the one that comes with the package."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tolerogen.diseases import Disease, load_disease

Vary = Callable[..., Disease]


@pytest.fixture(scope="session")
def sjogren() -> Disease:
    return load_disease("sjogren")


@pytest.fixture
def vary(sjogren: Disease, tmp_path: Path) -> Vary:
    """Change keys of ``placebo.toml``: ``vary(response={"mean": 0.0})``."""

    def change(**sections: dict[str, float]) -> Disease:
        folder = tmp_path / "sjogren"
        folder.mkdir()
        for name in ("endpoints", "covariates", "placebo"):
            shutil.copy(sjogren.folder / f"{name}.toml", folder)
        text = (folder / "placebo.toml").read_text(encoding="utf-8")
        for section, keys in sections.items():
            head, rest = text.split(f"[{section}]\n", 1)
            for key, value in keys.items():
                rest, found = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", rest, count=1)
                assert found
            text = f"{head}[{section}]\n{rest}"
        (folder / "placebo.toml").write_text(text, encoding="utf-8")
        return dataclasses.replace(sjogren, folder=folder)

    return change


@pytest.fixture
def quiet(vary: Vary) -> Disease:
    """Sjögren's disease seen by a perfect eye: no fluctuation, no assessor, no placebo."""
    return vary(
        fluctuation={"log_sd": 0.0, "scale_sd": 0.0},
        assessor={"log_sd": 0.0, "scale_sd": 0.0},
        response={
            "mean": 0.0,
            "trial_sd": 0.0,
            "patient_sd": 0.0,
            "scale_mean": 0.0,
            "scale_trial_sd": 0.0,
            "scale_patient_sd": 0.0,
        },
    )
