"""Fit the terms of locked bases on RNA to measured gapmers: ``data/lna_calibration.csv``.

Reads the melting temperatures of Papargyri et al. 2020 (Mol Ther Nucleic Acids 19:706), which may
be read but not shipped, from a CSV with the columns ``sequence, lnadna, tm_avg``. Prints the error
of the fit, of the published parameters alone, and of windows of the target left out of the fit.

The form of the terms was itself chosen among 21 by the windows left out: their error is kind to us.

    python benchmarks/oligo_fit_lna_tm.py SITE_A.csv [--write] [--test SITE_B.csv]
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from tolerogen.oligos import thermodynamics as th

TERMS = ("share", "linkage", "inner", "pair", "end")
START = {"share": 1.0, "linkage": 0.0, "inner": 0.0, "pair": 0.0, "end": 0.0}
# Width of the priors about START: the fit must not chase what one site cannot tell.
WIDTH = {"share": 0.3, "linkage": 0.3, "inner": 0.3, "pair": 0.3, "end": 0.5}
ERROR = 2.0  # degrees, of one measurement and the two-state model together
STRANDS = 2e-6  # the default of `Buffer`; the fit absorbs the difference to the real buffer


def read(path: Path) -> tuple[list[str], list[str], np.ndarray]:
    with path.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return (
        [r["sequence"].upper() for r in rows],
        [r["lnadna"].upper() for r in rows],
        np.array([float(r["tm_avg"]) for r in rows]),
    )


def design(sequences: list[str], locked: list[str]) -> np.ndarray:
    """Columns H0, S0, dH and dS of a whole share, linkages, inner, pairs, ends."""
    unit = {"share": 1.0, "linkage": 0.0, "inner": 0.0, "pair": 0.0, "end": 0.0}
    rows = []
    th.calibration = lambda: unit  # type: ignore[assignment]
    for q, s in zip(sequences, locked, strict=True):
        h, e = th.stacks(q, "dna_rna")
        dh, ds, _ = th.locked_terms(q, s)
        pairs = sum(s[i : i + 2] == "LL" for i in range(len(s) - 1))
        ends = (q[0] in "AT") + (q[-1] in "AT")
        rows.append((h, e, dh, ds, len(q) - 1, s[1:-1].count("L"), pairs, ends))
    return np.array(rows, float)


def predict(values: np.ndarray, x: np.ndarray) -> np.ndarray:
    h = x[:, 0] + values[0] * x[:, 2]
    s = x[:, 1] + values[0] * x[:, 3] - 1000 * (x[:, 4:] @ values[1:]) / th.BODY
    return 1000 * h / (s + th.R * np.log(STRANDS / 4)) - th.KELVIN


def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    start = np.array([START[t] for t in TERMS])
    width = np.array([WIDTH[t] for t in TERMS])
    return least_squares(
        lambda v: np.concatenate([(predict(v, x) - y) / ERROR, (v - start) / width]), start
    ).x


def rmse(errors: np.ndarray) -> float:
    return float(np.sqrt(np.mean(errors**2)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("--test", type=Path, help="a site that takes no part in the fit")
    parser.add_argument("--write", action="store_true", help="write the terms into the package")
    args = parser.parse_args()
    sequences, locked, y = read(args.site)
    x = design(sequences, locked)
    raw = predict(np.array([1.0, 0, 0, 0, 0]), x) - y
    values = fit(x, y)
    print(f"published parameters alone: bias {raw.mean():+.2f}, RMSE {rmse(raw):.2f} C, n {y.size}")
    print(f"fitted here:                RMSE {rmse(predict(values, x) - y):.2f} C (same data)")
    left = np.empty_like(y)
    windows = np.array(sequences)
    for window in sorted(set(sequences)):
        out = windows == window
        left[out] = predict(fit(x[~out], y[~out]), x[out]) - y[out]
        print(f"  left out {window:17s} bias {left[out].mean():+.2f}, RMSE {rmse(left[out]):.2f} C")
    print(f"windows left out:           RMSE {rmse(left):.2f} C")
    for term, value in zip(TERMS, values, strict=True):
        print(f"  {term:8s} {value:+.4f}")
    if args.test:
        qs, ls, ty = read(args.test)
        print(
            f"held-out site:              RMSE {rmse(predict(values, design(qs, ls)) - ty):.2f} C"
        )
    if args.write:
        lines = [
            "# Terms of locked bases on RNA, fitted: see benchmarks/oligo_fit_lna_tm.py.",
            "term,value",
        ]
        lines += [f"{t},{v:.4f}" for t, v in zip(TERMS, values, strict=True)]
        (th.DATA / "lna_calibration.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
