"""A toy disease beside this file, so that the trials room is tested without the real one.

It brings its own model, targets, patients and endpoints; what happens without a drug (noise,
placebo response, dropout) it borrows from Sjögren's disease.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def plant(folder: Path, old: str = "", new: str = "") -> Path:
    """Lay out the toy disease and its trial, one text replaced, and return the trial's path."""
    from tolerogen.diseases import load_disease

    shutil.copytree(HERE / "toy", folder / "toy")
    shutil.copy(load_disease("sjogren").folder / "placebo.toml", folder / "toy")
    text = (HERE / "toy_trial.toml").read_text(encoding="utf-8")
    if old:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the file"
    path = folder / "trial.toml"
    path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def toy_spec(tmp_path_factory):
    from tolerogen.trials import load_trial

    return load_trial(plant(tmp_path_factory.mktemp("toy")))


@pytest.fixture(scope="session")
def toy_result(toy_spec):
    from tolerogen.trials import run_trial

    return run_trial(toy_spec, threads=1, backend="reference")


@pytest.fixture
def edited(tmp_path):
    """Return a function that writes the toy trial with one text replaced by another."""
    return lambda old, new: plant(tmp_path, old, new)
