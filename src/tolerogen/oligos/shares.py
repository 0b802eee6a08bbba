"""How likely an off-target site is to matter: the share of genes that were measured to fall."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tolerogen.errors import SpecError

TABLE = Path(__file__).parent / "data" / "offtarget_share.csv"
LEVEL = 0.95
ENOUGH = 20  # genes from which a share tells oligos apart


@dataclass(frozen=True)
class HitShare:
    """Share of expressed genes, 0 to 1, that fall by more than half.

    Attributes
    ----------
    share
        Of the genes at this distance, the middle of the oligos measured.
    low, high
        95 % interval for the share of another oligo: the oligos measured differ by more than
        chance, and that spread is in it, as far as two oligos can tell.
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
        Mismatches, G:U pairs and bulges together, 0 to 4.

    Raises
    ------
    SpecError
        For a distance that was not measured.

    Notes
    -----
    Two LNA gapmers in one cell line, at a dose that silences the target: it says what may happen,
    not what will. Falls that follow from the fall of other genes are counted in. Log-odds of the
    oligos are averaged with weights of their sampling variance and of the spread between oligos,
    which is taken to be the same at every distance (assumed).

    Examples
    --------
    >>> round(hit_share(2).share, 2)
    0.44
    """
    from scipy.stats import norm, t

    table = _counts()
    counts = table.get(distance)
    if not counts:
        raise SpecError(f"the share of genes hit is known for distances 0 to 4, not {distance}.")
    spread, pairs = _spread(table)
    odds = [_log_odds(k, n) for k, n in counts]
    weights = [1 / (spread**2 + variance) for _, variance in odds]
    middle = sum(w * o for w, (o, _) in zip(weights, odds, strict=True)) / sum(weights)
    upper = 1 - (1 - LEVEL) / 2
    # of the spread the few pairs are a poor estimate, of the counts the sampling is known
    reach = math.hypot(t.ppf(upper, pairs) * spread, norm.ppf(upper) / math.sqrt(sum(weights)))
    every = all(k == n for k, n in counts)
    return HitShare(
        1.0 if every else _share(middle),
        _share(middle - reach),
        1.0 if every else _share(middle + reach),
        sum(n for _, n in counts),
    )


@cache
def _counts() -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    with TABLE.open(encoding="utf-8") as handle:
        for r in csv.DictReader(line for line in handle if not line.startswith("#")):
            counts = int(r["affected"]), int(r["expressed"])
            found.setdefault(int(r["distance"]), []).append(counts)
    return found


def _spread(table: dict[int, list[tuple[int, int]]]) -> tuple[float, int]:
    """Return the standard deviation between oligos, in log-odds, and how many pairs told it."""
    squares = []
    for counts in table.values():
        odds = [_log_odds(k, n)[0] for k, n in counts if n >= ENOUGH]
        if len(odds) == 2:
            squares.append((odds[0] - odds[1]) ** 2 / 2)
    return math.sqrt(sum(squares) / len(squares)), len(squares)


def _log_odds(hit: int, of: int) -> tuple[float, float]:
    """Return log-odds and their variance, half a case added on each side (Haldane, Anscombe)."""
    yes, no = hit + 0.5, of - hit + 0.5
    return math.log(yes / no), 1 / yes + 1 / no


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
