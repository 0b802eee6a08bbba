"""The native lanes beside libRoadRunner (and mrgsolve, where R has it), at matched achieved error.

Run ``python benchmarks/engine.py [--quick] [--avx2]``. The model is Sjögren's disease with the
anti-IL-7R antibody S95011 attached (47 states), 750 mg as a one-hour infusion every four weeks
for a year, daily output of ten observables, patients who differ in about 100 parameters.

What is compared is processor time per patient on one core, medians of interleaved rounds, at the
same *achieved* error: the largest relative error over all days and observables against a native
solution at 1e-11 (which agrees with CVODE at 1e-11), median over patients. Nominal tolerances
mean different things to different solvers, so they are shown but not compared.

libRoadRunner gets the model compiled once, new parameter values per patient without recompiling,
and one ``simulate`` call per stretch between doses: the fastest of the ways we know. mrgsolve is
an R package: where ``Rscript`` is found and has it, the same model, exported by
`mrgsolve_model`, is timed; otherwise that line says it was skipped.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

OBSERVABLES = (
    *("IgG", "B_naive", "T4_naive", "IL7", "s95011_nM", "s95011_occupancy"),
    *("BAFF", "antiRo", "epi_functional", "CXCL13"),
)
DAYS = np.arange(0.0, 366.0)
CHECKED = 48
"""Patients whose error is measured."""


@dataclass(frozen=True)
class Point:
    """One solver at one tolerance: patients a second and core, and the error it reached."""

    name: str
    rtol: float
    rate: float
    error: float
    worst: float


def population(count: int):
    """Return model, table of patients and doses."""
    from tolerogen.engine import Dose
    from tolerogen.patients import sample_population
    from tolerogen.trials import load_trial
    from tolerogen.trials.course import arm_model, own_columns

    spec = load_trial("examples/s95011-sjogren.toml")
    arm = next(a for a in spec.arms if a.treatments)
    extra = [p for t in spec.therapies for p in t.parameters]
    people = sample_population(spec.disease, min(count, 500), 7, extra=extra)
    table = own_columns(spec, arm, people.parameters)
    table = table.iloc[np.arange(count) % len(table)].reset_index(drop=True)
    doses = tuple(Dose(28.0 * k, 750, "s95011_central", 1 / 24) for k in range(13))
    return arm_model(spec, arm), table, doses


def native(request, rtol: float) -> tuple[float, np.ndarray]:
    """Return processor seconds per patient of the lanes, and the trajectories checked."""
    from tolerogen.engine.native.solve import solve

    start = time.thread_time()  # of this thread: doses laid out, results gathered, checks
    found = solve(replace(request, rtol=rtol))
    around = time.thread_time() - start - found.facts["compile_seconds"]
    assert not found.status.any()
    seconds = max(around, 0.0) + found.facts["cpu_seconds"]  # the lanes run in a thread of theirs
    # a copy: a view would keep the whole result, and memory never used before is slow to get
    return seconds / len(request.values), found.courses[:CHECKED].copy()


def roadrunner(model, table, doses, rtol: float, count: int) -> tuple[float, np.ndarray]:
    """Return processor seconds per patient of libRoadRunner, and its trajectories."""
    from tolerogen.engine.inputs import with_inputs
    from tolerogen.engine.reference import LOCAL, Job, run
    from tolerogen.engine.schedule import schedule

    infused = ["s95011_central"]
    home = model.outline.home
    concentrations = {s: home[s] for s in home if s not in model.outline.amounts}
    job = Job(
        sbml=with_inputs(model.sbml, infused),
        home=tuple(concentrations.items()),
        selections=tuple(f"[{n}]" if n in concentrations else n for n in OBSERVABLES),
        columns=tuple(table.columns),
        outputs=len(DAYS),
        rtol=rtol / LOCAL,  # so that CVODE itself runs at rtol
        atol=None,
    )
    plan = schedule(doses, DAYS.tolist(), infused)
    values = table.to_numpy()
    list(run(job, values[:1], [plan]))  # compiles
    start = time.thread_time()
    outcomes = list(run(job, values[:count], [plan] * count))
    seconds = (time.thread_time() - start) / count
    return seconds, np.stack([o[0] for o in outcomes])


def measured(name: str, rtol: float, rounds: list[tuple[float, np.ndarray]], truth) -> Point:
    """Take the median over rounds, and the error of the last."""
    from tolerogen.engine.native.accuracy import relative_error

    given = rounds[-1][1]
    error = relative_error(given, truth[: len(given)]).max(axis=(1, 2))
    seconds = float(np.median([r[0] for r in rounds]))
    return Point(name, rtol, 1 / seconds, float(np.median(error)), float(error.max()))


def rate_at(points: list[Point], error: float) -> float:
    """Return a solver's rate at an error between its points (straight in logarithms)."""
    ordered = sorted(points, key=lambda p: p.error)
    x = np.log([p.error for p in ordered])
    y = np.log([p.rate for p in ordered])
    return float(np.exp(np.interp(np.log(error), x, y)))


def speed(quick: bool) -> None:
    """Print rates and errors, and the ratio at an error of 1e-4 and better."""
    from tolerogen.engine.native import machine
    from tolerogen.engine.native.request import Request

    count, beside, rounds = (400, 8, 3) if quick else (2000, 24, 5)
    model, table, doses = population(count)
    request = Request(
        model.sbml,
        tuple(table.columns),
        table.to_numpy(),
        [doses] * count,
        DAYS,
        OBSERVABLES,
        1e-5,
        None,
        1,
        check=False,
    )
    small = replace(request, values=request.values[:CHECKED], doses=[doses] * CHECKED)
    truth = native(small, 1e-11)[1]
    ours, theirs = (1e-3, 3e-4, 1e-4, 1e-5, 1e-6), (1e-5, 1e-6, 1e-7)
    a: dict[float, list] = {r: [] for r in ours}
    b: dict[float, list] = {r: [] for r in theirs}
    for _ in range(rounds):  # interleaved, so that a busy moment hits both
        for rtol in ours:
            a[rtol].append(native(request, rtol))
        for rtol in theirs:
            b[rtol].append(roadrunner(model, table, doses, rtol, beside))
    mine = [measured("native", r, a[r], truth) for r in ours]
    peer = [measured("libRoadRunner", r, b[r], truth) for r in theirs]
    print(f"processor {machine.target()[0]}, {machine.width()} lanes; {count} patients a round")
    print(f"{'solver':<15}{'rtol':>8}{'patients/s':>12}{'error p50':>12}{'worst':>10}")
    for p in (*mine, *peer):
        print(f"{p.name:<15}{p.rtol:>8.0e}{p.rate:>12.0f}{p.error:>12.1e}{p.worst:>10.1e}")
    for p in mine:
        if min(q.error for q in peer) <= p.error <= max(q.error for q in peer):
            there = rate_at(peer, p.error)
            print(f"ratio at error {p.error:.1e}: {p.rate / there:.0f} x libRoadRunner")


def clock() -> float:
    """Return the cycles a second while busy: a chain of products, three cycles each on x86-64.

    What the operating system states is the clock at rest, and virtual machines state anything.
    """
    import ctypes

    from tolerogen.engine.native import machine

    many, links = 2_000_000, 16
    chain = "\n".join(f"  %x{k + 1} = mul i64 %x{k}, %x{k}" for k in range(links))
    text = (
        f"define i64 @chain(i64 %s) {{\ne:\n  br label %l\nl:\n  %i = phi i64 [0, %e], [%n, %l]\n"
        f"  %x0 = phi i64 [%s, %e], [%x{links}, %l]\n{chain}\n  %n = add i64 %i, 1\n"
        f"  %c = icmp eq i64 %n, {many}\n  br i1 %c, label %d, label %l\nd:\n"
        f"  ret i64 %x{links}\n}}"
    )
    (address,), alive = machine._link(machine._object(text, 0, 1), ("chain",))
    function = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(address)
    best = np.inf
    for _ in range(5):
        start = time.perf_counter()
        function(3)
        best = min(best, time.perf_counter() - start)
    assert alive
    return 3.0 * links * many / best


def bound(quick: bool) -> None:
    """Print how far the step is from what the processor's multipliers could do.

    Operations are counted in the code itself: every vector addition, multiplication and division
    of one step (a division as eight, as measured on recent processors), against two a cycle.
    """
    from tolerogen.engine.native import kernels, machine
    from tolerogen.engine.native.tableau import RODAS5P
    from tolerogen.engine.reader import read_system

    model, table, doses = population(400)
    system = read_system(model.sbml, tuple(table.columns), ("s95011_central",))
    text = kernels.compose(system, OBSERVABLES, RODAS5P, machine.width()).text
    parts = {p.split("(")[0].split("@")[-1]: p for p in text.split("\ndefine ")}
    weight = {" fadd ": 1, " fsub ": 1, " fmul ": 1, " fdiv ": 8}

    def count(part: str) -> int:
        some = [text for name, text in parts.items() if name.startswith(part)]
        return sum(text.count(op) * cost for op, cost in weight.items() for text in some)

    stages, n = RODAS5P.stages, len(system.states)
    sums = 2 * n * sum(len(row) for row in (*RODAS5P.a, *RODAS5P.c))
    total = count("jacobian") + (stages - 1) * count("slopes") + stages * count("solve") + sums
    from tolerogen.engine.native.request import Request
    from tolerogen.engine.native.solve import solve

    times = np.array([0.0, 365.0])
    request = Request(
        model.sbml,
        tuple(table.columns),
        table.to_numpy(),
        [doses] * 400,
        times,
        OBSERVABLES,
        1e-5,
        None,
        1,
        check=False,
    )
    runs = [solve(request).facts for _ in range(3 if quick else 9)]
    best = min(r["cpu_seconds"] / (r["steps"] + r["rejections"]) for r in runs)
    per_call = best * machine.width()
    took = f"{per_call * 1e6:.2f} us, {total} vector operations"
    print(f"one step of {machine.width()} patients: {took}")
    cycles = clock()
    least = total / 2 / cycles
    share = f"{100 * least / per_call:.0f} % reached"
    print(f"bound at {cycles / 1e9:.2f} GHz, 2 a cycle: {least * 1e6:.2f} us, {share}")


START = """
import time, sys
from tolerogen.engine import load_model, simulate
import numpy as np, pandas as pd, xarray, llvmlite.binding, libsbml
xarray.Dataset({"x": ("t", [1.0])})  # which loads dask, where that is installed
model = load_model(sys.argv[1])
start = time.process_time()
simulate(model, pd.DataFrame(index=[0]), [], np.arange(0.0, 85.0, 7.0))
print(time.process_time() - start)
"""


def first_result() -> None:
    """Print the processor time to the first result: new machine, new model, model seen before."""
    from tolerogen.diseases import load_disease

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.ant")
        with open(path, "w", encoding="utf-8") as file:
            file.write(load_disease("sjogren").model)
        other = os.path.join(folder, "other.ant")
        with open(path, encoding="utf-8") as file, open(other, "w", encoding="utf-8") as out:
            out.write(file.read().replace("model sjogren", "model other"))
        env = {**os.environ, "TOLEROGEN_CACHE": folder}

        def run(which: str) -> float:
            command = [sys.executable, "-c", START, which]
            out = subprocess.run(  # noqa: S603  # our own interpreter and script
                command, env=env, capture_output=True, text=True, check=True
            )
            return float(out.stdout)

        cases = ("nothing compiled yet", path), ("never seen, driver there", other), ("seen", path)
        for name, which in cases:
            print(f"first result, 41 states, {name}: {run(which):.2f} s processor time")


STREAM = """
import sys, time
sys.path.insert(0, sys.argv[1])
import engine
from tolerogen.engine import stream
many, piece = int(sys.argv[2]), int(sys.argv[3])
model, table, doses = engine.population(piece)
start, cpu = time.perf_counter(), time.process_time()
frames = (table for _ in range(many // piece))
pieces = stream(model, frames, doses, engine.DAYS, observables=engine.OBSERVABLES)
done = sum(p.sizes["patient"] for p in pieces)
wall, cpu = time.perf_counter() - start, time.process_time() - cpu
# ru_maxrss would be that of the process that started this one, where it held more
lines = open("/proc/self/status").read().splitlines()
peak = int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
print(f"{done} patients x 1 year, daily, 10 observables: {wall:.0f} s, {cpu:.0f} s processor,",
      f"{peak:.0f} MB at most")
"""


def scaling(quick: bool) -> None:
    """Print two threads against one: the median of rounds in turn, and the range."""
    from tolerogen.engine import simulate

    count = 4000 if quick else 20_000
    model, table, doses = population(count)
    ratios = []
    for _ in range(3 if quick else 9):
        wall = [
            simulate(model, table, doses, DAYS[::7], OBSERVABLES, threads=threads).attrs[
                "wall_seconds"
            ]
            for threads in (1, 2)
        ]
        ratios.append(wall[0] / wall[1])
    low, middle, high = np.quantile(ratios, [0.0, 0.5, 1.0])
    print(f"two threads: {middle:.2f} x one ({low:.2f} to {high:.2f}; {count} patients, weekly)")


def larger_than_memory(quick: bool) -> None:
    """Print time and peak memory of a large population, in a process of its own."""
    many, piece = ("10000", "2000") if quick else ("100000", "5000")
    command = [sys.executable, "-c", STREAM, str(Path(__file__).parent), many, piece]
    subprocess.run(command, check=True)  # noqa: S603  # our own interpreter and script


def mrgsolve() -> None:
    """Write the model for mrgsolve, and time it where R has the package."""
    import mrgsolve_model  # beside this script

    from tolerogen.engine.reader import read_system

    rscript = shutil.which("Rscript")
    if rscript is None:
        print("mrgsolve: skipped, Rscript is not installed; see benchmarks/mrgsolve_model.py")
        return
    model, table, doses = population(200)
    system = read_system(model.sbml, tuple(table.columns), (doses[0].into,))
    with tempfile.TemporaryDirectory() as folder:
        mrgsolve_model.write(Path(folder), system, table, OBSERVABLES)
        done = subprocess.run([rscript, "time.R"], cwd=folder, check=False)  # noqa: S603
    if done.returncode:
        print("mrgsolve: skipped, R cannot run it (install.packages('mrgsolve'))")


def without_avx512() -> None:
    """Compile for this processor as if it had AVX2 and no more: four lanes, a cache of its own."""
    from tolerogen.engine.native import machine

    features = machine.target()[1].split(",")
    kept = ",".join(f"-{f[1:]}" if "avx512" in f or "avx10" in f else f for f in features)
    machine.target = lambda: ("haswell", kept)
    machine.width = lambda: 4
    os.environ["TOLEROGEN_CACHE"] = tempfile.mkdtemp()


def main() -> None:
    """Run all parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer patients and rounds")
    parser.add_argument("--avx2", action="store_true", help="rates alone, without AVX-512")
    options = parser.parse_args()
    quick = options.quick
    if options.avx2:
        without_avx512()
        speed(quick)
        return
    parts: tuple[Callable[[], None], ...] = (
        first_result,
        lambda: speed(quick),
        lambda: bound(quick),
        lambda: scaling(quick),
        lambda: larger_than_memory(quick),
        mrgsolve,
    )
    for part in parts:
        part()


if __name__ == "__main__":
    main()
