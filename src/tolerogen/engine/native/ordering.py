"""In which order to eliminate: few fill-ins, decided once per model.

Diagonal pivots suffice: ``1/(gamma h) - J`` is diagonally dominated by the step. The order is
Markowitz's (Management Science 3:255, 1957, doi:10.1287/mnsc.3.3.255): at each turn the pivot
whose row and column have the fewest other entries; up to `WEIGHED` states, first of all the one
that fills in least.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Entry = tuple[int, int]

WEIGHED = 100
"""States up to which the fill-in of every possible pivot is counted at every turn."""


@dataclass(frozen=True)
class Factors:
    """Pattern of the factors L and U in elimination order.

    Attributes
    ----------
    order
        States in the order of elimination.
    rows
        Columns of each row of L + U, in positions of `order`, ascending.
    """

    order: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries of L + U, row by row."""
        return tuple((i, j) for i, row in enumerate(self.rows) for j in row)


def factors(size: int, pattern: Iterable[Entry]) -> Factors:
    """Choose the order and work out the fill-in.

    Parameters
    ----------
    size
        Number of states.
    pattern
        Non-zero (row, column) of the Jacobian.
    """
    rows = [{i} for i in range(size)]
    columns = [{i} for i in range(size)]
    for i, j in pattern:
        rows[i].add(j)
        columns[j].add(i)
    filled = [set(row) for row in rows]
    order: list[int] = []
    left = set(range(size))
    while left:
        pivot = min(left, key=lambda k: _cost(k, rows, columns, size <= WEIGHED))
        order.append(pivot)
        left.discard(pivot)
        below, right = columns[pivot] - {pivot}, rows[pivot] - {pivot}
        for i in below:
            rows[i].discard(pivot)
            new = right - rows[i]
            rows[i] |= new
            filled[i] |= new
            for j in new:
                columns[j].add(i)
        for j in right:
            columns[j].discard(pivot)
    place = {state: at for at, state in enumerate(order)}
    return Factors(tuple(order), tuple(tuple(sorted(place[j] for j in filled[i])) for i in order))


def _cost(k: int, rows: list[set[int]], columns: list[set[int]], weigh: bool) -> tuple[int, ...]:
    """Return what eliminating state k costs: fill-in, multiplications, and its number for ties."""
    below, right = columns[k] - {k}, rows[k] - {k}
    fill = sum(len(right - rows[i]) for i in below) if weigh else 0
    return fill, len(below) * len(right), k
