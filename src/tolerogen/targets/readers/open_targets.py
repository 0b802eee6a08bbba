"""Open Targets Platform downloads: Parquet folders read through DuckDB, nothing loaded whole."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError
from tolerogen.targets.evidence import Direction, Effect, Evidence, Kind, read_date

if TYPE_CHECKING:
    import pandas as pd

KIND: Mapping[str, Kind] = {
    "genetic_association": "genetics",
    "genetic_literature": "genetics",
    "somatic_mutation": "genetics",
    "rna_expression": "expression",
    "known_drug": "known_drug",
    "animal_model": "animal_model",
    "literature": "literature",
}
SCORE = ("score", "associationScore")
DATED = ("evidenceDate", "publicationDate", "studyStartDate", "publicationYear")
LICENCE = "CC0 1.0 (Open Targets Platform data)"


@dataclass(frozen=True)
class Folders:
    """Where parts of a download lie; ``evidence`` or ``associations`` is needed."""

    evidence: Path | None
    associations: Path | None
    targets: Path | None


def is_open_targets(path: Path) -> bool:
    """Tell whether a path is a Parquet file or a folder that holds some."""
    return path.suffix == ".parquet" or (path.is_dir() and any(path.rglob("*.parquet")))


def read_open_targets(
    path: Path, disease: str, disease_ids: Sequence[str] = ()
) -> tuple[Evidence, ...]:
    """Read the evidence (or else the associations) of a disease as records.

    Parameters
    ----------
    path
        Folder of a download with ``evidence*``, ``association*`` and ``target*`` inside, or one
        Parquet file or folder of evidence.
    disease
        Name for the records.
    disease_ids
        Ontology ids, as the Platform has them, to keep; all rows when empty.

    Returns
    -------
    tuple of Evidence
        Targets by symbol where the download has its targets, by Ensembl id otherwise.

    Raises
    ------
    SpecError
        No such rows, or columns that are not Open Targets'.
    """
    table = evidence_table(path, disease_ids)
    return tuple(_record(row, disease, path) for row in table.to_dict(orient="records"))


def evidence_table(path: Path, disease_ids: Sequence[str] = ()) -> pd.DataFrame:
    """Return rows of a download: target, datasource, datatype, score, date, effect columns.

    Raises
    ------
    SpecError
        As `read_open_targets`.
    """
    where = _folders(path)
    source = where.evidence or where.associations
    if source is None:
        raise SpecError(f"{path.name}: no Parquet of evidence or associations is in this folder.")
    columns = _columns(source)
    score = next((name for name in SCORE if name in columns), None)
    source_column = "aggregationValue" if "aggregationType" in columns else "datasourceId"
    lost = [n for n in ("targetId", "diseaseId", source_column) if n not in columns]
    if lost or score is None:
        raise SpecError(
            f"{source.name}: the column '{(lost or ['score'])[0]}' is missing, so this is not "
            "evidence or association-by-datasource of Open Targets."
        )
    table = _select(source, columns, score, disease_ids)
    if table.empty:
        ids = ", ".join(disease_ids) or "any disease"
        raise SpecError(f"{source.name}: there are no rows for {ids}.")
    return _named(table, where.targets)


def _select(
    source: Path, columns: Sequence[str], score: str, disease_ids: Sequence[str]
) -> pd.DataFrame:
    import duckdb

    grouped = "aggregationType" in columns  # associations since 2026 share one shape
    day = [f"CAST({name} AS VARCHAR)" for name in DATED if name in columns]
    parts = [
        "targetId AS target",
        "diseaseId AS disease",
        f"{'aggregationValue' if grouped else 'datasourceId'} AS datasource",
        ("datatypeId" if "datatypeId" in columns else "''") + " AS datatype",
        f"CAST({score} AS DOUBLE) AS score",
        f"COALESCE({', '.join([*day, repr('')])}) AS day",
        ("variantEffect" if "variantEffect" in columns else "NULL") + " AS variant",
        ("directionOnTrait" if "directionOnTrait" in columns else "NULL") + " AS trait",
    ]
    query = f"SELECT {', '.join(parts)} FROM read_parquet(?)"  # noqa: S608  # names are ours
    given: list[Any] = [_glob(source)]
    conditions = ["aggregationType = 'datasourceId'"] if grouped else []
    if disease_ids:
        conditions.append(f"diseaseId IN ({', '.join('?' * len(disease_ids))})")
        given += disease_ids
    if conditions:
        query += f" WHERE {' AND '.join(conditions)}"
    with duckdb.connect() as connection:
        return connection.execute(query, given).df()


def _named(table: pd.DataFrame, targets: Path | None) -> pd.DataFrame:
    """Replace Ensembl ids by symbols where the download says them."""
    import duckdb

    if targets is None:
        return table
    columns = _columns(targets)
    if "id" not in columns or "approvedSymbol" not in columns:
        raise SpecError(f"{targets.name}: the columns 'id' and 'approvedSymbol' are missing.")
    with duckdb.connect() as connection:
        names = connection.execute(
            "SELECT id, approvedSymbol FROM read_parquet(?)", [_glob(targets)]
        ).fetchall()
    symbols = dict(names)
    return table.assign(target=[symbols.get(t, t) for t in table["target"]])


def _columns(path: Path) -> list[str]:
    import duckdb

    try:
        with duckdb.connect() as connection:
            rows = connection.execute(
                "DESCRIBE SELECT * FROM read_parquet(?)", [_glob(path)]
            ).fetchall()
    except duckdb.Error as error:
        raise SpecError(
            f"{path.name}: DuckDB cannot read it ({str(error).splitlines()[0]})."
        ) from None
    return [str(row[0]) for row in rows]


def _glob(path: Path) -> str:
    return str(path / "**" / "*.parquet") if path.is_dir() else str(path)


def _folders(path: Path) -> Folders:
    if path.suffix == ".parquet" or any(path.glob("*.parquet")):
        return Folders(path, None, None)
    if not path.is_dir():
        raise SpecError(
            f"{path}: there is no such folder. Give the folder of an Open Targets download, with "
            "evidence or associations as Parquet."
        )
    inside = sorted(p for p in path.iterdir() if p.is_dir())

    def first(*starts: str) -> Path | None:
        return next((p for p in inside if p.name.lower().startswith(starts)), None)

    return Folders(
        first("evidence"),
        first("association_by_datasource", "associationbydatasource", "association"),
        first("target"),
    )


def _record(row: Mapping[Hashable, Any], disease: str, path: Path) -> Evidence:
    effect, direction = _meaning(row["variant"], row["trait"])
    return Evidence(
        target=str(row["target"]),
        disease=disease,
        kind=KIND.get(str(row["datatype"]), "pathway"),
        datasource=str(row["datasource"]),
        score=min(1.0, max(0.0, float(row["score"]))),
        source=f"Open Targets Platform, {path.name}",
        effect=effect,
        direction=direction,
        date=_day(str(row["day"])),
        licence=LICENCE,
    )


def _day(text: str) -> date | None:
    return read_date(text[:10], "Open Targets") if text and text != "None" else None


def _meaning(variant: Any, trait: Any) -> tuple[Effect, Direction]:
    """Read direction of effect: what the variant does to the protein, and to the disease."""
    if variant not in ("LoF", "GoF") or trait not in ("risk", "protect"):
        return "unknown", "unknown"
    more_work_more_disease = (variant == "GoF") == (trait == "risk")
    return ("risk", "inhibit") if more_work_more_disease else ("protective", "activate")
