"""The index of a transcriptome: two bits a base, and its places sorted by what starts there.

Written once, mapped into memory after that: four bytes a base. An index that was built and not
written holds the bases only, and each search sorts them anew. The file says which version of the
format it is and which FASTA it was made from.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from tolerogen.errors import OutputError, SpecError
from tolerogen.oligos.blocks import KEYS
from tolerogen.oligos.fasta import gene_of
from tolerogen.oligos.letters import AMBIGUOUS, PROTEIN_ONLY
from tolerogen.oligos.mapped_places import MappedPlaces
from tolerogen.oligos.postings import (
    SEGMENT,
    SPARE,
    Postings,
    make_room,
    places,
    segments,
    sort_segment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MAGIC = b"TOLEROGEN OLIGO INDEX\n"
VERSION = 2
ALIGN = 64
MOST_BASES = (1 << 32) - 128  # positions are 32 bits in the search, with room for one site
PARTS = ("words", "starts", "runs", "headers", "offsets", "after", "before", "places")
KINDS = {"words": "<u8", "starts": "<i8", "runs": "<i8", "headers": "u1"}
SORTED = {"offsets": "<u4", "after": "<u2", "before": "<u2", "places": "<u4"}


@dataclass(frozen=True)
class TranscriptIndex:
    """A packed transcriptome.

    Attributes
    ----------
    words
        Bases, 32 a word, one spare word at the end; dtype uint64.
    starts
        First base of each transcript, and the total number of bases last; int64.
    runs
        Ambiguous stretches, one row (first base, one past the last) each; int64.
    headers
        FASTA headers, one a transcript.
    source
        Hash of names and bases.
    sorted_places
        The places of all segments, mapped from the file; None when it was not written.
    """

    words: NDArray[np.uint64]
    starts: NDArray[np.int64]
    runs: NDArray[np.int64]
    headers: tuple[str, ...]
    source: str
    sorted_places: MappedPlaces | None = field(default=None, repr=False, compare=False)

    def postings(self, number: int) -> Postings:
        """Return the sorted places of one segment."""
        if self.sorted_places is not None:
            return self.sorted_places.segment(number)
        return sort_segment(self.words, self.bases, number, make_room(self.bases))

    def release(self, number: int) -> None:
        """Tell that a segment is not needed for now."""
        if self.sorted_places is not None:
            self.sorted_places.release(number)

    @property
    def bases(self) -> int:
        """Number of bases."""
        return int(self.starts[-1])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """First word of each header."""
        return tuple(header.split(None, 1)[0] for header in self.headers)

    @cached_property
    def genes(self) -> tuple[str, ...]:
        """Gene of each transcript, as its header names it."""
        return tuple(gene_of(header) for header in self.headers)

    @cached_property
    def junctions(self) -> tuple[NDArray[np.int64] | None, ...]:
        """Exon junctions of each transcript, as its header names them; None where it does not."""
        from tolerogen.oligos.transcriptome import junctions_of

        return tuple(junctions_of(header) for header in self.headers)

    @cached_property
    def kinds(self) -> tuple[str | None, ...]:
        """``mRNA`` or ``pre-mRNA`` of each transcript, where its header says so."""
        from tolerogen.oligos.transcriptome import kind_of

        return tuple(kind_of(header) for header in self.headers)

    @cached_property
    def tells_junctions(self) -> bool:
        """Whether any header names junctions."""
        return any(one is not None for one in self.junctions)

    def bases_at(self, first: NDArray[np.int64], length: NDArray[np.int64]) -> list[str]:
        """Decode stretches of at most 32 bases that start at `first`, counted over the whole."""
        if not first.size:
            return []
        word, shift = first >> 5, ((first & 31) * 2).astype(np.uint64)
        one, last = np.uint64(1), np.uint64(63)
        bases = (self.words[word] >> shift) | ((self.words[word + 1] << one) << (last - shift))
        width = int(length.max())
        codes = (bases[:, None] >> np.arange(0, 2 * width, 2, dtype=np.uint64)) & np.uint64(3)
        letters = np.frombuffer(b"ACGT", np.uint8)[codes.astype(np.uint8)]
        text = letters.view(f"S{width}").ravel().astype(str).tolist()
        return [base[:n] for base, n in zip(text, length.tolist(), strict=True)]


def build_index(fasta: Path) -> TranscriptIndex:
    """Pack a FASTA file of transcripts or chromosomes.

    Raises
    ------
    SpecError
        When the file is missing or empty, is not FASTA, holds letters that are no bases, or uses
        a name twice.
    """
    from tolerogen.oligos.native import pack

    raw = np.frombuffer(held := _mapped(fasta), np.uint8)
    words = np.zeros(raw.size // 32 + 2, np.uint64)
    starts, headers, runs = [0], list[str](), [np.empty((0, 2), np.int64)]
    codes, lows, highs = _codes(), np.empty(1024, np.int64), np.empty(1024, np.int64)
    for header, first, end in _spans(held, fasta):
        while True:
            base, found, wrong = pack(raw[first:end], codes, starts[-1], words, lows, highs)
            if found <= len(lows):
                break
            # pack only sets bits, so packing a record again is harmless
            lows, highs = np.empty(found, np.int64), np.empty(found, np.int64)
        if wrong >= 0:
            raise SpecError(_illegal(fasta, header, raw[first:end], wrong))
        headers.append(header)
        starts.append(base)
        if found:
            runs.append(np.stack([lows[:found], highs[:found]], axis=1))
    _unique(headers, fasta)
    if starts[-1] > MOST_BASES:
        raise SpecError(f"{fasta} has {starts[-1]} bases; an index holds {MOST_BASES} at most.")
    words = words[: starts[-1] // 32 + 2]
    name = hashlib.sha256("\n".join(headers).encode())
    name.update(words.data)
    return TranscriptIndex(
        words, np.array(starts), np.concatenate(runs), tuple(headers), name.hexdigest()[:16]
    )


def save_index(index: TranscriptIndex, path: Path) -> None:
    """Write an index to one file; nothing is left behind when that fails.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    parts: dict[str, NDArray[Any]] = {
        "words": index.words,
        "starts": index.starts,
        "runs": index.runs,
        "headers": np.frombuffer("\n".join(index.headers).encode(), np.uint8),
    }
    count = places(index.bases)
    sizes = [part.size for part in parts.values()]
    sizes += [segments(index.bases) * (KEYS + 1), count + SPARE, count + SPARE, count]
    head = {"version": VERSION, "source": index.source, "sizes": sizes}
    text = json.dumps(head).encode()
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as out:
            out.write(MAGIC + len(text).to_bytes(8, "little") + text)
            for content in parts.values():
                out.write(b"\0" * (-out.tell() % ALIGN))
                out.write(np.ascontiguousarray(content).data)
            _write_places(index, out, sizes[len(parts) :])
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"the index cannot be written to {path}: {error.strerror}.") from None


def _write_places(index: TranscriptIndex, out: BinaryIO, sizes: list[int]) -> None:
    """Sort segment by segment and write each part of it where it belongs."""
    at, where = out.tell(), []
    for kind, size in zip(SORTED.values(), sizes, strict=True):
        at += -at % ALIGN
        where.append(at)
        at += size * np.dtype(kind).itemsize
    room = make_room(index.bases)
    for number in range(segments(index.bases)):
        made = sort_segment(index.words, index.bases, number, room)
        first = number * SEGMENT
        firsts = (number * (KEYS + 1), first, first, first)
        contents: tuple[NDArray[Any], ...] = (made.offsets, made.after, made.before, made.places)
        for start, begin, content in zip(where, firsts, contents, strict=True):
            out.seek(start + begin * content.itemsize)
            out.write(content.data)
    out.truncate(at)


def open_index(path: Path) -> TranscriptIndex:
    """Map an index into memory.

    Raises
    ------
    SpecError
        When the file is missing, is no index, is of another version, or is cut short.
    """
    raw = np.frombuffer(held := _mapped(path), np.uint8)
    if raw[: len(MAGIC)].tobytes() != MAGIC:
        raise SpecError(
            f"{path} is not an index. Make one with 'tolerogen oligo index FASTA --out FILE'."
        )
    at = len(MAGIC)
    size = int.from_bytes(raw[at : at + 8].tobytes(), "little")
    at += 8
    head: dict[str, Any] = json.loads(raw[at : at + size].tobytes())
    if head["version"] != VERSION:
        raise SpecError(
            f"{path} is an index of version {head['version']}, this is version {VERSION}. Make it "
            "anew with 'tolerogen oligo index FASTA'; that takes seconds."
        )
    at += size
    found, begins = {}, {}
    for name, count in zip(PARTS, head["sizes"], strict=True):
        kind = np.dtype({**KINDS, **SORTED}[name])
        at += -at % ALIGN
        end = at + count * kind.itemsize
        if end > raw.size:
            raise SpecError(f"{path} is cut short; make the index anew from its FASTA.")
        found[name], begins[name] = raw[at:end].view(kind), at
        at = end
    _consistent(found, path)
    headers = tuple(found["headers"].tobytes().decode().split("\n"))
    return TranscriptIndex(
        found["words"],
        found["starts"],
        found["runs"].reshape(-1, 2),
        headers,
        head["source"],
        MappedPlaces(
            held, begins, Postings(*(found[name] for name in SORTED)), int(found["starts"][-1])
        ),
    )


def _consistent(found: dict[str, NDArray[Any]], path: Path) -> None:
    """Refuse parts that do not belong together: kernels read them without a check."""
    bases = int(found["starts"][-1]) if found["starts"].size else -1
    count = places(bases) if bases >= 0 else 0
    sizes = [segments(bases) * (KEYS + 1), count + SPARE, count + SPARE, count]
    if [found[name].size for name in SORTED] != sizes or found["words"].size < bases // 32 + 2:
        raise SpecError(f"{path} is damaged; make the index anew from its FASTA.")


def _mapped(path: Path) -> mmap.mmap:
    try:
        with path.open("rb") as handle:
            return mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise SpecError(f"{path} is empty.") from None


def _spans(held: mmap.mmap, path: Path) -> Iterator[tuple[str, int, int]]:
    """Yield each record's header, and where its bases start and end in the file."""
    if held[:1] != b">":
        raise SpecError(f"{path} is not FASTA: it must start with '>name'.")
    at = 0
    while at >= 0:
        line = held.find(b"\n", at)
        line = len(held) if line < 0 else line
        header = held[at + 1 : line].decode("utf-8", "replace").strip()
        if not header:
            raise SpecError(f"{path}: a record has no name after '>'.")
        following = held.find(b"\n>", line)
        yield header, min(line + 1, len(held)), len(held) if following < 0 else following + 1
        at = following + 1 if following >= 0 else -1


def _codes() -> NDArray[np.uint8]:
    table = np.full(256, 6, np.uint8)
    for letters, code in (("Aa", 0), ("Cc", 1), ("Gg", 2), ("TtUu", 3), ("\r\n \t", 5)):
        table[list(letters.encode())] = code
    table[list((AMBIGUOUS + AMBIGUOUS.lower()).encode())] = 4
    return table


def _illegal(path: Path, header: str, span: NDArray[np.uint8], wrong: int) -> str:
    letters = span.tobytes().decode("latin-1").upper()
    name = header.split()[0]
    if len(PROTEIN_ONLY.intersection(letters)) >= 2:
        return (
            f"{path}: record '{name}' looks like a protein; an index is made of nucleotide "
            "sequences, for example the transcripts of GENCODE."
        )
    return f"{path}: record '{name}' holds '{chr(span[wrong])}', which is not a base."


def _unique(headers: list[str], path: Path) -> None:
    names = [header.split(None, 1)[0] for header in headers]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise SpecError(f"{path}: the name '{twice}' is used twice; names must differ.")
