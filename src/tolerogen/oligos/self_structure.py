"""How an oligo pairs with a second copy of itself, and with itself.

Steps are those of DNA on DNA (Allawi and SantaLucia 1997); modified wings pair more firmly, so an
oligo that is close to sticking together here does so earlier in truth. Loops of hairpins are those
of RNA (Turner 2004, doi:10.1073/pnas.0401799101).
"""

from __future__ import annotations

import math

from tolerogen.oligos.chemistry import Oligo
from tolerogen.oligos.structure import MIN_HAIRPIN, rule_energies
from tolerogen.oligos.thermodynamics import BODY, table

_PAIRED = {"AT", "TA", "CG", "GC"}
TABLE = "dna_dna"
LEAST_STEM = 2  # pairs


def dimer_energy(oligo: Oligo) -> float:
    """Return the free energy (kcal/mol, at most 0) of the firmest run of pairs between two copies.

    Runs are without bulges or mismatches, at any offset of the two strands.

    Examples
    --------
    >>> from tolerogen.oligos import read_oligo
    >>> round(dimer_energy(read_oligo("GAATTC")), 1), dimer_energy(read_oligo("AAAAAA"))
    (-3.6, 0.0)
    """
    sequence = oligo.sequence
    other = sequence[::-1]
    n, best = len(sequence), 0.0
    for offset in range(1 - n, n):
        low, high = max(0, offset), min(n, n + offset)
        run = low
        for i in range(low, high + 1):
            if i == high or sequence[i] + other[i - offset] not in _PAIRED:
                if i - run >= LEAST_STEM:
                    best = min(best, _run(sequence[run:i]))
                run = i + 1
    return best


def hairpin_energy(oligo: Oligo) -> float:
    """Return the free energy (kcal/mol, at most 0) of the firmest hairpin with one unbroken stem.

    Examples
    --------
    >>> from tolerogen.oligos import read_oligo
    >>> hairpin_energy(read_oligo("GGGCCCTTTTTGGGCCC")) < -3
    True
    """
    sequence, best = oligo.sequence, 0.0
    n = len(sequence)
    for i in range(n):
        for j in range(i + MIN_HAIRPIN + 1, n):
            size = 0
            while (
                j - size - (i + size) > MIN_HAIRPIN
                and sequence[i + size] + sequence[j - size] in _PAIRED
            ):
                size += 1
                if size >= LEAST_STEM:
                    loop = j - i - 2 * size + 1
                    best = min(best, _steps(sequence[i : i + size]) + _loop(loop))
    return best


def _run(stem: str) -> float:
    """Return the energy of a helix of two strands, with the cost of beginning it."""
    rows = table(TABLE)
    begin = sum(
        _energy(rows["initAT" if end in "AT" else "initGC"]) for end in stem[:: len(stem) - 1]
    )
    return min(0.0, _steps(stem) + begin)


def _steps(stem: str) -> float:
    rows = table(TABLE)
    total = 0.0
    for i in range(len(stem) - 1):
        pair = stem[i : i + 2]
        other = pair.translate(str.maketrans("ACGT", "TGCA"))[::-1]
        total += _energy(rows[pair if pair in rows else other])
    return total


def _loop(size: int) -> float:
    by = rule_energies()
    last = by.hairpin.size - 1
    beyond = by.beyond * math.log(size / last) if size > last else 0.0
    return float(by.hairpin[min(size, last)] + beyond) / 100


def _energy(row: tuple[float, float]) -> float:
    return row[0] - BODY * row[1] / 1000
