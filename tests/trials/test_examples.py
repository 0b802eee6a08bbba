"""The worked examples run, and say what their sources say they should."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("group_sequential", ["3 looks", "1.038 times", "26%"]),
        ("dose_ranging", ["A dose response is shown", "300 mg"]),
    ],
)
def test_example(name: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(FOLDER / f"{name}.py"))
    page = capsys.readouterr().out
    for word in words:
        assert word in page
