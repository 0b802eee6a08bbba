"""HELM, the notation in which registries keep oligos: out and in.

``RNA1{[dR](A)[sP].[LR](C)}$$$$V2.0``: sugar, base and linkage of each monomer. Symbols of cEt and
morpholino sugars are not in the public monomer library and are ours (`unsourced`).
"""

from __future__ import annotations

import re

from tolerogen.errors import SpecError
from tolerogen.oligos.chemistry import Oligo
from tolerogen.oligos.letters import plain_sequence

SUGAR = {"d": "[dR]", "r": "R", "m": "[mR]", "e": "[MOE]", "l": "[LR]", "k": "[cEt]", "p": "[mph]"}
LINKAGE = {"s": "[sP]", "o": "P"}
METHYL_C = "[m5C]"
URACIL_SUGARS = "rm"

_POLYMER = re.compile(r"RNA\d+\{(.+)\}\$\$\$\$(V2\.0)?")
_MONOMER = re.compile(r"(\[\w+\]|[A-Za-z])\((\[\w+\]|[A-Za-z])\)(\[\w+\]|P)?")


def to_helm(oligo: Oligo) -> str:
    """Write an oligo as HELM 2, without its conjugate.

    Examples
    --------
    >>> from tolerogen.oligos import read_oligo
    >>> to_helm(read_oligo("ACT", "ldr/so"))
    'RNA1{[LR](A)[sP].[dR](C)P.R(U)}$$$$V2.0'
    """
    monomers = []
    for base, sugar, link in zip(oligo.sequence, oligo.sugars, [*oligo.linkages, ""], strict=True):
        written = base
        if base == "C" and oligo.methyl_c:
            written = METHYL_C
        elif base == "T" and sugar in URACIL_SUGARS:
            written = "U"
        monomers.append(f"{SUGAR[sugar]}({written}){LINKAGE.get(link, '')}")
    return f"RNA1{{{'.'.join(monomers)}}}$$$$V2.0"


def from_helm(text: str) -> Oligo:
    """Read one strand of HELM.

    Raises
    ------
    SpecError
        For more than one polymer, connections, or a monomer that is not known here; also when only
        some of the cytosines are methylated.
    """
    polymer = _POLYMER.fullmatch(text.strip())
    if not polymer:
        raise SpecError(f"'{text}' is not one strand of HELM: RNA1{{...}}$$$$V2.0.")
    sugars, bases, links = [], [], []
    for part in polymer[1].split("."):
        monomer = _MONOMER.fullmatch(part)
        if not monomer:
            raise SpecError(f"'{text}': the monomer '{part}' cannot be read.")
        sugars.append(_letter(SUGAR, monomer[1], text))
        bases.append(monomer[2])
        links.append(_letter(LINKAGE, monomer[3], text) if monomer[3] else "")
    if links.pop() or not all(links):
        raise SpecError(f"'{text}': a linkage stands between any two monomers and nowhere else.")
    methyl = METHYL_C in bases
    if methyl and "C" in bases:
        raise SpecError(f"'{text}': all cytosines must be methylated, or none.")
    sequence = "".join("C" if base == METHYL_C else base for base in bases)
    plain = plain_sequence(sequence, f"HELM '{text}'", ambiguous=False)
    return Oligo(plain, "".join(sugars), "".join(links), methyl)


def _letter(symbols: dict[str, str], symbol: str, text: str) -> str:
    for letter, known in symbols.items():
        if symbol in (known, known.strip("[]")):
            return letter
    raise SpecError(f"'{text}': '{symbol}' is not known; known are {', '.join(symbols.values())}.")
