"""How firmly an oligo holds its RNA: nearest-neighbour energies and melting temperature.

Pure types use the published table of their kind. Locked bases on RNA have no complete table; they
are described by the DNA on RNA table, a share of the published increments of locked bases on DNA,
and terms fitted to measured gapmers (`data/lna_calibration.csv`, made by
``benchmarks/oligo_fit_lna_tm.py``). 2'-MOE and 2'-OMe within DNA add a melting-point increment.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.oligos.chemistry import Oligo

R = 1.9872  # cal/(mol K)
KELVIN = 273.15
BODY = 310.15  # K
DATA = Path(__file__).parent / "data"

PURE = {"d": ("dna_rna", 1.0), "r": ("rna_rna", 1.0), "m": ("ome_rna", 0.1), "p": ("dna_rna", 1.0)}
# Degrees a modified base adds within DNA, phosphodiester: unsourced, the middle of what vendors
# and reviews give (0.9-2.0 for MOE, 0.9-1.5 for OMe); see docs.
INCREMENT = {"e": 1.4, "m": 1.2}
UNCERTAINTY = {
    "pure": 2.0,
    "calibrated": 3.0,
    "increment": 5.0,
}  # degrees; the first and last assumed
# What the fitted terms were fitted to: locked bases in the wings alone, a gap of DNA between them.
GAPMER = re.compile("L[LD]{0,4}D{6,}[LD]{0,4}L")


@dataclass(frozen=True)
class Buffer:
    """Strands and salt: total strand concentration (mol/L, both strands, equal) and sodium (mol/L).

    The defaults are those of the tables. They stand for the buffer of the measurements in which the
    terms of locked bases were fitted, too (assumed: it was not read from the paper).
    """

    strands: float = 2e-6
    sodium: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.strands < 1 or not 0.001 <= self.sodium <= 5:
            raise SpecError(
                "the buffer needs a strand concentration below 1 M and 0.001 to 5 M of sodium."
            )


@dataclass(frozen=True)
class Duplex:
    """An oligo on its RNA.

    Attributes
    ----------
    oligo
        The oligo.
    enthalpy, entropy
        kcal/mol and cal/(mol K).
    energy
        Free energy at 37 degrees C, kcal/mol.
    tm, uncertainty
        Melting temperature and its standard error, degrees C.
    method
        What the numbers rest on.
    strands, sodium
        The buffer they hold in, mol/L.
    """

    oligo: Oligo
    enthalpy: float
    entropy: float
    energy: float
    tm: float
    uncertainty: float
    method: str
    strands: float
    sodium: float


def duplex(oligo: Oligo, buffer: Buffer | None = None) -> Duplex:
    """Return the energies of an oligo on its perfectly complementary RNA.

    Raises
    ------
    SpecError
        For fewer than 6 bases, or a mixture of sugars without parameters.

    Examples
    --------
    >>> from tolerogen.oligos import read_oligo
    >>> round(duplex(read_oligo("GCCTCAGTCTGCTTCGCACC", "dna")).tm, 1)
    84.6
    """
    buffer = buffer or Buffer()
    if len(oligo) < 6:
        raise SpecError(f"oligo '{oligo.sequence}' is too short to melt as a duplex (6 at least).")
    kinds = set(oligo.sugars)
    if len(kinds) == 1 and kinds <= set(PURE):
        enthalpy, entropy, reference, method, sure = _pure(oligo)
    elif kinds <= set("dlkem"):
        enthalpy, entropy, reference, method, sure = _mixed(oligo, buffer)
    else:
        raise SpecError(
            f"oligo '{oligo.sequence}': there are no parameters for the mixture of sugars "
            f"'{oligo.sugars}'. RNA and morpholino are offered alone, DNA, LNA, cEt, MOE and OMe "
            "in any mixture."
        )
    if kinds != {"p"}:  # a morpholino carries no charge
        entropy = salted(entropy, len(oligo), reference, buffer.sodium)
    tm = melting_point(enthalpy, entropy, buffer.strands)
    energy = enthalpy - BODY * entropy / 1000
    return Duplex(
        oligo, enthalpy, entropy, energy, tm, sure, method, buffer.strands, buffer.sodium
    )  # fmt: skip


def melting_point(enthalpy: float, entropy: float, strands: float) -> float:
    """Return where half of two different strands in equal amounts are paired, degrees C.

    ``Tm = 1000 dH / (dS + R ln(C / 4))``, two states, dH in kcal/mol, dS in cal/(mol K), C in
    mol/L of both strands together.
    """
    return 1000 * enthalpy / (entropy + R * math.log(strands / 4)) - KELVIN


def salted(entropy: float, length: int, reference: float, sodium: float) -> float:
    """Move an entropy, cal/(mol K), from one sodium concentration (mol/L) to another.

    SantaLucia 1998 (doi:10.1073/pnas.95.4.1460): 0.368 for each phosphate and unit of ln [Na+],
    measured on DNA; for other duplexes assumed.
    """
    return entropy + 0.368 * (length - 1) * math.log(sodium / reference)


@cache
def table(name: str) -> dict[str, tuple[float, float]]:
    """Return one table of ``data/nearest_neighbours.csv``: key to (dH, dS).

    Keys are pairs of bases, ``init`` with the bases it is for, and ``end`` for a terminal A-U.
    """
    found = {}
    with (DATA / "nearest_neighbours.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(line for line in handle if not line.startswith("#")):
            if row["table"] == name:
                key = "init" + row["key"] if row["kind"] == "initiation" else row["key"]
                found[key] = (float(row["dH"]), float(row["dS"]))
    return found


@cache
def calibration() -> dict[str, float]:
    """Return the fitted terms of locked bases on RNA; kcal/mol at 37 degrees C unless a share."""
    with (DATA / "lna_calibration.csv").open(encoding="utf-8") as handle:
        rows = csv.DictReader(line for line in handle if not line.startswith("#"))
        return {row["term"]: float(row["value"]) for row in rows}


def stacks(sequence: str, name: str) -> tuple[float, float]:
    """Sum a table over a strand, ends and initiation included: dH, dS."""
    rows = table(name)
    ends = [sequence[0], sequence[-1]]
    keys = [sequence[i : i + 2] for i in range(len(sequence) - 1)]
    keys = [k if k in rows else _other_strand(k) for k in keys]
    if "init" in rows:
        keys.append("init")
        keys += ["end"] * sum(end in "AT" for end in ends) if "end" in rows else []
    else:
        keys += ["initAT" if end in "AT" else "initGC" for end in ends]
    return sum(rows[k][0] for k in keys), sum(rows[k][1] for k in keys)


def _other_strand(pair: str) -> str:
    return pair.translate(str.maketrans("ACGT", "TGCA"))[::-1]


def _pure(oligo: Oligo) -> tuple[float, float, float, str, float]:
    name, reference = PURE[oligo.sugars[0]]
    enthalpy, entropy = stacks(oligo.sequence, name)
    sulfur = oligo.linkages.count("s")
    entropy -= 1000 * sulfur * calibration()["linkage"] / BODY
    sure = UNCERTAINTY["increment" if oligo.sugars[0] == "p" or sulfur else "pure"]
    return enthalpy, entropy, reference, f"nearest neighbours ({name})", sure


def _mixed(oligo: Oligo, buffer: Buffer) -> tuple[float, float, float, str, float]:
    sequence = oligo.sequence
    locked = "".join("L" if s in "lk" else "D" for s in oligo.sugars)
    enthalpy, entropy = stacks(sequence, "dna_rna")
    energy = oligo.linkages.count("s") * calibration()["linkage"]
    method, sure = "DNA on RNA with increments", UNCERTAINTY["increment"]
    if "L" in locked:
        more_h, more_s, more_g = locked_terms(sequence, locked)
        enthalpy, entropy, energy = enthalpy + more_h, entropy + more_s, energy + more_g
        if not set(oligo.sugars) - set("dl"):
            method = "calibrated on LNA gapmers"
            sure = UNCERTAINTY["calibrated" if GAPMER.fullmatch(locked) else "increment"]
    entropy -= 1000 * energy / BODY
    shift = sum(INCREMENT.get(sugar, 0.0) for sugar in oligo.sugars)
    if shift:
        tm = melting_point(enthalpy, entropy, buffer.strands) + shift
        entropy = 1000 * enthalpy / (tm + KELVIN) - R * math.log(buffer.strands / 4)
    return enthalpy, entropy, 1.0, method, sure


def locked_terms(sequence: str, locked: str) -> tuple[float, float, float]:
    """Return what locked bases (``L`` in `locked`) add: dH, dS, and fitted dG37 (kcal/mol)."""
    fitted, dna, lna = calibration(), table("dna_dna_2004"), table("lna_dna")
    enthalpy = entropy = 0.0
    for i in range(len(sequence) - 1):
        if "L" in locked[i : i + 2]:
            pair = sequence[i : i + 2]
            key = "".join(b + "L" * (s == "L") for b, s in zip(pair, locked[i:], strict=False))
            plain = dna[pair if pair in dna else _other_strand(pair)]
            enthalpy += fitted["share"] * (lna[key][0] - plain[0])
            entropy += fitted["share"] * (lna[key][1] - plain[1])
    inner = locked[1:-1].count("L")
    pairs = sum(locked[i : i + 2] == "LL" for i in range(len(locked) - 1))
    ends = (sequence[0] in "AT") + (sequence[-1] in "AT")
    energy = fitted["inner"] * inner + fitted["pair"] * pairs + fitted["end"] * ends
    return enthalpy, entropy, energy
