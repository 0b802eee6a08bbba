"""How many patients a second the reference backend computes.

Run ``python benchmarks/engine_reference.py [patients]``. The model is a target-mediated
disposition model of ten states written for this purpose (values are round numbers, assumed):
binding at 1,000 per day beside cells that turn over in weeks makes it stiff. Six subcutaneous
doses, 24 weeks, weekly output of all states.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

from tolerogen.engine import Dose, load_model, simulate

TMDD = """
model tmdd
  unit substance = 1e-9 mole
  unit volume = litre
  unit time_unit = 86400 second
  compartment plasma = 3, tissue = 2.5

  // drug: depot (nmol), plasma and tissue (nM)
  substanceOnly species depot in plasma = 0
  species drug in plasma = 0, drug_t in tissue = 0
  // membrane target, its complex; soluble target, its complex (nM)
  species target in plasma, held in plasma = 0, soluble in plasma, caught in plasma = 0
  // ligand (nM) and two cell pools it feeds (relative)
  species ligand in plasma, cells in plasma, cells_t in tissue

  target_0 = 0.8; soluble_0 = 5; ligand_0 = 0.01; cells_0 = 1; weight = 75
  ka = 0.25; CL = 0.2*(weight/75)^0.75; Q = 0.5; kon = 100; KD = 0.1; koff = kon*KD
  kdeg = 8; kint = 6; kshed = 0.5; kloss = 0.05; kcell = 0.04; kin = 0.3; kout = 0.25
  target = target_0; soluble = soluble_0; ligand = ligand_0; cells = cells_0
  cells_t = cells_0*kin/kout*plasma/tissue
  ktarget = target_0*kdeg; ksoluble = soluble_0*kshed
  kligand = ligand_0*(kloss + 10*target_0)
  effect := (ligand/ligand_0)^0.6*target/target_0

  absorb: depot -> drug; ka*depot
  clear: drug -> ; CL*drug
  out: drug -> drug_t; Q*drug
  back: drug_t -> drug; Q*drug_t
  bind: drug + target -> held; plasma*(kon*drug*target - koff*held)
  bind_soluble: drug + soluble -> caught; plasma*(kon*drug*soluble - koff*caught)
  make: -> target; plasma*ktarget
  lose: target -> ; plasma*kdeg*target
  internalise: held -> ; plasma*kint*held
  shed: -> soluble; plasma*ksoluble
  lose_soluble: soluble -> ; plasma*kshed*soluble
  lose_caught: caught -> ; plasma*0.1*caught
  secrete: -> ligand; plasma*kligand
  consume: ligand -> ; plasma*ligand*(kloss + 10*target)
  renew: -> cells; plasma*kcell*cells_0*effect
  die: cells -> ; plasma*kcell*cells
  home: cells -> cells_t; plasma*kin*cells
  leave: cells_t -> cells; tissue*kout*cells_t
end
"""


def population(patients: int) -> pd.DataFrame:
    """Draw patients who differ in six parameters, log-normal with a spread of 30 %."""
    draw = np.random.default_rng(7).lognormal(0.0, 0.3, (patients, 6))
    typical = {"target_0": 0.8, "soluble_0": 5, "KD": 0.1, "kint": 6, "ka": 0.25, "weight": 75}
    return pd.DataFrame(draw * np.array(list(typical.values())), columns=list(typical))


def main(patients: int) -> None:
    model = load_model(TMDD)
    doses = [Dose(14.0 * k, 5000, "depot") for k in range(6)]
    weeks = np.arange(0.0, 24 * 7 + 1, 7.0)
    people = population(patients)
    simulate(model, people.head(1), doses, weeks, backend="reference")  # compiles
    for rtol in (1e-4, 1e-5, 1e-6):
        for threads in (1, None):
            start = time.perf_counter()
            simulate(model, people, doses, weeks, rtol=rtol, threads=threads, backend="reference")
            rate = patients / (time.perf_counter() - start)
            print(f"rtol {rtol:g}, {threads or 'all'} core(s): {rate:.0f} patients/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
