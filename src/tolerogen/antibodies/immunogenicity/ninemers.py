"""Which 9-mers people's own antibodies carry.

A Bloom filter of the 9-mers that at least a tenth of the subjects of the Observed Antibody Space
have (OASis, Prihoda 2022) and that bind one of our HLA-DR alleles: the others are never asked for.
Of 9-mers that are not in it, under 1 in 100 passes for human.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

HASHES = 7
BITS = 12_582_912
"""Fitted: ten bits for each 9-mer, 1.5 MB."""


def places(peptides: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Return the bits that stand for each 9-mer of `windows`, `HASHES` a row."""
    import numpy as np

    key = (np.maximum(peptides, 0) @ 20 ** np.arange(9)).astype(np.uint64)
    with np.errstate(over="ignore"):
        first = _mixed(key)
        second = _mixed(first) | np.uint64(1)
        steps = np.arange(HASHES, dtype=np.uint64)
        return (first[:, None] + steps * second[:, None]) % np.uint64(BITS)


def _mixed(key: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    # The finaliser of SplitMix64 (Steele 2014, doi:10.1145/2714064.2660195).
    import numpy as np

    mixed = key + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


@cache
def _filter() -> npt.NDArray[np.uint8]:
    import numpy as np

    data = files("tolerogen.antibodies").joinpath("data/human_ninemers.bloom").read_bytes()
    return np.frombuffer(data, dtype=np.uint8)


def carried_by_people(peptides: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say of each 9-mer of `windows` that binds HLA-DR whether people's own antibodies carry it."""
    import numpy as np

    at = places(peptides)
    bits = _filter()[at >> np.uint64(3)] >> (at & np.uint64(7)).astype(np.uint8) & np.uint8(1)
    found: npt.NDArray[np.bool_] = bits.all(axis=1)
    return found
