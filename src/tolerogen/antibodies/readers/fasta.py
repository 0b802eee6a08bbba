"""FASTA."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tolerogen.antibodies.records import SequenceRecord
from tolerogen.errors import SpecError


def parse_fasta(lines: Iterable[str], where: str) -> list[SequenceRecord]:
    """Read FASTA; a record's id is the first word of its header, or all of it where that repeats.

    Raises
    ------
    SpecError
        When a sequence comes before the first header.
    """
    headers: list[str] = []
    parts: list[list[str]] = []
    for line_number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith(">"):
            headers.append(text[1:].strip() or f"sequence {len(headers) + 1}")
            parts.append([])
        elif text and not text.startswith(";"):
            if not parts:
                raise SpecError(
                    f"{where}, line {line_number}: a sequence before the first header. FASTA "
                    "needs a line '>name' before each sequence."
                )
            parts[-1].append(text)
    words = Counter(header.split()[0] for header in headers)
    repeated = any(count > 1 for count in words.values())
    return [
        SequenceRecord(header if repeated else header.split()[0], "".join(lines_of))
        for header, lines_of in zip(headers, parts, strict=True)
    ]
