"""Genome-wide association: tables of loci with their genes, and summary statistics without."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError
from tolerogen.targets.bundled import GENOME_WIDE, IN_MHC, p_score
from tolerogen.targets.evidence import Evidence, read_date
from tolerogen.targets.genes import resolve
from tolerogen.targets.readers.columns import find, need, numbers, read_table

if TYPE_CHECKING:
    import pandas as pd

GENE = ("mappedgene", "mappedgenes", "gene", "genes", "symbol", "nearestgene", "reportedgenes")
P = ("pvalue", "p", "pval", "pvalueassociation")
ODDS = ("oddsratio", "orbeta", "or")
VARIANT = ("snps", "variant", "rsid", "snp", "variantid")
WHEN = ("date", "dateaddedtocatalog", "publicationdate")
SOURCE = ("source", "pubmedid", "pmid", "link", "doi")
CHROMOSOME = ("chromosome", "chr", "chrom", "chrid")
POSITION = ("basepairlocation", "position", "pos", "bp", "chrpos")
MHC = ("6", 25_000_000, 34_000_000)
"""The HLA region on GRCh38, chromosome and ends, bp: extended class I to class II, assumed."""
WINDOW = 500_000  # bp: variants nearer than this are one locus (assumed)


def read_gwas(
    path: Path, disease: str, positions: Path | None = None, when: date | None = None
) -> tuple[Evidence, ...]:
    """Read a table of associations.

    Parameters
    ----------
    path
        Loci with a column of genes (as the GWAS Catalog names them, or ``gene`` and ``p``), or
        summary statistics with chromosome, position and p.
    disease
        Of the records.
    positions
        BED file (chromosome, start, end, symbol) that summary statistics are mapped with: the
        nearest gene of the lead variant within 500,000 bp.
    when
        Date of records that bring none.

    Returns
    -------
    tuple of Evidence
        Scored as the bundled facts are (`tolerogen.targets.bundled.p_score`).

    Raises
    ------
    SpecError
        No p, no genes and no `positions`, or a cell that is not a number.
    """
    table = read_table(path)
    headings = list(table.columns)
    gene = find(headings, GENE)
    if gene is None:
        if positions is None:
            raise SpecError(
                f"{path.name}: there is no column of genes, so these are summary statistics; give "
                "gene positions (a BED file: chromosome, start, end, symbol) to map them."
            )
        table, gene = _mapped(table, path, positions), "_gene"
    p = numbers(table, path, need(table, path, {"p": P})["p"])
    return tuple(_records(table, path, disease, gene, p, when))


def _records(
    table: pd.DataFrame,
    path: Path,
    disease: str,
    gene: str,
    p: pd.Series,
    when: date | None,
) -> list[Evidence]:
    headings = list(table.columns)
    odds, variant = find(headings, ODDS), find(headings, VARIANT)
    dated, cited = find(headings, WHEN), find(headings, SOURCE)
    ratio = numbers(table, path, odds) if odds else None
    hidden = _in_mhc(table, path)
    records = []
    for i, row in enumerate(table.to_dict(orient="records")):
        genes = split(row[gene])
        value = float(p.iloc[i])
        if not genes or value != value:
            continue
        if not 0 <= value <= 1:
            raise SpecError(f"{path.name}, line {i + 2}: a p of {value:g} is not between 0 and 1.")
        score = p_score(value) / len(genes) * (IN_MHC if hidden[i] else 1.0)
        known = None if ratio is None or ratio.isna().iloc[i] else float(ratio.iloc[i])
        records += [
            Evidence(
                target=resolve(name) or name,
                disease=disease,
                kind="genetics",
                datasource="gwas_table",
                score=score,
                source=(row[cited] if cited else "") or path.name,
                date=read_date(row[dated], f"{path.name}, line {i + 2}") if dated else when,
                detail=row[variant] if variant else "",
                odds_ratio=known,
                p_value=value,
                shared=len(genes),
                note="HLA region: the gene cannot be told from its neighbours" if hidden[i] else "",
            )
            for name in genes
        ]
    return records


def split(text: str) -> list[str]:
    """Split a locus into its genes, as the GWAS Catalog writes them.

    Examples
    --------
    >>> split("DDX6 - CXCR5"), split("IRF5, TNPO3"), split("HLA-DRA"), split("NR")
    (['DDX6', 'CXCR5'], ['IRF5', 'TNPO3'], ['HLA-DRA'], [])
    """
    for mark in (" - ", ";", "/", " x "):
        text = text.replace(mark, ",")
    names = [name.strip() for name in text.split(",")]
    return list(
        dict.fromkeys(n for n in names if n and n.upper() not in ("NR", "NA", "INTERGENIC"))
    )


def _in_mhc(table: pd.DataFrame, path: Path) -> list[bool]:
    headings = list(table.columns)
    chromosome, position = find(headings, CHROMOSOME), find(headings, POSITION)
    if chromosome is None or position is None:
        return [False] * len(table)
    where = numbers(table, path, position)
    home, low, high = MHC
    on = table[chromosome].str.lower().str.removeprefix("chr") == home
    return list(on & where.between(low, high))


def _mapped(table: pd.DataFrame, path: Path, positions: Path) -> pd.DataFrame:
    """Keep the lead variant of each significant locus, with its nearest gene."""
    columns = need(table, path, {"chromosome": CHROMOSOME, "position": POSITION, "p": P})
    spots = table.assign(
        _chr=table[columns["chromosome"]].str.lower().str.removeprefix("chr"),
        _pos=numbers(table, path, columns["position"]),
        _p=numbers(table, path, columns["p"]),
    )
    spots = spots[spots["_p"] <= GENOME_WIDE].sort_values("_p")
    bed = _bed(positions)
    kept: list[tuple[str, float]] = []
    rows, names = [], []
    for index, home, place in zip(spots.index, spots["_chr"], spots["_pos"], strict=True):
        if any(h == home and abs(q - place) < WINDOW for h, q in kept):
            continue
        kept.append((home, place))
        gene = _nearest(bed, home, place)
        if gene is not None:
            rows.append(index)
            names.append(gene)
    return table.loc[rows].assign(_gene=names)


def _bed(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        bed = pd.read_csv(
            path,
            sep="\t",
            header=None,
            comment="#",
            usecols=[0, 1, 2, 3],
            names=["chromosome", "start", "end", "symbol"],
            dtype={"chromosome": str, "symbol": str},
        )
    except (OSError, ValueError) as error:
        raise SpecError(f"{path.name}: gene positions cannot be read as BED ({error}).") from None
    return bed.assign(chromosome=bed["chromosome"].str.lower().str.removeprefix("chr"))


def _nearest(bed: pd.DataFrame, home: str, place: float) -> str | None:
    here = bed[bed["chromosome"] == home]
    if here.empty:
        return None
    gap = (here["start"] - place).clip(lower=0) + (place - here["end"]).clip(lower=0)
    first = int(gap.to_numpy().argmin())
    return None if gap.iloc[first] >= WINDOW else str(here["symbol"].iloc[first])
