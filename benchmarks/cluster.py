"""Two Dask workers beside two threads: the same replicate trials, both ways, in one run.

Run ``python benchmarks/cluster.py [replicates]``. 200 patients, 52 weeks, 14 visits and a mixed
model a replicate. Starting and compiling are left out by a short run of each; then rounds of both
take turns, and their numbers are compared. Wall time is what a user waits and needs two free
processors; processor time, of all processes together, means something on a busy machine too.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from distributed import Client, LocalCluster

from tolerogen.trials import TrialSpec, load_trial, run_trial

EXAMPLE = Path(__file__).parents[1] / "examples" / "placebo-only.toml"
FULL = 1000
ROUNDS = 5


def design() -> TrialSpec:
    spec = load_trial(EXAMPLE)
    end = 52.0 * 7
    return replace(
        spec,
        patients=200,
        horizon=end,
        visits=tuple(28.0 * k for k in range(14)),
        arms=(spec.arms[0], replace(spec.arms[0], name="same again")),
        block=4,
        endpoint=replace(spec.endpoint, day=end, analysis="mmrm"),
        secondary=(),
    )


def measured(work: Callable[[], float], run: Callable[[], str]) -> tuple[str, float, float]:
    """Return the document, wall time and processor time of a run."""
    wall, before = time.perf_counter(), work()
    text = run()
    return text, time.perf_counter() - wall, work() - before


def main(count: int) -> None:
    spec = design()
    # Dask has workers give memory back at once, which costs a quarter of the processor time here
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", str(2**27))
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):

        def everywhere() -> float:
            return time.process_time() + sum(client.run(time.process_time).values())

        def trials(**how: Any) -> str:
            return run_trial(spec, replicates=count, **how).to_json()

        run_trial(spec, replicates=3, threads=2)
        run_trial(spec, replicates=9, client=client)
        ways = {
            "two threads": (time.process_time, lambda: trials(threads=2)),
            "two workers": (everywhere, lambda: trials(client=client)),
        }
        rounds = [{name: measured(*way) for name, way in ways.items()} for _ in range(ROUNDS)]
    print(f"{ROUNDS} rounds of {count} trials of 200 patients over 52 weeks, a mixed model each")
    for name in ways:
        wall, work = (median(done[name][k] * FULL / count for done in rounds) for k in (1, 2))
        print(f"{name}: {FULL} trials in {wall:.0f} s, {work:.0f} s of processor time")
    threads, workers = (list(zip(*(done[name] for done in rounds), strict=True)) for name in ways)
    for place, what in ((1, "wall"), (2, "processor")):
        ratios = [b / a for a, b in zip(threads[place], workers[place], strict=True)]
        print(f"workers over threads, {what}: median {median(ratios):.2f}, "
              f"{min(ratios):.2f} to {max(ratios):.2f}")  # fmt: skip
    print(f"the same numbers: {len({*threads[0], *workers[0]}) == 1}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
