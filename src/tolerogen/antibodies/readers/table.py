"""Tables with one molecule or one chain a row: CSV, TSV, AIRR rearrangements."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from tolerogen.antibodies.records import SequenceRecord
from tolerogen.errors import SpecError

ID_COLUMNS = ("id", "sequence_id", "name", "therapeutic", "antibody", "clone")
SEQUENCE_COLUMNS = ("sequence_aa", "sequence_alignment_aa", "sequence", "vh", "vl", "vhh", "heavy",
                    "light", "vh sequence", "vl sequence")  # fmt: skip
AIRR_PREFERRED = ("sequence_aa", "sequence_alignment_aa")
ABSENT = {"", "na", "nan", "none", "null"}


def parse_table(lines: Iterable[str], where: str, delimiter: str) -> Iterator[SequenceRecord]:
    """Read a table: an id column and one or more sequence columns, named as in `SEQUENCE_COLUMNS`.

    A row with several sequences (``VH``, ``VL``) gives several records, the column's name after
    the id. In an AIRR file ``sequence`` holds nucleotides, so the amino-acid columns go first.

    Raises
    ------
    SpecError
        When there is no sequence column; the message names the columns there are.
    """
    reader = csv.DictReader(lines, delimiter=delimiter)
    columns = {name.strip().lower(): name for name in reader.fieldnames or () if name}
    wanted = [columns[name] for name in AIRR_PREFERRED if name in columns][:1]
    wanted = wanted or [columns[name] for name in SEQUENCE_COLUMNS if name in columns]
    if not wanted:
        raise SpecError(
            f"{where}: no column holds sequences. Name one 'sequence', 'sequence_aa' (AIRR), "
            f"'VH' or 'VL'; found: {', '.join(columns.values()) or 'nothing'}."
        )
    naming = next((columns[name] for name in ID_COLUMNS if name in columns), None)
    for count, row in enumerate(reader, 1):
        label = (row.get(naming) or "").strip() if naming else ""
        for column in wanted:
            sequence = (row.get(column) or "").strip()
            if sequence.lower() not in ABSENT:
                name = label or f"row {count}"
                yield SequenceRecord(f"{name} {column}" if len(wanted) > 1 else name, sequence)
