"""Build the two data files of `tolerogen.antibodies.immunogenicity` from their sources.

    python benchmarks/antibody_build_epitopes.py EPYTOPE PROMB

EPYTOPE and PROMB are the unpacked wheels of epytope 4.0.1 (BSD-3-Clause), whose TEPITOPEpan
matrices are taken, and of promb 1.0.2 (MIT), with human proteins (Swiss-Prot, CC BY 4.0) for the
thresholds and the 9-mers of OASis. Writes ``hla_dr_binding.csv`` and ``human_ninemers.bloom``.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np

from tolerogen.antibodies.immunogenicity import matrices as grooves
from tolerogen.antibodies.immunogenicity.ninemers import BITS, places
from tolerogen.antibodies.records import AMINO_ACIDS

ALLELES = ("0101", "0301", "0401", "0701", "0801", "1101", "1301", "1501")
DATA = Path(grooves.__file__).parents[1] / "data"
HEAD = """\
# TEPITOPEpan (Zhang 2012, doi:10.1371/journal.pone.0030483, CC BY), as carried by epytope 4.0.1
# (BSD-3-Clause, Copyright (c) 2020 B. Schuber, M. Walzer, P. Brachvogel, A. Szolek, C. Mohr and
# O. Kohlbacher). Cysteine is not in the matrices: 0, and no anchor. `threshold`: the 90th
# percentile of 9-mers from human proteins (Swiss-Prot, CC BY 4.0; derived).
"""
LEAST = -999.0


def main() -> None:
    """Write both files."""
    epytope, promb = Path(sys.argv[1]), Path(sys.argv[2])
    write_matrices(epytope, promb)
    write_ninemers(promb)


def write_matrices(epytope, promb):
    """Write the scores with a threshold for each allele."""
    folder = epytope / "epytope" / "Data" / "pssms" / "tepitopepan" / "mat"
    tables = np.array([read_matrix(folder, allele) for allele in ALLELES])
    sample = background(promb / "promb" / "resources" / "uniprot_sprot_human.fasta.gz")
    scored = tables[:, np.arange(9), sample].sum(axis=2)
    lines = ["allele,position,threshold," + ",".join(AMINO_ACIDS)]
    for allele, table, values in zip(ALLELES, tables, scored, strict=True):
        threshold = f"{np.percentile(values, 90):.4f}"
        for place, row in enumerate(table, 1):
            numbers = ",".join(f"{value:g}" for value in row)
            lines.append(f"DRB1*{allele[:2]}:{allele[2:]},{place},{threshold},{numbers}")
    (DATA / "hla_dr_binding.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def read_matrix(folder, allele):
    """Return the scores of an allele, 9 positions by 20 amino acids."""
    named = {}
    exec((folder / f"DRB1_{allele}_9.py").read_text(encoding="utf-8"), named)  # noqa: S102
    table = named[f"DRB1_{allele}_9"]
    return [
        [table[place].get(a, 0.0 if place else LEAST) for a in AMINO_ACIDS] for place in range(9)
    ]


def background(path, most=200_000):
    """Return a sample of human 9-mers, evenly taken over the proteins."""
    proteins = gzip.decompress(path.read_bytes()).decode().split(">")[1:]
    pieces = [grooves.windows("".join(one.splitlines()[1:]))[::101] for one in proteins]
    sample = np.concatenate(pieces)
    sample = sample[(sample >= 0).all(axis=1)]
    return sample[:: max(1, len(sample) // most)]


def write_ninemers(promb):
    """Write the filter of human 9-mers that bind."""
    path = promb / "promb" / "resources" / "OASis_9mers_v1_10perc_subjects.txt.gz"
    raw = np.frombuffer(gzip.decompress(path.read_bytes()), dtype=np.uint8)
    lines = raw.reshape(-1, 10)[:, :9]
    bits = np.zeros(BITS // 8, dtype=np.uint8)
    kept = 0
    for first in range(0, len(lines), 200_000):
        peptides = grooves.encoded(lines[first : first + 200_000].tobytes().decode()).reshape(-1, 9)
        bound = peptides[grooves.binders(peptides).any(axis=0)]
        kept += len(bound)
        at = places(bound).ravel()
        np.bitwise_or.at(
            bits, at >> np.uint64(3), np.uint8(1) << (at & np.uint64(7)).astype(np.uint8)
        )
    filled = np.unpackbits(bits).mean()
    (DATA / "human_ninemers.bloom").write_bytes(bits.tobytes())
    print(
        f"{kept:,} of {len(lines):,} 9-mers bind; {filled:.1%} of bits set, {filled**7:.2%} false"
    )


if __name__ == "__main__":
    main()
