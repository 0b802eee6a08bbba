"""How likely an off-target site is to matter: the share of genes that were measured to fall."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tolerogen.errors import SpecError

TABLE = Path(__file__).parent / "data" / "offtarget_share.csv"
LEVEL = 0.95


@dataclass(frozen=True)
class HitShare:
    """Share of expressed genes, 0 to 1, that fall by more than half.

    Attributes
    ----------
    share
        Of all genes at this distance, over the oligos measured.
    low, high
        The widest of the oligos' exact 95 % intervals: the spread between oligos is in it, as far
        as two oligos can tell.
    genes
        How many genes this rests on.
    """

    share: float
    low: float
    high: float
    genes: int


@cache
def hit_share(distance: int) -> HitShare:
    """Return how often a gene falls whose nearest site is at `distance` from a gapmer's complement.

    Parameters
    ----------
    distance
        Mismatches, G:U pairs and bulges together, 0 to 3.

    Raises
    ------
    SpecError
        For a distance that was not measured.

    Notes
    -----
    Two LNA gapmers in one cell line, at a dose that silences the target: it says what may happen,
    not what will. Falls that follow from the fall of other genes are counted in.

    Examples
    --------
    >>> round(hit_share(2).share, 2)
    0.44
    """
    from scipy.stats import beta

    with TABLE.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(line for line in handle if not line.startswith("#")))
    counts = [
        (int(r["affected"]), int(r["expressed"])) for r in rows if r["distance"] == str(distance)
    ]
    if not counts:
        raise SpecError(f"the share of genes hit is known for distances 0 to 3, not {distance}.")
    tail = (1 - LEVEL) / 2
    lows = [beta.ppf(tail, k, n - k + 1) for k, n in counts]
    highs = [beta.ppf(1 - tail, k + 1, n - k) if k < n else 1.0 for k, n in counts]
    total = sum(n for _, n in counts)
    share = sum(k for k, _ in counts) / total
    return HitShare(share, float(min(lows)), float(max(highs)), total)
