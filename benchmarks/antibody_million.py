"""A million sequences through ``tolerogen antibody number``: seconds and peak memory.

    python benchmarks/antibody_million.py [--count 1000000] [--form json|tsv|fasta]

The FASTA is made from the human germline genes that ship with Tolerogen: V and J joined over a
random CDR3, a few random mutations each; every hundredth record is hostile (nucleotides, a stop
codon, a run of X, nothing at all). The command runs as a process of its own.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

START = "from tolerogen.cli.entry import main; main()"
LETTERS = "ACDEFGHIKLMNPQRSTVWY"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--form", choices=("json", "tsv", "fasta"), default="json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "many.fasta", options.count)
        size = (folder / "many.fasta").stat().st_size
        print(f"{options.count:,} sequences, {size / 1e6:.0f} MB")
        words = (
            ["--json"] if options.form == "json" else ["--out", str(folder / f"o.{options.form}")]
        )
        command = [sys.executable, "-c", START, "antibody", "number", folder / "many.fasta"]
        begun = time.perf_counter()
        with (folder / "printed").open("w") as printed:
            done = subprocess.run(  # noqa: S603
                [*map(str, command), *words], stdout=printed, stderr=subprocess.PIPE, text=True,
                check=True,
            )  # fmt: skip
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{seconds:.0f} s, {options.count / seconds:,.0f} sequences/s, peak {peak:.0f} MB")
        print("\n".join(done.stderr.splitlines()[-8:]))


def write(path, count):
    """Write the FASTA, one record at a time."""
    rng = random.Random(1)  # noqa: S311
    pairs = germlines()
    hostile = ("ACGT" * 90, pairs[0][0][:40] + "*" + pairs[0][1], "X" * 110, "")
    with path.open("w") as out:
        for number in range(count):
            if number % 100 == 99:
                sequence = hostile[number // 100 % 4]
            else:
                v, j = pairs[rng.randrange(len(pairs))]
                loop = "".join(rng.choices(LETTERS, k=rng.randrange(4, 14)))
                letters = list(v + loop + j)
                for _ in range(rng.randrange(8)):
                    letters[rng.randrange(len(letters))] = rng.choice(LETTERS)
                sequence = "".join(letters)
            out.write(f">s{number}\n{sequence}\n")


def germlines():
    """Return V genes up to C104 with a J gene of the same locus."""
    text = files("tolerogen.antibodies").joinpath("data/germlines_human.csv").read_text("utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    bare = [{**row, "sequence": re.sub(r"[^A-Z]", "", row["sequence"])} for row in rows]
    joining = [row for row in bare if row["segment"] == "J"]
    return [
        (v["sequence"], j["sequence"])
        for v in bare
        if v["segment"] == "V"
        for j in joining
        if j["chain"] == v["chain"]
    ]


if __name__ == "__main__":
    main()
