"""The room's front door: quick to pass, and its names are there when they are asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import tolerogen.safety


def test_the_door_loads_no_tables():
    code = "import sys, tolerogen.safety; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "tolerogen" in loaded
    assert not loaded & {"numpy", "scipy", "pandas", "pyarrow", "numba", "sqlalchemy", "lxml"}


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="cellar"):
        _ = tolerogen.safety.cellar
