"""FASTA, record by record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tolerogen.antibodies.records import SequenceRecord
from tolerogen.errors import SpecError


def parse_fasta(lines: Iterable[str], where: str, whole: bool = False) -> Iterator[SequenceRecord]:
    """Read FASTA; a record's id is the first word of its header.

    Parameters
    ----------
    whole
        Take the whole header for the id: for files in which first words repeat (`survey`).

    Raises
    ------
    SpecError
        When a sequence comes before the first header.
    """
    header: str | None = None
    parts: list[str] = []
    count = 0
    for line_number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith(">"):
            if header is not None:
                yield SequenceRecord(header, "".join(parts))
            count += 1
            told = _told(text, count)
            header, parts = told if whole else told.split()[0], []
        elif text and not text.startswith(";"):
            if header is None:
                raise SpecError(
                    f"{where}, line {line_number}: a sequence before the first header. FASTA "
                    "needs a line '>name' before each sequence."
                )
            parts.append(text)
    if header is not None:
        yield SequenceRecord(header, "".join(parts))


def survey(lines: Iterable[str]) -> tuple[int, bool]:
    """Return how many records there are, and whether first words of headers repeat.

    Eight bytes a record are kept: hashes of the words.
    """
    from array import array

    import numpy as np

    words = array("q")
    for line in lines:
        text = line.strip()
        if text.startswith(">"):
            words.append(hash(_told(text, len(words) + 1).split()[0]))
    return len(words), len(np.unique(np.asarray(words))) < len(words)


def _told(text: str, count: int) -> str:
    return text[1:].strip() or f"sequence {count}"
