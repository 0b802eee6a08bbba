"""Mass, isoelectric point, charge, absorbance, hydrophobicity of a sequence."""

from __future__ import annotations

from dataclasses import dataclass

# Average masses of residues (Da): IUPAC atomic weights, as in ExPASy FindMod.
MASSES = {
    "A": 71.0788, "R": 156.1875, "N": 114.1038, "D": 115.0886, "C": 103.1388, "E": 129.1155,
    "Q": 128.1307, "G": 57.0519, "H": 137.1411, "I": 113.1594, "L": 113.1594, "K": 128.1741,
    "M": 131.1926, "F": 147.1766, "P": 97.1167, "S": 87.0782, "T": 101.1051, "W": 186.2132,
    "Y": 163.1760, "V": 99.1326,
}  # fmt: skip
WATER = 18.0153
# Bjellqvist 1993 (doi:10.1002/elps.11501401163), without its special cases for end residues.
ACIDS = {"D": 4.05, "E": 4.45, "C": 9.0, "Y": 10.0}
BASES = {"K": 10.0, "R": 12.0, "H": 5.98}
END_AMINO, END_ACID = 7.5, 3.55
# Kyte & Doolittle 1982, doi:10.1016/0022-2836(82)90515-0.
HYDROPATHY = {
    "A": 1.8, "R": -4.5, "N": -3.5, "D": -3.5, "C": 2.5, "Q": -3.5, "E": -3.5, "G": -0.4,
    "H": -3.2, "I": 4.5, "L": 3.8, "K": -3.9, "M": 1.9, "F": 2.8, "P": -1.6, "S": -0.8,
    "T": -0.7, "W": -0.9, "Y": -1.3, "V": 4.2,
}  # fmt: skip
# 1/(M cm) at 280 nm, Pace 1995, doi:10.1002/pro.5560041120.
TRYPTOPHAN, TYROSINE, CYSTINE = 5500, 1490, 125


@dataclass(frozen=True)
class Properties:
    """What a sequence weighs, carries and absorbs.

    Attributes
    ----------
    mass
        Da, cysteines reduced, without glycans.
    pi
        Isoelectric point of the unfolded chain.
    charge
        Elementary charges at pH 7.4.
    extinction
        1/(M cm) at 280 nm, every pair of cysteines bonded.
    hydropathy
        Mean of Kyte and Doolittle's scale.
    """

    mass: float
    pi: float
    charge: float
    extinction: int
    hydropathy: float


def net_charge(sequence: str, ph: float = 7.4, ends: bool = True) -> float:
    """Return the net charge of an unfolded chain; `ends` False for a piece from its middle."""
    positive = sum(1 / (1 + 10 ** (ph - BASES[a])) for a in sequence if a in BASES)
    negative = sum(1 / (1 + 10 ** (ACIDS[a] - ph)) for a in sequence if a in ACIDS)
    if ends:
        positive += 1 / (1 + 10 ** (ph - END_AMINO))
        negative += 1 / (1 + 10 ** (END_ACID - ph))
    return positive - negative


def properties(sequence: str) -> Properties:
    """Compute the properties of a sequence of amino acids; unknown residues count for nothing.

    Examples
    --------
    >>> round(properties("GG").mass, 2)
    132.12
    """
    known = [letter for letter in sequence if letter in MASSES]
    pairs = sequence.count("C") // 2
    low, high = 0.0, 14.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (middle, high) if net_charge(sequence, middle) > 0 else (low, middle)
    return Properties(
        mass=sum(MASSES[a] for a in known) + WATER,
        pi=(low + high) / 2,
        charge=net_charge(sequence),
        extinction=TRYPTOPHAN * sequence.count("W")
        + TYROSINE * sequence.count("Y")
        + CYSTINE * pairs,
        hydropathy=sum(HYDROPATHY[a] for a in known) / max(len(known), 1),
    )
