"""A plain CSV of evidence: one fact a line, columns named as the fields of `Evidence`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from tolerogen.errors import SpecError
from tolerogen.targets.evidence import Evidence, Kind, read_date
from tolerogen.targets.genes import resolve
from tolerogen.targets.readers.columns import find, need, numbers, read_table

OPTIONAL = ("effect", "direction", "licence", "detail", "note")


def read_records(path: Path, disease: str) -> tuple[Evidence, ...]:
    """Read a CSV with the columns target, kind, score, source; the other fields may be there.

    Parameters
    ----------
    path
        The file. Targets may go by any usual name; unknown ones are kept as written.
    disease
        Of records whose own column ``disease`` is missing.

    Raises
    ------
    SpecError
        A column is missing, a score is outside 0 to 1, a word is not one of those allowed.
    """
    table = read_table(path)
    columns = need(table, path, {name: [name] for name in ("target", "kind", "score", "source")})
    scores = numbers(table, path, columns["score"])
    date = find(list(table.columns), ["date"])
    records = []
    for number, (row, score) in enumerate(
        zip(table.to_dict(orient="records"), scores, strict=True), start=2
    ):
        where = f"{path.name}, line {number}"
        if not row[columns["source"]].strip():
            raise SpecError(f"{where}: the source is empty; say where the fact is from.")
        extra: dict[str, Any] = {k: row[k] for k in OPTIONAL if row.get(k)}
        target = row[columns["target"]].strip()
        try:
            record = Evidence(
                target=resolve(target) or target,
                disease=row.get("disease") or disease,
                kind=cast(Kind, row[columns["kind"]].strip()),
                datasource=row.get("datasource") or path.stem,
                score=float(score),
                source=row[columns["source"]].strip(),
                date=read_date(row[date], where) if date else None,
                **extra,
            )
        except SpecError as error:
            raise SpecError(f"{where}: {error}") from None
        records.append(record)
    return tuple(records)
