"""Off-targets: every site of an oligo in a transcriptome, none left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.oligos.blocks import STEP, Block, Entries, blocks, entries
from tolerogen.oligos.letters import plain_sequence, reverse_complement
from tolerogen.oligos.postings import Postings, segments
from tolerogen.oligos.sites import Sites

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.oligos.index import TranscriptIndex

SHORTEST, LONGEST = 8, 31  # bases; a site with a bulge must fit one 64-bit word
MOST_MISMATCHES = 3
BATCH = {0: 4096, 1: 64}  # oligos looked up together, without and with a bulge
COLUMNS = 5  # oligo, start, length, mismatches, gu


@dataclass(frozen=True)
class Query:
    """Oligos of one length and sites of one size, ready to be compared.

    Attributes
    ----------
    numbers, targets
        Which oligos, and their sites, packed.
    length, size
        Bases of the oligos, and of the sites.
    limit
        Differences allowed, the bulge apart.
    entries
        What to look up, each with the first block of its phase.
    """

    numbers: NDArray[np.int64]
    targets: NDArray[np.uint64]
    length: int
    size: int
    limit: int
    entries: tuple[tuple[Entries, Block], ...]


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
    found += [_run(index, query, threads) for query in _queries(bare, max_mismatches, max_bulge)]
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


def _queries(oligos: Sequence[str], limit: int, bulge: int) -> Iterator[Query]:
    lengths = np.array([len(oligo) for oligo in oligos], np.int64)
    for length in sorted(set(lengths.tolist())):
        sizes = (length, length + 1, length - 1) if bulge else (length,)
        everyone = np.flatnonzero(lengths == length)
        for size in sizes:
            batch = BATCH[size != length]
            for low in range(0, everyone.size, batch):
                numbers = everyone[low : low + batch]
                yield _query(oligos, numbers, length, size, limit)


def _query(
    oligos: Sequence[str], numbers: NDArray[np.int64], length: int, size: int, limit: int
) -> Query:
    targets = _packed([reverse_complement(oligos[i]) for i in numbers.tolist()])
    made = []
    for phase in range(STEP):
        both = blocks(length, size, limit, phase)
        made += [(entries(targets, length, size, limit, block), both[0]) for block in both]
    return Query(numbers, targets, length, size, limit, tuple(made))


def _packed(sites: Sequence[str]) -> NDArray[np.uint64]:
    code = {"A": 0, "C": 1, "G": 2, "T": 3}
    return np.array(
        [sum(code[b] << (2 * i) for i, b in enumerate(site)) for site in sites], np.uint64
    )


def _run(index: TranscriptIndex, query: Query, threads: int) -> NDArray[np.int64]:
    def work(number: int) -> NDArray[np.int64]:
        return _segment(index, query, number)

    everything = range(segments(index.bases))
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(work, everything) if threads > 1 else map(work, everything))
    return np.concatenate([np.empty((0, COLUMNS + 1), np.int64), *parts])


def _segment(index: TranscriptIndex, query: Query, number: int) -> NDArray[np.int64]:
    """Look a query up in one segment, with more room when that runs out."""
    here, room = index.postings(number), 1 << 14
    while True:
        hits = np.empty((room, COLUMNS), np.int64)
        n = 0
        for made, first in query.entries:
            n = _look_up(index, here, query, made, first, hits, n)
            if n < 0:
                break
        if n >= 0:
            break
        room *= 4
    index.release(number)
    found = np.empty((n, COLUMNS + 1), np.int64)
    found[:, :COLUMNS] = hits[:n]
    found[:, 0] = query.numbers[hits[:n, 0]]
    found[:, COLUMNS] = int(query.size != query.length)
    return found


def _look_up(
    index: TranscriptIndex,
    here: Postings,
    query: Query,
    made: Entries,
    first: Block,
    hits: NDArray[np.int64],
    n: int,
) -> int:
    from tolerogen.oligos import postings_native as native

    block = made.block
    side = here.before if block.last else here.after
    counted = np.uint64(sum(3 << (2 * at) for at in range(first.first, first.end)))
    shared = (index.words, np.uint64(index.bases), here.offsets, side, here.places)
    looked = (made.keys, made.bounds, made.expected)
    left = (made.allowed, made.owners, np.uint16(made.mask), block.offset, query.length)
    if query.size == query.length:
        rest = (query.limit, query.targets, block.last, counted, first.budget, hits, n)
        return int(native.scan_places(*shared, *looked, *left, *rest))
    bulged = (query.size > query.length, query.limit, query.targets, hits, n)
    return int(native.scan_bulged_places(*shared, *looked, made.moved, *left, *bulged))


def _inside(index: TranscriptIndex, names: tuple[str, ...], found: NDArray[np.int64]) -> Sites:
    """Keep the sites that lie within one transcript and hold no ambiguous base, in order."""
    # One key sorts faster than three: an index has less than 2**32 bases, a site less than 64.
    key = (found[:, 0] << 38) | (found[:, 1] << 6) | found[:, 2]
    order = np.argsort(key, kind="stable")
    key = key[order]
    order = order[np.concatenate([[True], key[1:] != key[:-1]])[: key.size]]  # found by two blocks
    found = found[order]
    start, length = found[:, 1], found[:, 2]
    transcript = np.searchsorted(index.starts, start, side="right") - 1
    keep = start + length <= index.starts[transcript + 1]
    if index.runs.size:
        run = np.searchsorted(index.runs[:, 1], start, side="right")
        following = np.append(index.runs[:, 0], index.bases)[run]
        keep &= start + length <= following
    found, transcript = found[keep], transcript[keep]
    local = found[:, 1] - index.starts[transcript]
    return Sites(
        index, names, found[:, 0], transcript, local, found[:, 2], found[:, 3], found[:, 4],
        found[:, 5],
    )  # fmt: skip
