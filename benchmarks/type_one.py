"""Simulated type I error of every design, beside its 95 % Monte-Carlo band.

Run ``python benchmarks/type_one.py [trials] [folder]``. Trials are simulated in Sjögren's disease
with drugs that do nothing: screening, fluctuation, assessors, placebo response of the trial and
dropout are those of the disease. Designs of two arms are read off the same patients, those of four
arms too. A futility bound that does not bind is ignored, as it must be for its error to hold.

The band is that of a true error of exactly the level, ``level ± 1.96 sqrt(level (1 - level) / n)``;
the interval is Wilson's, of the error that was found. Results are added to ``type_one.csv`` in the
folder as they come, and drawn at the end.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from tolerogen.trials import load_options
from tolerogen.trials.course import Engine
from tolerogen.trials.designs.crossover import run_crossover
from tolerogen.trials.designs.drive import Ended, run_plans
from tolerogen.trials.designs.withdrawal import run_withdrawal
from tolerogen.trials.planning.simulate import without_effect
from tolerogen.trials.proportions import wilson

TRIAL = """
[trial]
name = "Type I error"
disease = "sjogren"
patients = {size}
seed = 2026
horizon = "8 weeks"
visits = ["0 weeks", "4 weeks", "8 weeks"]

[[entry]]
measure = "essdai"
minimum = 3
{arms}
[endpoint]
measure = "esspri"
at = "8 weeks"

[design]
patients = [{size}]
"""
ARM = """
[[arm]]
name = "{amount} mg"
role = "active"
share = 1
therapy = "dazodalibep"
doses = [{{ amount = "{amount} mg", route = "iv infusion", duration = "1 hour", at = ["0 weeks"] }}]
"""
PLACEBO = """
[[arm]]
name = "placebo"
role = "placebo"
share = 1
"""
TWO = {
    "parallel": "[design.sequential]\nlooks = 1\n",
    "group-sequential, O'Brien-Fleming spending": "[design.sequential]\nlooks = 3\n"
    'futility = "lan-demets-pocock"\n',
    "group-sequential, Pocock, binding futility": "[design.sequential]\nlooks = 2\n"
    'bounds = "pocock"\nfutility = [0.0]\nbinding = true\n',
    "sample size re-estimated, blinded": '[design.reestimation]\nkind = "blinded"\n'
    "difference = 0.8\nlargest = 1.5\n",
    "sample size re-estimated, promising zone": '[design.reestimation]\nkind = "promising"\n'
    "largest = 1.5\n",
    "adaptive enrichment": '[design.enrichment]\nmeasure = "anti_ro"\nminimum = 1\n',
    "placebo borrowed, robust MAP": "[design.borrowing]\nhistory = 8\nbetween = 0.4\n",
}
FOUR = {
    "arms dropped, one kept": "[design.dropping]\nat = 0.5\nkeep = 1\n",
    "arms dropped, two kept": "[design.dropping]\nat = 0.5\nkeep = 2\n",
    "dose ranging, MCP-Mod": '[design.dosefinding]\ncandidates = [{ shape = "linear" }, '
    '{ shape = "emax", parameters = [200.0] }, { shape = "exponential", parameters = [500.0] }]\n'
    '[design.dosefinding.doses]\n"100 mg" = 100.0\n"300 mg" = 300.0\n"1500 mg" = 1500.0\n',
}
WITHDRAWAL = '[design.withdrawal]\nrun_in = "4 weeks"\nmeasure = "esspri"\nbetter_by = 0.5\n'
CROSSOVER = (
    '[design.crossover]\nperiod = "12 weeks"\nreference = "1500 mg"\nwithin_cv = 0.2\n'
    "assay_cv = 0.1\n"
    'samples = ["1 hour", "1 day", "3 days", "7 days", "14 days", "28 days", "56 days"]\n'
)


def load(design: str, amounts: list[int], size: int, *, placebo: bool = True):
    arms = "".join(ARM.format(amount=a) for a in amounts) + (PLACEBO if placebo else "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trial.toml"
        path.write_text(TRIAL.format(size=size, arms=arms) + design, encoding="utf-8")
        return load_options(path)


def staged(designs: dict[str, str], amounts: list[int], size: int, trials: int) -> dict:
    """Return the trials of each design, all read off the same patients."""
    options = {name: load(text, amounts, size) for name, text in designs.items()}
    plans = [one.plan.unbound() for one in options.values()]
    biomarker = next((p for p in plans if hasattr(p, "biomarker")), plans[0])
    shared = replace(next(iter(options.values())), plan=biomarker)
    found: dict[str, list[Ended]] = {name: [] for name in designs}
    names = list(designs)
    nothing = without_effect(shared.spec)
    for place, ended in run_plans(shared, plans, nothing, Engine(), trials):
        found[names[place]].append(ended)
    return found


def rows(found: dict[str, list[Ended]], level: float = 0.025) -> list[dict]:
    out = []
    for name, trials in found.items():
        wins = sum(any(c.rejected for c in t.verdict.claims.values()) for t in trials)
        share, n = wilson(wins, len(trials)), len(trials)
        half = 1.96 * math.sqrt(level * (1 - level) / n)
        out.append(
            {
                "design": name,
                "level": level,
                "trials": n,
                "error": share.estimate,
                "low": share.low,
                "high": share.high,
                "band_low": max(level - half, 0.0),
                "band_high": level + half,
                "inside": abs(share.estimate - level) <= half,
            }
        )
    return out


def withdrawal(trials: int) -> dict[str, list[Ended]]:
    options = load(WITHDRAWAL, [1500], 120)
    found = run_withdrawal(options, options.plan, without_effect(options.spec), Engine(), trials)
    return {"randomised withdrawal": list(found)}


def crossover(trials: int) -> dict[str, list[Ended]]:
    options = load(CROSSOVER, [1500, 1400], 24, placebo=False).changed(replicates=trials)
    ended = list(run_crossover(options, options.plan, options.spec, Engine(), trials, null=True))
    return {
        f"cross-over, equivalence of {metric}": [e for e in ended if e.endpoint == metric]
        for metric in ("auc", "cmax")
    }


def main(trials: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    table: list[dict] = []
    parts = [
        lambda: rows(staged(TWO, [1500], 72, trials)),
        lambda: rows(staged(FOUR, [1500, 300, 100], 96, trials)),
        lambda: rows(withdrawal(trials)),
        lambda: rows(crossover(trials), 0.05),
    ]
    for part in parts:
        start = time.process_time()
        new = part()
        table += new
        pd.DataFrame(table).to_csv(folder / "type_one.csv", index=False)
        print(pd.DataFrame(new).to_string(index=False))
        print(f"{time.process_time() - start:.0f} s of processor time", flush=True)
    draw(pd.DataFrame(table), folder / "type-one.png")


def draw(table: pd.DataFrame, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7.0, 0.36 * len(table) + 1.2), layout="constrained")
    for place, row in enumerate(table.iloc[::-1].itertuples()):
        axes.fill_betweenx([place - 0.32, place + 0.32], 100 * row.band_low, 100 * row.band_high,
                           color="#dddddd")  # fmt: skip
        axes.plot([100 * row.level] * 2, [place - 0.32, place + 0.32], color="#888888", lw=1)
        axes.plot([100 * row.low, 100 * row.high], [place, place], color="#0072b2", lw=1.2)
        axes.plot(100 * row.error, place, "o", color="#0072b2" if row.inside else "#d55e00", ms=5)
    axes.set_yticks(range(len(table)), list(table["design"].iloc[::-1]))
    axes.set_xlabel(f"Type I error (%), {int(table['trials'].min())} trials a design")
    axes.set_xlim(left=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1000,
        Path(sys.argv[2] if len(sys.argv) > 2 else "results/type-one"),
    )
