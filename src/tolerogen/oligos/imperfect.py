"""How firmly an oligo holds an RNA that is not its perfect complement.

Among all ways in which it can lie on the stretch, with mismatches, G:U pairs, bulges and loose
ends, the firmest is found by dynamic programming over pairs. Steps next to a mismatch of equal
bases (rA-dA, rC-dC, rG-dG, rU-dT) were measured on DNA with RNA; for the other mismatches their
mean stands in, and for G:U the values of RNA (both assumed). What a modified base adds to a duplex
is spread evenly over the modified bases, and lost with one that does not pair (assumed).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tolerogen.oligos.chemistry import Oligo
from tolerogen.oligos.letters import plain_sequence
from tolerogen.oligos.thermodynamics import BODY, PURE, calibration, duplex, stacks, table

TABLE = Path(__file__).parent / "data" / "mismatches.csv"
BULGE = (3.8, 2.8, 3.2, 3.6, 4.0, 4.4)
"""kcal/mol by bases from 1, Turner rules as tabulated by MELTING 5.2 (RNA; assumed for others)."""
TANDEM = 1.1  # two mismatches in a row, kcal/mol: the inner loop of four of RNA, unsourced
UNCERTAINTY = 1.0  # kcal/mol, standard error of a difference by one mismatch (assumed)
_COMPLEMENT = {"A": "T", "T": "A", "G": "C", "C": "G"}


@dataclass(frozen=True)
class Hold:
    """The firmest way in which an oligo lies on a stretch of RNA.

    Attributes
    ----------
    energy
        kcal/mol at 37 degrees C, on the scale of `duplex`; at most 0.
    pairs
        (position of the oligo, position of the stretch), both from 0 at the 5' end, of the bases
        that pair as Watson-Crick.
    """

    energy: float
    pairs: tuple[tuple[int, int], ...]


def hold(oligo: Oligo, stretch: str) -> Hold:
    """Return how an oligo holds a stretch of RNA, sense strand, 5' to 3'.

    Raises
    ------
    SpecError
        As `duplex`, and for a stretch that is empty or no sequence.

    Examples
    --------
    >>> from tolerogen.oligos import read_oligo
    >>> oligo = read_oligo("TGGCAAGCATCCTGTA", "lna 3-10-3")
    >>> perfect, other = (hold(oligo, s) for s in ("TACAGGATGCTTGCCA", "TACAGGATCCTTGCCA"))
    >>> round(other.energy - perfect.energy, 1)
    6.2
    """
    rna = plain_sequence(stretch, "stretch of RNA")[::-1]  # 3' to 5', as it lies under the oligo
    own, n, m = oligo.sequence, len(oligo), len(rna)
    start, bonus, name = _shares(oligo)
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {}
    for i in range(n):
        for j in range(m):
            if _COMPLEMENT[own[i]] != rna[j]:
                continue
            found: tuple[float, tuple[int, int] | None] = (start + bonus[i], None)
            for (a, b), step in _steps(own, rna, i, j, name):
                if (a, b) in best:
                    energy = best[a, b][0] + step + bonus[i]
                    found = min(found, (energy, (a, b)))
            best[i, j] = found
    if not best:
        return Hold(0.0, ())
    end = min(best, key=lambda pair: best[pair][0])
    energy, pairs = best[end][0], []
    at: tuple[int, int] | None = end
    while at is not None:
        pairs.append((at[0], m - 1 - at[1]))
        at = best[at][1]
    return Hold(energy, tuple(reversed(pairs))) if energy < 0 else Hold(0.0, ())


def _shares(oligo: Oligo) -> tuple[float, list[float], str]:
    """Return what beginning a duplex costs, what each base adds, and the table of steps."""
    name = (
        PURE[oligo.sugars[0]][0]
        if len(set(oligo.sugars)) == 1 and oligo.sugars[0] in PURE
        else ("dna_rna")
    )
    enthalpy, entropy = stacks(oligo.sequence, name)
    steps = sum(_pair_step(oligo.sequence[i : i + 2], name) for i in range(len(oligo) - 1))
    sulfur = oligo.linkages.count("s") * calibration()["linkage"]
    start = enthalpy - BODY * entropy / 1000 - steps + sulfur
    rest = duplex(oligo).energy - start - steps
    modified = [sugar != "d" for sugar in oligo.sugars]
    count = sum(modified) or len(oligo)
    return start, [rest / count if m or not any(modified) else 0.0 for m in modified], name


def _steps(own: str, rna: str, i: int, j: int, name: str) -> list[tuple[tuple[int, int], float]]:
    """List the pairs that may come before i, j, with the energy of the step between."""
    found = []
    if i and j:
        found.append(((i - 1, j - 1), _pair_step(own[i - 1 : i + 1], name)))
        across = _pair_step(own[i - 1] + own[i], name)
        for size, cost in enumerate(BULGE, start=1):
            kept = across if size == 1 else 0.0  # a single base lets the helix stack through
            found.append(((i - 1, j - 1 - size), cost + kept))
            if i - 1 - size >= 0:
                kept = _pair_step(own[i - 2] + own[i], name) if size == 1 else 0.0
                found.append(((i - 1 - size, j - 1), cost + kept))
    if i > 1 and j > 1:
        found.append(((i - 2, j - 2), _around(own[i - 2 : i + 1], rna[j - 2 : j + 1])))
    if i > 2 and j > 2:
        found.append(((i - 3, j - 3), TANDEM))
    return found


def _around(own: str, rna: str) -> float:
    """Return the two steps around a mismatch or G:U pair in the middle of three."""
    steps, mean = _mismatches()
    if {own[1], rna[1]} == {"G", "T"}:
        both = ("rna_rna",) * 2
    elif own[1] == rna[1]:
        both = ("dna_rna",) * 2
    else:
        return 2 * mean
    return sum(
        steps.get((kind, f"{own[k : k + 2]}/{rna[k : k + 2]}"), mean) for k, kind in enumerate(both)
    )


@cache
def _pair_step(pair: str, name: str) -> float:
    rows = table(name)
    other = pair.translate(str.maketrans("ACGT", "TGCA"))[::-1]
    enthalpy, entropy = rows[pair if pair in rows else other]
    return enthalpy - BODY * entropy / 1000


@cache
def _mismatches() -> tuple[dict[tuple[str, str], float], float]:
    """Return the energy of each step next to a mismatch, and the mean of the measured ones."""
    found: dict[tuple[str, str], float] = {}
    with TABLE.open(encoding="utf-8") as handle:
        for row in csv.DictReader(line for line in handle if not line.startswith("#")):
            energy = float(row["dH"]) - BODY * float(row["dS"]) / 1000
            found[row["table"], row["key"]] = energy
            if row["table"] == "rna_rna":  # a duplex of one kind reads the same from either strand
                top, bottom = row["key"].split("/")
                found["rna_rna", f"{bottom[::-1]}/{top[::-1]}"] = energy
    measured = [energy for (name, _), energy in found.items() if name == "dna_rna"]
    return found, sum(measured) / len(measured)
