"""Files of evidence that users bring: which reader takes which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.targets.evidence import Evidence
from tolerogen.targets.readers.columns import find, read_table
from tolerogen.targets.readers.expression import ADJUSTED, FOLD, read_expression
from tolerogen.targets.readers.geo import CASE, CONTROL, Series, read_geo, read_series
from tolerogen.targets.readers.gwas import P, read_gwas
from tolerogen.targets.readers.open_targets import (
    evidence_table,
    is_open_targets,
    read_open_targets,
)
from tolerogen.targets.readers.records import read_records

__all__ = [
    "Reading",
    "Series",
    "evidence_table",
    "read_evidence",
    "read_expression",
    "read_geo",
    "read_gwas",
    "read_open_targets",
    "read_records",
    "read_series",
]


@dataclass(frozen=True)
class Reading:
    """How files are to be read.

    Attributes
    ----------
    disease_ids
        Ontology ids to keep from Open Targets downloads; all when empty.
    positions
        BED of genes for summary statistics.
    annotation
        Probes of a GEO platform to genes.
    case, control
        Regular expressions for the samples of a GEO series.
    when
        Date of facts in files that carry none.
    """

    disease_ids: Sequence[str] = ()
    positions: Path | None = None
    annotation: Path | None = None
    case: str = CASE
    control: str = CONTROL
    when: date | None = None


def read_evidence(
    path: str | Path, disease: str, how: Reading | None = None
) -> tuple[Evidence, ...]:
    """Read a file or folder of evidence; its form is told from what is in it.

    Parameters
    ----------
    path
        Open Targets Parquet, a GEO series matrix, results of differential expression, a table of
        associations, or a CSV of records (target, kind, score, source).
    disease
        Of the records.
    how
        What some forms need beside the file.

    Raises
    ------
    SpecError
        The file is missing or of no known form; the message lists the forms.
    """
    file, how = Path(path), how or Reading()
    if not file.exists():
        raise SpecError(f"{path}: there is no such file of evidence.")
    if is_open_targets(file):
        return read_open_targets(file, disease, how.disease_ids)
    if file.is_dir():
        raise SpecError(f"{path}: this folder holds no Parquet files.")
    if "series_matrix" in file.name.lower():
        return read_geo(file, disease, how.annotation, how.case, how.control)
    headings = list(read_table(file).columns)
    if all(find(headings, [name]) for name in ("target", "kind", "score", "source")):
        return read_records(file, disease)
    if find(headings, FOLD) and find(headings, ADJUSTED):
        return read_expression(file, disease, how.when)
    if find(headings, P):
        return read_gwas(file, disease, how.positions, how.when)
    raise SpecError(
        f"{file.name}: its columns ({', '.join(headings)}) fit no form of evidence. Known: records "
        "(target, kind, score, source), differential expression (gene, log2FoldChange, padj), "
        "associations (gene, p), a GEO series matrix (series_matrix in its name), Open Targets "
        "Parquet."
    )
