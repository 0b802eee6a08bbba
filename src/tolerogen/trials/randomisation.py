"""Who gets which arm: permuted blocks within strata.

Within each stratum (a combination of the stratifying covariates) patients are allocated in
the order they were accepted, from blocks that hold every arm in exact proportion to its
share, each block shuffled. The allocation of a patient depends on the seed, the replicate,
the stratum and the place in it, and on nothing else: taking in more patients later changes
nobody's arm.

References
----------
JAMA Guide to Statistics and Methods, permuted block randomization and stratification
(jamaevidence.mhmedical.com, sectionid 233567426).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

STREAM = zlib.crc32(b"tolerogen.trials.randomisation")


def allocate(
    strata: Sequence[str], shares: Sequence[int], *, block: int, seed: int, replicate: int = 0
) -> np.ndarray:
    """Allocate patients to arms.

    Parameters
    ----------
    strata
        Stratum of each patient, in the order of acceptance; length n.
    shares
        Share of each arm, for example ``(2, 1)``.
    block
        Patients in a block: a multiple of ``sum(shares)``.
    seed, replicate
        Seed of the run, and which replicate of the trial.

    Returns
    -------
    numpy.ndarray
        Shape (n,): position of each patient's arm in `shares`.

    Examples
    --------
    >>> arms = allocate(["all"] * 12, (2, 1), block=6, seed=1)
    >>> [int((arms == arm).sum()) for arm in (0, 1)]
    [8, 4]
    """
    labels = np.asarray(strata, dtype=object)
    allocation = np.empty(len(labels), dtype=int)
    for stratum in dict.fromkeys(labels):
        places = np.flatnonzero(labels == stratum)
        sequence = _blocks(stratum, len(places), shares, block, seed, replicate)
        allocation[places] = sequence[: len(places)]
    return allocation


def stratum_labels(covariates: pd.DataFrame, strata: Sequence[str]) -> list[str]:
    """Name each patient's stratum from covariates, for example ``"prednisone=1"``.

    Parameters
    ----------
    covariates
        One row a patient; the columns in `strata` hold yes/no or categories.
    strata
        Names of the stratifying columns; empty puts everybody in one stratum.
    """
    if not strata:
        return ["all"] * len(covariates)
    columns = [covariates[name].astype(float).round(6) for name in strata]
    return [
        " ".join(f"{name}={value:g}" for name, value in zip(strata, row, strict=True))
        for row in zip(*columns, strict=True)
    ]


def _blocks(
    stratum: str, n: int, shares: Sequence[int], block: int, seed: int, replicate: int
) -> np.ndarray:
    key = (STREAM, replicate, zlib.crc32(str(stratum).encode()))
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
    one = np.repeat(np.arange(len(shares)), np.asarray(shares) * (block // sum(shares)))
    return np.concatenate([rng.permutation(one) for _ in range(-(-n // block))])
