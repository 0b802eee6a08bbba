"""Reads loop energies from a file of the layout that RNA folding programs exchange.

Its first line is ``## RNAfold parameter file v2.0``. Tolerogen ships no such file: bring one, for
instance that of ViennaRNA (``RNA.params_save("turner2004.par")`` in Python).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.oligos.structure.energies import LOOP, PAIRS, Energies, with_unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEAD = "## RNAfold parameter file v2.0"
DEFAULT = -50.0
"""What ``DEF`` stands for in such files."""
_MANY = len(PAIRS) + 1  # the last kind of pair in the file stands for none of ours
_SHAPES = {
    "stack": (_MANY, _MANY),
    **{
        f"mismatch_{kind}": (_MANY, 5, 5)
        for kind in ("hairpin", "internal", "internal_1n", "internal_23", "multi", "exterior")
    },
    "dangle5": (_MANY, 5),
    "dangle3": (_MANY, 5),
    "int11": (_MANY, _MANY, 5, 5),
    "int21": (_MANY, _MANY, 5, 5, 5),
    "int22": (len(PAIRS), len(PAIRS), 4, 4, 4, 4),
    "hairpin": (LOOP + 1,),
    "bulge": (LOOP + 1,),
    "internal": (LOOP + 1,),
    "ML_params": (6,),
    "NINIO": (3,),
    "Misc": (6,),
}
_OURS = {
    name: tuple(slice(len(PAIRS) if size == _MANY else None) for size in shape)
    for name, shape in _SHAPES.items()
}
"""The part of each table that is about our kinds of pair."""
_SPECIAL = {"Triloops": 5, "Tetraloops": 6, "Hexaloops": 8}


def read_energies(path: Path) -> Energies:
    """Read loop energies at 37 degrees C.

    Parameters
    ----------
    path
        A file that begins with ``## RNAfold parameter file v2.0``.

    Raises
    ------
    SpecError
        When it is no such file, lacks a table, or a table has another size; with its name.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: cannot be read: {error}") from None
    if not text.startswith(HEAD):
        raise SpecError(f"{path}: does not begin with '{HEAD}'")
    parts = _parts(re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL))
    tables = {name: _table(path, name, parts.get(name), shape) for name, shape in _SHAPES.items()}
    own = {name: table[_OURS[name]] for name, table in tables.items()}
    multi, asymmetry, other = own["ML_params"], own["NINIO"], own["Misc"]
    return Energies(
        **{k: own[k] for k in ("stack", "hairpin", "bulge", "internal", "dangle5", "dangle3")},
        int11=own["int11"],
        int21=own["int21"],
        int22=with_unknown(own["int22"]),
        **{
            f"mismatch_{k}": own[f"mismatch_{k}"]
            for k in ("hairpin", "internal", "multi", "exterior")
        },
        mismatch_1n=own["mismatch_internal_1n"],
        mismatch_23=own["mismatch_internal_23"],
        multi_base=float(multi[0]),
        multi_closing=float(multi[2]),
        multi_branch=float(multi[4]),
        asymmetry=float(asymmetry[0]),
        asymmetry_most=float(asymmetry[2]),
        weak_end=float(other[2]),
        beyond=float(other[4]),
        special=_special(path, parts),
        source=str(path),
    )


def _parts(text: str) -> dict[str, list[str]]:
    """Return the words of each section."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines()[1:]:
        if line.startswith("#"):
            name = line[1:].strip()
            found[name] = []
        elif name:
            found[name].extend(line.split())
    return found


def _table(
    path: Path, name: str, words: list[str] | None, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    if words is None:
        raise SpecError(f"{path}: has no table '{name}'")
    size = int(np.prod(shape))
    if len(words) != size:
        raise SpecError(f"{path}: table '{name}' has {len(words)} numbers, {size} are needed")
    try:
        values = [{"INF": np.inf, "DEF": DEFAULT}.get(w) or float(w) for w in words]
    except ValueError as error:
        raise SpecError(f"{path}: table '{name}': {error}") from None
    return np.array(values).reshape(shape)


def _special(path: Path, parts: dict[str, list[str]]) -> dict[str, float]:
    found = {}
    for name, length in _SPECIAL.items():
        words = parts.get(name, [])
        for loop, energy in zip(words[::3], words[1::3], strict=False):
            if len(loop) != length or set(loop) - set("ACGU"):
                raise SpecError(f"{path}: '{loop}' among the {name} is no loop of {length} bases")
            found[loop] = float(energy)
    return found
