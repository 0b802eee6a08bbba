"""How long replicate trials take with a mixed model each: 200 patients, 52 weeks, 14 visits.

Run ``python benchmarks/replicate_trials.py [replicates] [patients] [mmrm|ancova]``. Simulation,
visits, dropout and the model of every replicate are in the time; a first run of two replicates,
which compiles, is taken off. Processor time is that of all threads together. The most memory that
was held is printed too: it does not grow with the number of trials.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from tolerogen.trials import load_trial, run_trial

EXAMPLE = Path(__file__).parents[1] / "examples" / "placebo-only.toml"
FULL = 1000


def main(count: int, patients: int, analysis: str) -> None:
    spec = load_trial(EXAMPLE)
    other = replace(spec.arms[0], name="same again")
    end = 52.0 * 7
    spec = replace(
        spec,
        patients=patients,
        horizon=end,
        visits=tuple(28.0 * k for k in range(14)),
        arms=(spec.arms[0], other),
        block=4,
        endpoint=replace(spec.endpoint, day=end, analysis=analysis),
        secondary=(),
    )

    def run(replicates: int) -> tuple[float, float]:
        wall, work = time.perf_counter(), time.process_time()
        run_trial(spec, replicates=replicates)
        return time.perf_counter() - wall, time.process_time() - work

    short, long = run(2), run(count)
    wall, work = ((b - a) * FULL / (count - 2) for a, b in zip(short, long, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KiB on Linux
    print(
        f"{count} trials: {long[0]:.1f} s, {long[1]:.1f} s of processor time; {FULL} trials: "
        f"{wall:.0f} s, {work:.0f} s of processor time, on {os.cpu_count()} processors; "
        f"{peak:.0f} MB for {count * patients:,} patients"
    )


if __name__ == "__main__":
    words = [*sys.argv[1:], *("100", "200", "mmrm")[len(sys.argv) - 1 :]]
    main(int(words[0]), int(words[1]), words[2])
