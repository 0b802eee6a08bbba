"""GEO series matrix: who is a patient, who a control, and which genes differ between them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.targets.evidence import Evidence
from tolerogen.targets.readers.columns import need, read_table
from tolerogen.targets.readers.expression import LEAST, expressed

if TYPE_CHECKING:
    import pandas as pd

CASE = r"sj[oö]gren|\bp?ss\b|patient|\bcase\b"
CONTROL = r"control|healthy|normal|\bhc\b|non-?\s?ss|sicca"
BEGIN, END = "!series_matrix_table_begin", "!series_matrix_table_end"
LARGEST_LOG = 50.0  # expression on the log2 scale never reaches this; intensities do
FEWEST = 3  # samples a group below which no variance is worth a test


@dataclass(frozen=True)
class Series:
    """A series matrix.

    Attributes
    ----------
    accession, title
        Of the series, as GEO gives them.
    public
        Date of release; None where the file does not say.
    samples
        Title and characteristics of each sample, joined, in the order of the columns.
    levels
        Rows are probes or genes, columns samples; log2.
    """

    accession: str
    title: str
    public: date | None
    samples: tuple[str, ...]
    levels: pd.DataFrame


def read_series(path: Path) -> Series:
    """Read a series matrix file, plain or gzipped.

    Intensities that are not on a log scale (largest above 50) are turned into log2.

    Raises
    ------
    SpecError
        When there is no matrix in the file, or only a pointer to one.
    """
    import pandas as pd

    text = _text(path)
    if BEGIN not in text:
        hint = " It is a Git LFS pointer." if text.startswith("version https://git-lfs") else ""
        raise SpecError(f"{path.name}: no series matrix is in this file.{hint} Download it anew.")
    head, rest = text.split(BEGIN, 1)
    values = pd.read_csv(StringIO(rest.split(END, 1)[0].strip()), sep="\t", index_col=0)
    values.index = values.index.astype(str)
    values = values.apply(pd.to_numeric, errors="coerce").dropna(how="all")
    if values.empty:
        raise SpecError(f"{path.name}: the series matrix holds no rows of numbers.")
    if np.nanmax(values.to_numpy()) > LARGEST_LOG:
        values = np.log2(values.clip(lower=1.0))
    samples = _samples(head, values.shape[1], path)
    return Series(
        accession=_field(head, "!Series_geo_accession") or path.stem,
        title=_field(head, "!Series_title"),
        public=_public(_field(head, "!Series_status")),
        samples=samples,
        levels=values,
    )


def read_geo(
    path: Path,
    disease: str,
    annotation: Path | None = None,
    case: str = CASE,
    control: str = CONTROL,
) -> tuple[Evidence, ...]:
    """Compare patients with controls, gene by gene (Welch's t, Benjamini-Hochberg).

    Parameters
    ----------
    path
        Series matrix.
    disease
        Of the records.
    annotation
        Table with the columns ``ID`` and ``Gene symbol`` of the platform; without it the rows of
        the matrix must be genes. Of several probes the one with the highest mean speaks.
    case, control
        Regular expressions that find the groups in a sample's title and characteristics; a
        sample that fits `control` is a control whatever else it fits.

    Returns
    -------
    tuple of Evidence
        Genes that differ at a false discovery rate of 5 %.

    Raises
    ------
    SpecError
        Fewer than three samples in a group; the message lists what the samples say.
    """
    series = read_series(path)
    is_control = _matching(series.samples, control)
    is_case = _matching(series.samples, case) & ~is_control
    if min(is_case.sum(), is_control.sum()) < FEWEST:
        seen = "; ".join(sorted({s.split(" | ", 1)[-1] for s in series.samples})[:6])
        raise SpecError(
            f"{path.name}: {is_case.sum()} patients and {is_control.sum()} controls were found, "
            f"and at least {FEWEST} each are needed. Samples say: {seen}. Give other expressions "
            "for patients and controls."
        )
    values = series.levels if annotation is None else _by_gene(series.levels, annotation)
    fold, adjusted = compare(values.loc[:, is_case], values.loc[:, is_control])
    return tuple(
        expressed(str(gene), float(f), float(p), disease, series.accession, series.public)
        for gene, f, p in zip(values.index, fold, adjusted, strict=True)
        if p <= LEAST
    )


def compare(cases: pd.DataFrame, controls: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return log2 fold changes and p adjusted by Benjamini and Hochberg; NaN p count as 1."""
    from scipy.stats import false_discovery_control, ttest_ind

    a, b = cases.to_numpy(dtype=float), controls.to_numpy(dtype=float)
    fold = np.nanmean(a, axis=1) - np.nanmean(b, axis=1)
    p = np.asarray(ttest_ind(a, b, axis=1, equal_var=False, nan_policy="omit").pvalue)
    return fold, np.asarray(false_discovery_control(np.nan_to_num(p, nan=1.0)))


def _by_gene(values: pd.DataFrame, annotation: Path) -> pd.DataFrame:
    table = read_table(annotation)
    wanted = {"probe": ("id", "idref", "probe"), "gene": ("genesymbol", "symbol", "gene")}
    names = need(table, annotation, wanted)
    symbol = dict(zip(table[names["probe"]], table[names["gene"]], strict=True))
    genes = values.index.map(lambda probe: symbol.get(probe, "").split("///")[0].strip())
    order = values.mean(axis=1).sort_values(ascending=False, kind="stable").index
    named = values.assign(_gene=genes).loc[order]
    named = named[named["_gene"] != ""].drop_duplicates("_gene")
    if named.empty:
        raise SpecError(f"{annotation.name}: none of its probes is in the matrix.")
    return named.set_index("_gene")


def _matching(samples: Iterable[str], pattern: str) -> np.ndarray:
    try:
        wanted = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise SpecError(f"the expression '{pattern}' cannot be read: {error}.") from None
    return np.array([bool(wanted.search(sample)) for sample in samples])


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
    except OSError as error:
        raise SpecError(f"{path.name}: the file cannot be read ({error}).") from None
    return raw.decode("utf-8", errors="replace")


def _samples(head: str, count: int, path: Path) -> tuple[str, ...]:
    parts: list[list[str]] = [[] for _ in range(count)]
    for line in head.splitlines():
        if line.startswith(("!Sample_title", "!Sample_characteristics", "!Sample_source_name")):
            cells = [cell.strip().strip('"') for cell in line.split("\t")[1:]]
            if len(cells) != count:
                raise SpecError(
                    f"{path.name}: {len(cells)} samples are described and {count} measured."
                )
            for part, cell in zip(parts, cells, strict=True):
                part.append(cell)
    return tuple(" | ".join(part) for part in parts)


def _field(head: str, name: str) -> str:
    found = re.search(rf'^{re.escape(name)}\t"?([^"\n]*)', head, flags=re.MULTILINE)
    return found.group(1).strip() if found else ""


def _public(status: str) -> date | None:
    """Read ``Public on Aug 09 2016``."""
    try:
        return datetime.strptime(status.removeprefix("Public on "), "%b %d %Y").date()
    except ValueError:
        return None
