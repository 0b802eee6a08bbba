"""The full design report of a gene, against a whole transcriptome: seconds and peak memory.

Run ``python benchmarks/oligo_report.py [megabases]`` (100 by default). Makes a random
transcriptome with a gene of 3,000 bases in it, builds its index, and runs ``oligo design``
for four chemistries of open gap, lengths 14 to 22, off-targets and report. Each is a process of
its own, with its clock, processor time and most memory held.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from oligo_offtargets import write_transcripts

GENE = 3_000
CHEMISTRIES = ("moe 5-*-5", "lna 3-*-3", "cet 3-*-3", "moe 3-*-3")


def timed(words: list[str]) -> None:
    """Run the command line; print its clock, processor time and peak memory."""
    start = time.perf_counter()
    verb = [sys.executable, "-c", "from tolerogen.cli import main; main()", *words]
    child = subprocess.Popen(verb, stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status:
        raise SystemExit(f"{' '.join(words[:2])} failed")
    cpu = used.ru_utime + used.ru_stime
    print(f"{' '.join(words[:2])}: {wall:.1f} s, {cpu:.1f} s of processor, "
          f"{used.ru_maxrss / 1024**2:.2f} GB")  # fmt: skip


def main(megabases: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gene = np.random.default_rng(7).choice(list("ACGT"), GENE)
        (folder / "gene.fa").write_text(f">GENE\n{''.join(gene)}\n", encoding="utf-8")
        write_transcripts(folder / "all.fa", megabases * 1_000_000)
        with (folder / "all.fa").open("a", encoding="utf-8") as out:
            out.write((folder / "gene.fa").read_text(encoding="utf-8"))
        index = str(folder / "all.tgi")
        timed(["oligo", "index", str(folder / "all.fa"), "--out", index])
        words = [part for one in CHEMISTRIES for part in ("--chemistry", one)]
        timed(["oligo", "design", str(folder / "gene.fa"), *words, "--lengths", "14-22",
               "--offtargets", index, "--out", str(folder / "report")])  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
