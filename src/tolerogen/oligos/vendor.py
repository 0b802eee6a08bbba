"""How an oligo is written on an order.

``idt``: ``/52MOErA/*/i2MOErC/*G*T...``: codes in slashes with their place, ``+`` before a locked
base, ``m`` and ``r`` before 2'-OMe and RNA, ``*`` for a phosphorothioate behind its base.
``bracket``: every modified base in brackets, ``[moeA]*[moeC]*G``, which any maker can read.
``helm``: HELM 2.
"""

from __future__ import annotations

from typing import Literal, get_args

from tolerogen.errors import SpecError, choices
from tolerogen.oligos.chemistry import SUGARS, Oligo
from tolerogen.oligos.helm import to_helm

Vendor = Literal["idt", "bracket", "helm"]
_IDT = {"d": "", "l": "+", "m": "m", "r": "r"}
_BRACKET = {"d": "", "e": "moe", "k": "cet", "l": "lna", "m": "ome", "r": "r", "p": "pmo"}
_URACIL = "mr"


def order_string(oligo: Oligo, vendor: Vendor = "idt") -> str:
    """Return an oligo as `vendor` wants it, 5' to 3', without its conjugate.

    Raises
    ------
    SpecError
        For a vendor that is not known, or a chemistry that it does not write.

    Examples
    --------
    >>> from tolerogen.oligos import read_oligo
    >>> order_string(read_oligo("ACGTACG", "edddldm/ssssoo"))
    '/52MOErA/*C*G*T*+ACmG'
    >>> order_string(read_oligo("ACG", "edk/ss"), "bracket")
    '[moeA]*C*[cetG]'
    """
    if vendor not in get_args(Vendor):
        raise SpecError(f"vendor '{vendor}': {choices(vendor, get_args(Vendor))}")
    if vendor == "helm":
        return to_helm(oligo)
    links = [("*" if link == "s" else "") for link in oligo.linkages] + [""]
    write = _idt if vendor == "idt" else _bracket
    return "".join(write(oligo, at) + link for at, link in enumerate(links))


def _idt(oligo: Oligo, at: int) -> str:
    base, sugar, last = oligo.sequence[at], oligo.sugars[at], len(oligo) - 1
    place = "5" if at == 0 else "3" if at == last else "i"
    if sugar == "e":
        return f"/{place}2MOEr{base}/"
    if sugar not in _IDT:
        raise SpecError(
            f"oligo '{oligo.sequence}': IDT has no code for {SUGARS[sugar]} (base {at + 1}). Order "
            "it where that chemistry is made, with --vendor bracket or helm."
        )
    if sugar == "d" and base == "C" and oligo.methyl_c:
        return f"/{place}Me-dC/"
    return _IDT[sugar] + ("U" if base == "T" and sugar in _URACIL else base)


def _bracket(oligo: Oligo, at: int) -> str:
    base, sugar = oligo.sequence[at], oligo.sugars[at]
    written = "U" if base == "T" and sugar in _URACIL else base
    written = f"5m{base}" if base == "C" and oligo.methyl_c else written
    named = f"{_BRACKET[sugar]}{written}"
    return named if named in "ACGT" else f"[{named}]"
