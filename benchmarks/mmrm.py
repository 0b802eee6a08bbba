"""How long a mixed model for repeated measures takes, and how often a null trial is significant.

Run ``python benchmarks/mmrm.py [replicates]``. Three parts, all on simulated data:

1. a large trial of 1,000 patients and 10 visits (about 8,600 rows), unstructured covariance; the
   R package mmrm fits the same file beside us where R and mmrm are installed;
2. a compound-symmetry model of 200 patients, beside statsmodels' random intercept, the nearest
   peer in Python;
3. replicate trials of 200 patients, 13 visits over 52 weeks, without an effect: seconds a
   thousand, and type I error with its Monte-Carlo band (Kenward-Roger).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from tolerogen.trials import mmrm
from tolerogen.trials.proportions import wilson

LARGE = "change ~ base + arm * visit"
R_SCRIPT = """
suppressMessages(library(mmrm)); data <- read.csv(commandArgs(TRUE)[1], stringsAsFactors = TRUE)
invisible(mmrm(change ~ base + arm * visit + us(visit | who), data))
start <- proc.time()[["elapsed"]]
fit <- mmrm(change ~ base + arm * visit + us(visit | who), data)
cat(proc.time()[["elapsed"]] - start, deviance(fit))
"""


def trial(patients: int, visits: int, seed: int, stay: float) -> pd.DataFrame:
    """Change from baseline, no effect, autoregressive noise; dropout after a bad visit."""
    random = np.random.default_rng(seed)
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    root = np.linalg.cholesky(16.0 * 0.8**lag)
    value = random.normal(size=(patients, visits)) @ root.T
    base = random.normal(10, 3, patients)
    value += -0.4 * (base - 10)[:, None]
    leaves = random.random((patients, visits)) > stay - 0.03 * (value > 4)
    gone = np.roll(np.cumsum(leaves, axis=1) > 0, 1, axis=1)
    gone[:, 0] = False
    names = np.array([f"v{k:02d}" for k in range(visits)])
    table = pd.DataFrame(
        {
            "who": np.repeat(np.arange(patients), visits),
            "visit": np.tile(names, patients),
            "arm": np.repeat(random.permutation(np.resize(["drug", "placebo"], patients)), visits),
            "base": np.repeat(base, visits),
            "change": value.ravel(),
        }
    )
    return table[~gone.ravel()].reset_index(drop=True)


def seconds(call: object) -> float:
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        call()  # type: ignore[operator]
        best = min(best, time.perf_counter() - start)
    return float(best)


def large() -> None:
    data = trial(1000, 10, 1, 0.975)
    ours = seconds(lambda: mmrm(LARGE, data, "who", "visit"))
    print(f"1. {len(data)} rows, 10 visits, us, Satterthwaite: {ours:.2f} s", end="; ")
    theirs = r_mmrm(data)
    if theirs is None:
        print("R with mmrm is not installed here, no ratio")
    else:
        print(f"R mmrm {theirs:.2f} s; ratio ours/R {ours / theirs:.2f}")


def r_mmrm(data: pd.DataFrame) -> float | None:
    script = shutil.which("Rscript")
    if script is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.csv"
        data.assign(who=data["who"].map("p{}".format)).to_csv(file, index=False)
        done = subprocess.run(  # noqa: S603  # our own script
            [script, "-e", R_SCRIPT, str(file)], capture_output=True, text=True, check=False
        )
    return float(done.stdout.split()[0]) if done.returncode == 0 else None


def peer() -> None:
    from statsmodels.formula.api import mixedlm

    data = trial(200, 5, 2, 0.95)

    def theirs() -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(mixedlm(LARGE, data, groups=data["who"]).fit(reml=True).llf)

    fit = mmrm(LARGE, data, "who", "visit", covariance="cs")
    print(
        f"2. {len(data)} rows, cs: log-likelihood {-fit.neg2loglik / 2:.4f}, "
        f"statsmodels {theirs():.4f}",
        end="; ",
    )
    ours_s = seconds(lambda: mmrm(LARGE, data, "who", "visit", covariance="cs"))
    theirs_s = seconds(theirs)
    print(
        f"{ours_s * 1e3:.0f} ms, statsmodels {theirs_s * 1e3:.0f} ms, ratio {ours_s / theirs_s:.2f}"
    )


def replicates(count: int) -> None:
    start, hits, shift = time.perf_counter(), 0, []
    for number in range(count):
        data = trial(200, 13, 1000 + number, 0.985)
        fit = mmrm(LARGE, data, "who", "visit", df="kenward-roger")
        row = fit.contrast("arm", by="visit").iloc[-1]
        hits += int(row["p"] < 0.05)
        shift.append(row["estimate"])
    took = time.perf_counter() - start
    share = wilson(hits, count)
    print(
        f"3. {count} null trials of 200 patients, 13 visits, us, Kenward-Roger: "
        f"{took / count * 1000:.0f} s a thousand; type I error {share.estimate:.3f} "
        f"({share.low:.3f} to {share.high:.3f}); mean difference {np.mean(shift):.3f} "
        f"(standard error {np.std(shift) / np.sqrt(count):.3f})"
    )


if __name__ == "__main__":
    large()
    peer()
    replicates(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
