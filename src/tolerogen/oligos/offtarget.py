"""Off-targets: every site of an oligo in a transcriptome, none left out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.oligos.letters import plain_sequence, reverse_complement
from tolerogen.oligos.seeds import LONGEST_SEED, SeedTable, seed_table
from tolerogen.oligos.sites import Sites

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.oligos.index import TranscriptIndex

SHORTEST, LONGEST = 8, 31  # bases; a site with a bulge must fit one 64-bit word
MOST_MISMATCHES = 3
CHUNK = 1 << 17  # words of 32 bases scanned between two looks at the room left
COLUMNS = 5  # oligo, start, length, mismatches, gu

Found = tuple["NDArray[np.int64]", ...]


@dataclass(frozen=True)
class Query:
    """Oligos of one length, ready to be compared."""

    numbers: NDArray[np.int64]
    length: int
    table: SeedTable


def find_sites(
    index: TranscriptIndex,
    oligos: Sequence[str],
    *,
    max_mismatches: int = 3,
    max_bulge: int = 0,
    names: Sequence[str] | None = None,
    threads: int = 1,
) -> Sites:
    """Find all sites of `oligos` on the sense strand of every transcript.

    Parameters
    ----------
    index
        The transcriptome.
    oligos
        Sequences 5' to 3', 8 to 31 bases, bare of chemistry.
    max_mismatches
        Positions that may fail to pair as Watson-Crick, 0 to 3; a G:U pair is one of them and is
        counted on its own.
    max_bulge
        1 to let one nucleotide, of the oligo or of the target, bulge out between two paired ones,
        in addition.
    names
        What to call the oligos; their sequences unless given.
    threads
        Threads to scan with; the result does not depend on it.

    Returns
    -------
    Sites
        One entry for each start and site length, with its best alignment: fewest mismatches and
        G:U pairs together, then fewest mismatches. Sites never cross the end of a transcript and
        never hold an ambiguous base.

    Raises
    ------
    SpecError
        For a sequence of another length or with other letters, or limits out of range.
    """
    bare = [plain_sequence(o, f"oligo '{o}'", ambiguous=False) for o in oligos]
    _check(bare, max_mismatches, max_bulge)
    found = [np.empty((0, COLUMNS + 1), np.int64)]
    for allowed in range(max_bulge + 1):
        queries = _queries(bare, max_mismatches, allowed)
        found += [_run(index, query, max_mismatches, allowed, threads) for query in queries]
    return _inside(index, tuple(names or oligos), np.concatenate(found))


def _check(oligos: Sequence[str], mismatches: int, bulge: int) -> None:
    for oligo in oligos:
        if not SHORTEST <= len(oligo) <= LONGEST:
            raise SpecError(
                f"oligo '{oligo}' has {len(oligo)} bases; off-targets are searched for "
                f"{SHORTEST} to {LONGEST}."
            )
    if not 0 <= mismatches <= MOST_MISMATCHES:
        raise SpecError(f"mismatches must be 0 to {MOST_MISMATCHES}, not {mismatches}.")
    if bulge not in (0, 1):
        raise SpecError(f"bulge must be 0 or 1, not {bulge}.")


def _queries(oligos: Sequence[str], mismatches: int, bulge: int) -> list[Query]:
    sizes = np.array([len(oligo) for oligo in oligos], np.int64)
    half = mismatches // 2
    budgets = (mismatches, mismatches) if bulge else (half, mismatches - half - 1)
    queries = []
    for length in sorted(set(sizes.tolist())):
        numbers = np.flatnonzero(sizes == length)
        sites = [reverse_complement(oligos[i]) for i in numbers.tolist()]
        seed = min((length - bulge) // 2, LONGEST_SEED)
        queries.append(Query(numbers, length, seed_table(_packed(sites), length, seed, budgets)))
    return queries


def _packed(sites: Sequence[str]) -> NDArray[np.uint64]:
    code = {"A": 0, "C": 1, "G": 2, "T": 3}
    return np.array(
        [sum(code[b] << (2 * i) for i, b in enumerate(site)) for site in sites], np.uint64
    )


def _run(
    index: TranscriptIndex, query: Query, mismatches: int, bulge: int, threads: int
) -> NDArray[np.int64]:
    firsts = range(0, index.words.size - 1, CHUNK)
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda first: _chunk(index, query, mismatches, bulge, first), firsts))
    return np.concatenate([np.empty((0, COLUMNS + 1), np.int64), *parts])


def _chunk(
    index: TranscriptIndex, query: Query, mismatches: int, bulge: int, first: int
) -> NDArray[np.int64]:
    from tolerogen.oligos import native

    scan = native.scan_bulged if bulge else native.scan_ungapped
    table, room = query.table, 1 << 16
    last = min(first + CHUNK, index.words.size - 1)
    while True:
        hits = np.empty((room, COLUMNS), np.int64)
        n = scan(
            index.words, first, last, np.uint64(index.bases), query.length, table.seed,
            table.budget, mismatches, table.bitmap, table.ranks, table.offsets, table.targets,
            table.owners, table.backs, hits,
        )  # fmt: skip
        if n >= 0:
            break
        room *= 4
    found = np.empty((n, COLUMNS + 1), np.int64)
    found[:, :COLUMNS] = hits[:n]
    found[:, 0] = query.numbers[hits[:n, 0]]
    found[:, COLUMNS] = bulge
    return found


def _inside(index: TranscriptIndex, names: tuple[str, ...], found: NDArray[np.int64]) -> Sites:
    """Keep the sites that lie within one transcript and hold no ambiguous base, in order."""
    start, length = found[:, 1], found[:, 2]
    transcript = np.searchsorted(index.starts, start, side="right") - 1
    keep = start + length <= index.starts[transcript + 1]
    if index.runs.size:
        run = np.searchsorted(index.runs[:, 1], start, side="right")
        following = np.append(index.runs[:, 0], index.bases)[run]
        keep &= start + length <= following
    found, transcript = found[keep], transcript[keep]
    # One key sorts faster than three: an index has less than 2**32 bases, a site less than 64.
    order = np.argsort((found[:, 0] << 38) | (found[:, 1] << 6) | found[:, 2], kind="stable")
    found, transcript = found[order], transcript[order]
    local = found[:, 1] - index.starts[transcript]
    return Sites(
        index, names, found[:, 0], transcript, local, found[:, 2], found[:, 3], found[:, 4],
        found[:, 5],
    )  # fmt: skip
