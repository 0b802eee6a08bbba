"""Dose finding: a test for a dose response, curves, and the dose with the effect wanted.

A dose-ranging trial is analysed by MCP-Mod. Before it, say which shapes the dose response may
have; the test is then the best there is for those shapes, holds its type I error, and the same
shapes are fitted afterwards.

>>> candidates = [Candidate("linear"), Candidate("emax", (150.0,))]
>>> power = mcp_power(candidates, [0, 75, 150, 300, 600], [40] * 5, effect=3.0, sd=5.0)
>>> [round(float(value), 2) for value in power]
[0.83, 0.82]
"""

from __future__ import annotations

from tolerogen.trials.dosefinding.contrasts import (
    contrast_correlation,
    max_critical,
    max_p,
    max_power,
    optimal_contrasts,
)
from tolerogen.trials.dosefinding.fit import DoseFit, fit_dose_response
from tolerogen.trials.dosefinding.mcpmod import McpMod, mcp_power, mcpmod
from tolerogen.trials.dosefinding.shapes import Candidate, Shape, shape

__all__ = [
    "Candidate",
    "DoseFit",
    "McpMod",
    "Shape",
    "contrast_correlation",
    "fit_dose_response",
    "max_critical",
    "max_p",
    "max_power",
    "mcp_power",
    "mcpmod",
    "optimal_contrasts",
    "shape",
]
