"""What the room offers, and what asking for it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tolerogen import trials


@pytest.mark.parametrize("name", trials.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert callable(getattr(trials, name))
    assert name in dir(trials)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="mmrmm"):
        trials.mmrmm  # noqa: B018


@pytest.mark.parametrize("first", ["reference_based, mmrm", "mcpmod, mmrm"])
def test_mmrm_is_the_function_in_any_order(first: str) -> None:
    code = (
        "import sys; import tolerogen.trials; assert 'scipy.stats' not in sys.modules; "
        f"from tolerogen.trials import {first}; print(callable(mmrm))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
