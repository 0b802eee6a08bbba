"""The same numbers to the last bit: near is not the same patient."""

from __future__ import annotations

from typing import Any

import pandas as pd


def same(left: Any, right: Any) -> None:
    """Compare two frames or two series exactly."""
    kind = "series" if isinstance(left, pd.Series) else "frame"
    getattr(pd.testing, f"assert_{kind}_equal")(left, right, check_exact=True)
