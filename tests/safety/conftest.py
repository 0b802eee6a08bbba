"""Reference data from outside the project, when they lie beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import refused, run  # noqa: F401

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "safety"


@pytest.fixture
def shared():
    """Give the path of a reference file, or skip and say which one is missing."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"reference data {name} are not beside the project")
        return path

    return find
