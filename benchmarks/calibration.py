"""How long a calibration takes: simulated sets, emulators and chains, by processor time.

Simulates a tenth of the sets and says what the whole takes; no peer calibrates this model, so
there is no ratio.

    python benchmarks/calibration.py [--sets 128]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path


def main() -> None:
    """Run the parts and print what the whole takes."""
    import numpy as np

    from tolerogen.diseases import load_disease
    from tolerogen.trials.calibration import fit, read_inputs, sample
    from tolerogen.trials.calibration.forward import branches
    from tolerogen.trials.calibration.simulated import simulate_sets

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=128)
    sets = parser.parse_args().sets
    inputs = read_inputs(load_disease("sjogren"))
    sizes, chains = inputs.settings.simulation, inputs.settings.sampling
    clock, wall = time.process_time(), time.perf_counter()
    arms = branches(inputs, seed=1)
    recruit = time.process_time() - clock
    scores = np.random.default_rng(1).standard_normal((sets, len(inputs.free)))
    clock = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = simulate_sets(inputs, lambda: arms, scores, Path(folder), "timed", first=0)
    each = (time.process_time() - clock) / sets
    clock = time.process_time()
    emulator = fit(scores, outcomes, seed=1)
    fitting = time.process_time() - clock
    clock = time.process_time()
    short = replace(chains, steps=200, burn_in=100, draws=100)
    sample(
        emulator,
        inputs.observations,
        inputs.settings.likelihood,
        short,
        len(inputs.free),
        seed=1,
    )
    step = (time.process_time() - clock) / short.steps
    whole = sizes.sets + sizes.again
    mechanisms = len({o.mechanism for o in inputs.observations})
    steps = 1200 + chains.steps * (1 + mechanisms / 2)
    total = recruit + each * whole + step * steps
    print(
        f"recruiting {recruit:.0f} s, a set {each:.2f} s, emulators {fitting:.0f} s ({sets} sets)"
    )
    print(f"a step of {chains.walkers} chains {1000 * step:.1f} ms, {steps:.0f} steps in all")
    print(f"whole calibration, {whole} sets: about {total / 60:.0f} min of processor time")
    print(f"measured in {time.perf_counter() - wall:.0f} s")


if __name__ == "__main__":
    main()
