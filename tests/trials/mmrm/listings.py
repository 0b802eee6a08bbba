"""Read the listings of SAS PROC MIXED: likelihood, covariance parameters, effects.

The listings and the data are read from outside the project; where they are not there, the tests
that need them are skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3].parent / "shared" / "statistics" / "mmrm"
STRUCTURES = {"adh": "anteh"}  # names of the files to ours


@dataclass(frozen=True)
class Listing:
    """What a listing prints, numbers as text so that their digits can be counted."""

    name: str
    structure: str
    grouped: bool
    reml: bool
    formula: str
    neg2loglik: float
    parameters: dict[tuple[str, str], tuple[str, str, str]]
    effects: dict[str, tuple[str, ...]]


def listings() -> list[Path]:
    return sorted(FOLDER.glob("sas_*.txt"))


def read(path: Path) -> Listing:
    text = path.read_text(encoding="utf-8", errors="replace")
    grouped = "Group Effect" in text
    structure = path.stem.split("_")[-1] if "coef" in path.stem else path.stem.split("_")[-2]
    structure = STRUCTURES.get(structure, structure)
    history = text.split("Iteration History")[1].split("Convergence")[0]
    last = [line.split() for line in history.splitlines() if re.match(r"\s+\d+ +\d+ ", line)][-1]
    return Listing(
        name=path.stem,
        structure={"un": "us"}.get(structure, structure),
        grouped=grouped,
        reml="Estimation Method            REML" in text,
        formula="FEV1 ~ ARMCD + SEX" if "coef" in path.stem else "FEV1 ~ 1",
        neg2loglik=float(last[2]),
        parameters=_parameters(text),
        effects=_effects(text),
    )


def _parameters(text: str) -> dict[tuple[str, str], tuple[str, str, str]]:
    block = text.split("Covariance Parameter Estimates", 1)[1].split("Fit Statistics")[0]
    out = {}
    for line in block.splitlines():
        words = line.split()
        if len(words) < 5 or words[-3] != "0.05":
            continue
        group = words[3] if "ARMCD" in words else ""
        out[group, words[0]] = (words[-4], words[-2], words[-1])
    return out


def _effects(text: str) -> dict[str, tuple[str, ...]]:
    block = text.split("Solution for Fixed Effects")[1].split("Type 3")[0]
    out = {}
    for line in block.splitlines():
        words = line.split()
        if len(words) >= 6 and words[0] in ("Intercept", "ARMCD", "SEX") and "." not in words:
            label = "Intercept" if words[0] == "Intercept" else words[1]
            out[label] = tuple(words[1:] if words[0] == "Intercept" else words[2:])
    return out


def digits(text: str) -> float:
    """Half a unit of the last digit printed."""
    decimals = len(text.partition(".")[2])
    return 0.5 * 10.0**-decimals
