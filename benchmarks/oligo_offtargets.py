"""Off-target search with bowtie 1 beside it: CPU seconds and their ratio, and the same hits.

Makes a random transcriptome (default 100 Mb) and 1,000 oligos of 16 and of 20 bases, builds both
indexes, and looks all oligos up with up to 0 to 3 mismatches. Ours is timed without the start of
Python (about half a second), bowtie as a process; both on one thread.

    python benchmarks/oligo_offtargets.py [--megabases 100]
    python benchmarks/oligo_offtargets.py --memory --megabases 400   # ours alone, peak memory
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tolerogen.oligos import build_index, find_sites, open_index, save_index
from tolerogen.oligos.letters import reverse_complement

OLIGOS, SEED = 1000, 1


def write_transcripts(path: Path, bases: int) -> list[str]:
    rng = np.random.default_rng(SEED)
    first: list[str] = []
    with path.open("wb") as out:
        number = 0
        while bases > 0:
            size = min(bases, 200 + int(rng.lognormal(8.2, 1)))
            text = np.frombuffer(b"ACGT", "u1")[rng.integers(0, 4, size)].tobytes()
            out.write(b">t%d\n%s\n" % (number, text))
            if len(first) < OLIGOS:
                first.append(text.decode())
            bases -= size
            number += 1
    return first


def child_cpu(command: list[str], out: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with out.open("wb") as handle:
        subprocess.run(command, check=True, stdout=handle, stderr=subprocess.DEVNULL)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def own_cpu(work) -> tuple[float, object]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def compare(folder: Path, bases: int) -> None:
    fasta, index_file = folder / "t.fa", folder / "t.tgi"
    texts = write_transcripts(fasta, bases)
    save_index(build_index(_small(folder)), folder / "s.tgi")  # compiled before the clock starts
    # the median of three: memory that was never used before is slow to get on some machines
    times = [own_cpu(lambda: save_index(build_index(fasta), index_file))[0] for _ in range(3)]
    ours = sorted(times)[1]
    theirs = child_cpu(["bowtie-build", "-q", str(fasta), str(folder / "bt")], folder / "log")
    print(f"index     ours {ours:7.2f} s  bowtie {theirs:7.2f} s  ratio {theirs / ours:6.1f}")
    index = open_index(index_file)
    for length in (16, 20):
        oligos = [reverse_complement(text[20 : 20 + length]) for text in texts]
        queries = folder / "q.fa"
        queries.write_text("".join(f">{i}\n{o}\n" for i, o in enumerate(oligos)))
        for limit in range(4):
            find_sites(index, oligos[:1], max_mismatches=limit)
            ours, sites = own_cpu(lambda k=limit, o=oligos: find_sites(index, o, max_mismatches=k))
            command = ["bowtie", "-f", "-v", str(limit), "-a", "--nofw", "-x", str(folder / "bt")]
            theirs = child_cpu([*command, str(queries)], folder / "hits")
            hits = [line.split("\t") for line in (folder / "hits").read_text().splitlines()]
            found = {(int(h[0]), h[2], int(h[3])) for h in hits}
            own = zip(sites.oligo, sites.transcript, sites.start, strict=True)
            same = found == {(int(o), index.names[t], int(s)) for o, t, s in own}
            print(
                f"{length} nt, k {limit}: ours {ours:5.2f} s  bowtie {theirs:6.2f} s  ratio "
                f"{theirs / ours:5.1f}  sites {len(sites)}  same hits: {'yes' if same else 'NO'}"
            )


def memory(folder: Path, bases: int) -> None:
    """Build and search in processes of their own, so that one does not hide the other."""
    texts = write_transcripts(folder / "t.fa", bases)
    (folder / "q.txt").write_text("\n".join(reverse_complement(t[20:36]) for t in texts))
    build = "from pathlib import Path; from tolerogen.oligos import *; "
    build += "save_index(build_index(Path('t.fa')), Path('t.tgi'))"
    search = "from pathlib import Path; from tolerogen.oligos import *; "
    search += "find_sites(open_index(Path('t.tgi')), Path('q.txt').read_text().split())"
    peak = "; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)"
    for name, code in (("build", build), ("search, 16 bases, k 3", search)):
        run = subprocess.run(  # noqa: S603
            [sys.executable, "-c", code + peak],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        print(f"{name}: {float(run.stdout):.2f} GB at {bases / 1e6:.0f} Mb")


def _small(folder: Path) -> Path:
    path = folder / "small.fa"
    path.write_text(">t\nACGTACGTACGTACGTACGT\n")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabases", type=int, default=100)
    parser.add_argument("--memory", action="store_true", help="peak memory, without bowtie")
    args = parser.parse_args()
    if args.memory:
        with tempfile.TemporaryDirectory() as folder:
            memory(Path(folder), args.megabases * 1_000_000)
        return
    if not shutil.which("bowtie"):
        print("bowtie 1 is not installed, so there is nothing to compare with; see your package")
        print("manager, for example the Debian package 'bowtie'.")
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), args.megabases * 1_000_000)


if __name__ == "__main__":
    main()
