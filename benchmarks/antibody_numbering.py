"""Numbering against ANARCI: agreement on therapeutic chains, false domains, chains a second.

python benchmarks/antibody_numbering.py [FOLDER] [--human FASTA]

FOLDER holds ``thera_chains.fa`` and the ANARCI 2026 reference outputs ``thera_anarci2026*.json.gz``
(by default ``../shared/antibody/numbering``). With ``--human``, a FASTA of human proteins (UniProt,
reviewed), 3,000 of them that are no immunoglobulins or T-cell receptors are tried as well. Where
ANARCI is installed it is run beside us on the first chains, and the ratio is printed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from pathlib import Path

from tolerogen.antibodies import number_many, read_sequences
from tolerogen.antibodies.readers import read_text

SCHEMES = {"imgt": "", "kabat": "_kabat", "chothia": "_chothia", "martin": "_martin", "aho": "_aho"}
IMMUNE = re.compile(r"immunoglobulin|T.cell receptor|\bIg\b", re.IGNORECASE)


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=_shared())
    parser.add_argument("--human", type=Path)
    options = parser.parse_args()
    records = read_sequences(options.folder / "thera_chains.fa")
    calls = {}
    for scheme, suffix in SCHEMES.items():
        packed = (options.folder / f"thera_anarci2026{suffix}.json.gz").read_bytes()
        reference = json.loads(gzip.decompress(packed))
        calls[scheme] = _agreement(scheme, records, reference)
    print("same germline calls in every scheme:", len({tuple(c) for c in calls.values()}) == 1)
    _germline(records)
    _anarci(records)
    if options.human:
        _false_domains(options.human)


def _shared() -> Path:
    return Path(__file__).resolve().parents[2] / "shared" / "antibody" / "numbering"


def _agreement(scheme, records, reference):
    list(number_many(records[:10], scheme))  # load tables and models
    start = time.process_time()
    results = list(number_many(records, scheme))
    speed = len(records) / (time.process_time() - start)
    same = residues = total = 0
    disagreements = []
    for result in results:
        wanted = reference[result.id]
        ours = [(d.chain, list(d.positions)) for d in result.domains]
        equal = ours == [(chain, positions) for chain, _, _, positions in wanted]
        same += equal
        for (_, first, _, positions), domain in zip(wanted, result.domains, strict=False):
            theirs = dict(enumerate(positions, first))
            mine = enumerate(domain.positions, domain.start)
            residues += sum(theirs.get(i) == p for i, p in mine)
            total += len(positions)
        if not equal:
            disagreements.append((result, wanted))
    chains = len(results)
    print(f"{scheme}: {same}/{chains} chains ({same / chains:.2%}), {residues / total:.3%} of")
    print(f"  residues identical to ANARCI; {speed:,.0f} chains/s with all checks")
    for result, wanted in disagreements:
        (domain,), ((chain, first, _, positions),) = result.domains, wanted
        theirs = dict(enumerate(positions, first))
        other = [
            f"{theirs.get(i, 'none')}>{p}"
            for i, p in enumerate(domain.positions, domain.start)
            if theirs.get(i) != p
        ]
        kind = f"{chain} there, {domain.chain} here" if chain != domain.chain else ""
        print(f"    {result.id}: {kind} {' '.join(other[:6])} | {domain.status}")
    return [(d.v.gene, d.j.gene) for r in results for d in r.domains]


def _germline(records) -> None:
    try:
        from anarci.anarci import run_germline_assignment
    except ImportError:
        print("ANARCI is not installed: germline calls not compared")
        return
    same = with_ties = total = joining = 0
    for result in number_many(records):
        for domain in result.domains:
            cells = {(int(p), "m"): i for i, p in enumerate(domain.imgt) if p.isdigit()}
            states = list(cells.items())
            genes = run_germline_assignment(states, domain.residues, domain.chain, ["human"])
            theirs = genes["v_gene"][0][1].partition("*")[0]
            ours = domain.v.gene.partition("*")[0]
            total += 1
            same += theirs == ours
            with_ties += theirs in (ours, *domain.v.ties)
            joining += genes["j_gene"][0][1].split("*")[0] == domain.j.gene.split("*")[0]
    print(
        f"germline gene as ANARCI calls it (human): V {same / total:.2%}, J {joining / total:.2%}"
    )


def _anarci(records, chains: int = 200) -> None:
    try:
        from anarci import anarci as run
    except ImportError:
        print("ANARCI is not installed: no ratio")
        return
    few = [(r.id, r.sequence) for r in records[:chains]]
    start = time.perf_counter()
    run(few, scheme="imgt", assign_germline=True)
    theirs = time.perf_counter() - start
    start = time.perf_counter()
    list(number_many(records[:chains]))
    ours = time.perf_counter() - start
    print(f"ANARCI {chains / theirs:.0f} chains/s, here {chains / ours:.0f}: {theirs / ours:.0f} x")


def _false_domains(path: Path) -> None:
    lines = read_text(path).splitlines()
    headers = {line[1:].split()[0]: line for line in lines if line.startswith(">")}
    proteins = [r for r in read_sequences(path) if not IMMUNE.search(headers[r.id])]
    random.Random(1).shuffle(proteins)  # noqa: S311
    found = [r for r in number_many(proteins[:3000]) if r.domains]
    print(f"false domains in {len(proteins[:3000])} other human proteins: {len(found)}")
    for result in found:
        print("  ", headers[result.id].strip()[:90], [d.status for d in result.domains])


if __name__ == "__main__":
    main()
