"""Local folding beside RNAplfold (ViennaRNA): agreement and time; and how close the rules come.

    python benchmarks/oligo_accessibility.py TRANSCRIPTS.fa [--bases 60000]

ViennaRNA is the peer and brings the full tables of energies: ``pip install ViennaRNA``. Without it
the script says so and stops.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from tolerogen.oligos import read_fasta
from tolerogen.oligos.structure import KT, read_energies, rule_energies, unpaired

LONGEST = 20
SETTINGS = ((80, 40), (150, 100), (200, 150))


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("transcripts", type=Path)
    parser.add_argument("--bases", type=int, default=60_000)
    options = parser.parse_args()
    try:
        import RNA
    except ImportError:
        print("skipped: ViennaRNA is not installed; pip install ViennaRNA")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "turner2004.par"
        RNA.params_save(str(path))
        energies = read_energies(path)
    chosen, total = [], 0
    for record in read_fasta(options.transcripts):
        if 1000 < len(record.sequence) < 4000 and total < options.bases:
            chosen.append(record.sequence.replace("T", "U"))
            total += len(record.sequence)
    unpaired(chosen[0][:200], LONGEST, energies)  # compiled before the clock runs
    print(f"{len(chosen)} transcripts, {total} bases, stretches up to {LONGEST}")
    for window, span in SETTINGS:
        compare(RNA, chosen, energies, window, span)


def compare(rna, chosen, energies, window, span) -> None:
    """Print the largest difference, the seconds of both, and how close the rules come."""
    own, theirs, worst, full, ruled = 0.0, 0.0, 0.0, [], []
    for sequence in chosen:
        begun = time.process_time()
        mine = unpaired(sequence, LONGEST, energies, window, span)
        middle = time.process_time()
        told = rna.pfl_fold_up(sequence, LONGEST, window, span)
        own, theirs = own + middle - begun, theirs + time.process_time() - middle
        ends = range(LONGEST, len(sequence) + 1)
        other = np.array([told[end][LONGEST] for end in ends])
        site = mine[: len(sequence) - LONGEST + 1, LONGEST - 1]
        worst = max(worst, float(np.abs(site / other - 1).max()))
        full.append(-KT * np.log(site))
        by_rules = unpaired(sequence, LONGEST, rule_energies(), window, span)
        ruled.append(-KT * np.log(by_rules[: len(site), LONGEST - 1]))
    a, b = np.concatenate(full), np.concatenate(ruled)
    print(
        f"window {window}, span {span}: largest relative difference {worst:.1e}; {own:.1f} s, "
        f"RNAplfold {theirs:.1f} s; by rules r {np.corrcoef(a, b)[0, 1]:.3f}, median difference "
        f"{np.median(np.abs(a - b)):.2f} of {np.median(a):.2f} kcal/mol"
    )


if __name__ == "__main__":
    main()
