"""How fast reports are counted and scored, with the peers beside us where they are installed.

Run ``python benchmarks/signals.py [reports]`` (10,000,000 by default). Three things are measured:

1. Reports with 3 drugs and 3 events each, from Parquet files to PRR, ROR, IC and EBGM (zeros form,
   fitted) with intervals for every pair; seconds, processor seconds and peak memory.
2. A million such reports counted, beside pvda and openEBGM (through ``Rscript``).
3. EBGM with intervals for the pairs of those million, beside openEBGM, and vigipy.

A peer that is not installed is named and skipped; the figures in brackets are then those that were
given for it, measured elsewhere. Names are drawn by a power law over 6,500 drugs and 20,000 events
(FAERS has about as many), events go together
with classes of drugs, and one event in a hundred is one that the drug brings.
"""

from __future__ import annotations

import importlib.util
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tolerogen.safety.signals import count_pairs, find_signals, read_source

DRUGS, EVENTS, EACH = 6_500, 20_000, 3
PUBLISHED = {"pvda count": 89.0, "openEBGM count": 37.0, "openEBGM score": 37.0, "vigipy": 285.0}

R_COUNT_PVDA = """
suppressMessages(library(pvda)); d <- read.csv(commandArgs(TRUE)[1])
t <- system.time(add_disproportionality(d, df_syms = NULL)); cat(t[["elapsed"]])
"""
R_COUNT_OPENEBGM = """
suppressMessages(library(openEBGM)); d <- read.csv(commandArgs(TRUE)[1])
names(d) <- c("id", "var1", "var2")
t <- system.time(processRaw(d, zeroes = FALSE)); cat(t[["elapsed"]])
"""
R_SCORE_OPENEBGM = """
suppressMessages(library(openEBGM)); d <- read.csv(commandArgs(TRUE)[1])
h <- as.numeric(strsplit(commandArgs(TRUE)[2], ",")[[1]])
t <- system.time({ q <- Qn(h, d$N, d$E); ebgm(h, d$N, d$E, q)
  quantBisect(5, h, d$N, d$E, q); quantBisect(95, h, d$N, d$E, q) }); cat(t[["elapsed"]])
"""


def power_law(rng: np.random.Generator, names: int, size: int) -> np.ndarray:
    weight = 1 / np.arange(4, names + 4)
    return np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(size)).astype(np.int32)


def write_reports(folder: Path, reports: int) -> None:
    """Write the three files of an ingest."""
    rng = np.random.default_rng(11)
    ids = np.arange(1, reports + 1, dtype=np.int64)
    drug = np.minimum(power_law(rng, DRUGS, EACH * reports), DRUGS - 1)
    event = np.minimum(power_law(rng, EVENTS, EACH * reports), EVENTS - 1)
    first = np.repeat(drug[::EACH], EACH)
    kin = rng.random(EACH * reports) < 0.3  # events that go with the class of the first drug
    event[kin] = (event[kin] + first[kin] % 40 * 53) % EVENTS
    caused = rng.random(EACH * reports) < 0.01  # a drug brings an event of its own
    event[caused] = (first[caused] * 7 + 3) % EVENTS
    names = {
        "drug": (drug, pa.array([f"DRUG {k}" for k in range(DRUGS)])),
        "event": (event, pa.array([f"Event {k}" for k in range(EVENTS)])),
    }
    pq.write_table(pa.table({"report_id": ids}), folder / "reports.parquet")
    for name, (code, words) in names.items():
        column = pa.DictionaryArray.from_arrays(pa.array(code), words)
        table = pa.table({"report_id": np.repeat(ids, EACH), name: column})
        pq.write_table(table, folder / f"{name}s.parquet")


@contextmanager
def timed(what: str, out: dict[str, float]) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    out[what] = time.perf_counter() - wall
    cpu = time.process_time() - cpu
    print(f"  {what}: {out[what]:.2f} s ({cpu:.2f} s of processor)", flush=True)


def whole(folder: Path) -> float:
    seconds: dict[str, float] = {}
    with timed("read", seconds):
        source = read_source(folder)
    with timed("count", seconds):
        counts = count_pairs(source.data)
        del source
    print(f"  {len(counts):,} pairs of {len(counts.drugs) * len(counts.events):,} cells")
    results = {}
    for method in ("prr", "ror", "ic", "ebgm"):
        with timed(method, seconds):
            results[method] = find_signals(counts, method)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    fit = results["ebgm"].fit
    print(f"  fit: {fit.points:,} points for {fit.cells:,.0f} cells, gradient {fit.gradient:.0e}")
    print(f"  together {sum(seconds.values()):.1f} s, peak memory {peak:.2f} GB")
    return sum(seconds.values())


def r_seconds(code: str, package: str, *arguments: str) -> float | None:
    """Run R code that prints seconds; None when R or the package is missing."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".R") as file:
        file.write(code)
        file.flush()
        done = subprocess.run(  # noqa: S603
            [rscript, file.name, *arguments], capture_output=True, text=True, check=False
        )
    if done.returncode:
        print(f"  {package} did not run: {done.stderr.strip()[-200:]}")
        return None
    return float(done.stdout.split()[-1])


def beside(name: str, ours: float, peer: float | None) -> None:
    if peer is None:
        given = PUBLISHED[name]
        print(f"  {name}: not installed here [{given:.0f} s given, ratio {given / ours:.0f}]")
    else:
        print(f"  {name}: {peer:.1f} s beside ours {ours:.2f} s, ratio {peer / ours:.0f}")


def long_rows(folder: Path, file: Path, reports: int) -> None:
    """Write the same reports with one row a pair, as R packages want them."""
    drug = pq.read_table(folder / "drugs.parquet")["drug"].to_pandas().cat.codes.to_numpy()
    event = pq.read_table(folder / "events.parquet")["event"].to_pandas().cat.codes.to_numpy()
    drug, event = drug.reshape(-1, EACH), event.reshape(-1, EACH)
    table = pa.table(
        {
            "report_id": np.repeat(np.arange(1, reports + 1), EACH * EACH),
            "drug": np.repeat(drug, EACH, axis=1).ravel(),
            "event": np.tile(event, (1, EACH)).ravel(),
        }
    )
    pa.csv.write_csv(table, file)


def million(folder: Path) -> None:
    seconds: dict[str, float] = {}
    source = read_source(folder)
    with timed("count", seconds):
        counts = count_pairs(source.data)
    print(f"  {len(counts):,} pairs")
    with timed("ebgm, fitted with zeros, and interval", seconds):
        result = find_signals(counts, "ebgm")
    with timed("ebgm and interval, prior given", seconds):
        find_signals(counts, "ebgm", prior=result.prior)
    count, score = seconds["count"], seconds["ebgm, fitted with zeros, and interval"]
    peers: dict[str, float | None] = dict.fromkeys(PUBLISHED)
    if shutil.which("Rscript"):
        rows, pairs = folder / "rows.csv", folder / "pairs.csv"
        long_rows(folder, rows, 1_000_000)
        pa.csv.write_csv(pa.table({"N": counts.n, "E": counts.expected}), pairs)
        prior = ",".join(f"{x!r}" for x in vars(result.prior).values())
        peers["pvda count"] = r_seconds(R_COUNT_PVDA, "pvda", str(rows))
        peers["openEBGM count"] = r_seconds(R_COUNT_OPENEBGM, "openEBGM", str(rows))
        peers["openEBGM score"] = r_seconds(R_SCORE_OPENEBGM, "openEBGM", str(pairs), prior)
    if importlib.util.find_spec("vigipy"):
        peers["vigipy"] = vigipy_seconds(counts)
    for name, ours in zip(PUBLISHED, (count, count, score, score), strict=True):
        beside(name, ours, peers[name])


def vigipy_seconds(counts) -> float:
    import pandas as pd
    from vigipy import convert, gps

    frame = pd.DataFrame(
        {
            "name": counts.drugs[counts.drug],
            "AE": counts.events[counts.event],
            "count": counts.n,
        }
    )
    start = time.perf_counter()
    gps(convert(frame))
    return time.perf_counter() - start


def compile_first(folder: Path) -> None:
    """Compile the loops, or load them from disk, as any first use does."""
    seconds: dict[str, float] = {}
    write_reports(folder, 1_000)
    with timed("first use: loops compiled, or loaded from disk", seconds):
        for method in ("prr", "ror", "ic", "ebgm"):
            find_signals(folder, method)


def main(reports: int) -> None:
    import pyarrow.csv  # noqa: F401

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compile_first(folder)
        for size, run in ((1_000_000, million), (reports, whole)):
            print(f"{size:,} reports, {EACH} drugs and {EACH} events each")
            write_reports(folder, size)
            run(folder)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
