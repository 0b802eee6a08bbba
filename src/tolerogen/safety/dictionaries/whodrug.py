"""Read WHODrug's main file, ``DD.txt`` of format B: names of drugs in columns of fixed width.

Columns (counted from 1): number of the record 1-6, sequence 1 7-8, sequence 2 9-11, check digit 12,
…, name from 34 on. The record with sequences 01 and 001 holds the name of the substance that trade
names belong to. The columns are recalled and not checked against the vendor's document (unsourced):
compare a few names before relying on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tolerogen.errors import SpecError

NUMBER, FIRST, SECOND, NAME = slice(0, 6), slice(6, 8), slice(8, 11), slice(33, None)


@dataclass(frozen=True)
class WhoDrug:
    """Names of drugs.

    Attributes
    ----------
    records
        Names in capitals, and the number of their record.
    substances
        Number of a record, and the name of its substance.
    """

    records: dict[str, str]
    substances: dict[str, str]

    def substance(self, name: str) -> str | None:
        """Return the substance of a trade name; None if unknown."""
        record = self.records.get(" ".join(name.upper().split()))
        return self.substances.get(record) if record else None


def read_whodrug(file: Path) -> WhoDrug:
    """Read ``DD.txt``.

    Raises
    ------
    SpecError
        When it cannot be read or a line has another layout: the line is named.
    """
    try:
        lines = file.read_bytes().decode("utf-8", errors="replace").splitlines()
    except OSError as error:
        raise SpecError(f"{file}: cannot be read ({error.strerror}).") from None
    records: dict[str, str] = {}
    substances: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        record, name = line[NUMBER], " ".join(line[NAME].upper().split())
        if not (record.isdigit() and line[FIRST].isdigit() and line[SECOND].isdigit() and name):
            raise SpecError(
                f"{file}, line {number}: is no record of DD.txt, format B: eleven digits, and the "
                f"name from column 34 on."
            )
        if (line[FIRST], line[SECOND]) == ("01", "001"):
            substances[record] = name
        records.setdefault(name, record)
    if not records:
        raise SpecError(f"{file}: is empty.")
    return WhoDrug(records, substances)
