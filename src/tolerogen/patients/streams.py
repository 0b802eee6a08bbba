"""Random numbers that belong to a patient, not to the order of a computation.

Each quantity (``"population/IgG_0"``, ``"assessor/articular"``) has its own stream, seeded by
the run's seed and the quantity's name. Patient `index` reads the number at the place `index`
of that stream; a second axis, the slot, holds the week or the visit. Reading is random access:
the generator is advanced to the place, so nothing depends on who else is computed.

Method: PCG64 DXSM (M. E. O'Neill, HMC-CS-2014-0905, as in NumPy) with its arbitrary jump;
uniform numbers become normal by the inverse distribution, one draw each. Slots lie an odd
number of draws apart because places a power of two apart are correlated in such generators.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Indices = NDArray[np.int64]

STRIDE = 10_000_000
"""Candidates of replicate `r` of a trial are numbered from ``r * STRIDE``."""

_SLOT = 1_099_511_627_791  # odd, above 2**40: more places than any replicate reaches
_PERIOD = 1 << 128


def uniforms(seed: int, quantity: str, indices: Indices, slots: Sequence[int] = (0,)) -> Array:
    """Return uniform numbers of some patients.

    Parameters
    ----------
    seed
        The run's seed.
    quantity
        Name of what the numbers are for; other names give independent numbers.
    indices
        Patient indices, shape (patients,), each from 0.
    slots
        Weeks, visits or the like, each from 0.

    Returns
    -------
    ndarray
        In the open interval (0, 1), shape (patients, slots).

    Examples
    --------
    >>> few = uniforms(1, "age", np.array([17]))
    >>> many = uniforms(1, "age", np.arange(100))
    >>> bool(few[0, 0] == many[17, 0])
    True
    """
    bits = np.random.PCG64DXSM(np.random.SeedSequence(seed, spawn_key=(crc32(quantity.encode()),)))
    numbers = np.empty((len(indices), len(slots)))
    place = 0
    for first, members in _blocks(indices):
        offsets = indices[members] - first
        reach = int(offsets.max()) + 1
        for column, slot in enumerate(slots):
            wanted = slot * _SLOT + first
            bits.advance((wanted - place) % _PERIOD)
            raw = bits.random_raw(reach)
            place = wanted + reach
            numbers[members, column] = ((raw[offsets] >> np.uint64(11)) + 0.5) * 2.0**-53
    return numbers


def normals(seed: int, quantity: str, indices: Indices, slots: Sequence[int] = (0,)) -> Array:
    """Return standard normal numbers of some patients; as `uniforms`, shape (patients, slots)."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms(seed, quantity, indices, slots)))


def _blocks(indices: Indices) -> list[tuple[int, NDArray[np.intp]]]:
    """Split indices into the replicates they belong to: (first index, positions)."""
    if len(indices) == 0:
        return []
    lowest, highest = int(indices.min()), int(indices.max())
    if lowest // STRIDE == highest // STRIDE:
        return [(lowest, np.arange(len(indices)))]
    replicate = indices // STRIDE
    members = [np.flatnonzero(replicate == one) for one in np.unique(replicate)]
    return [(int(indices[some].min()), some) for some in members]
