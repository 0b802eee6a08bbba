"""Results of a differential-expression analysis: DESeq2, limma, edgeR, or the like."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tolerogen.targets.bundled import FULL_LOG2_FOLD
from tolerogen.targets.evidence import Direction, Effect, Evidence
from tolerogen.targets.genes import resolve
from tolerogen.targets.readers.columns import find, need, numbers, read_table

GENE = ("genesymbol", "symbol", "gene", "genename", "hgncsymbol", "unnamed0", "")
FOLD = ("log2foldchange", "logfc", "log2fc", "avglog2fc")
ADJUSTED = ("padj", "adjpval", "adjpvalue", "fdr", "qvalue", "pvaladj")
LEAST = 0.05
"""Adjusted p above which a difference counts as none: the usual false discovery rate."""


def read_expression(path: Path, disease: str, when: date | None = None) -> tuple[Evidence, ...]:
    """Read a table of genes with log2 fold changes (patients over controls) and adjusted p.

    Parameters
    ----------
    path
        The table.
    disease
        Of the records.
    when
        Their date; such tables carry none.

    Returns
    -------
    tuple of Evidence
        Only genes that differ; ``|log2 fold| / 2``, at most 1.

    Raises
    ------
    SpecError
        A column is missing or a cell is not a number.
    """
    table = read_table(path)
    names = need(table, path, {"gene": GENE, "log2 fold change": FOLD, "adjusted p": ADJUSTED})
    fold = numbers(table, path, names["log2 fold change"])
    adjusted = numbers(table, path, names["adjusted p"])
    source = find(list(table.columns), ["source"])
    rows = zip(
        table[names["gene"]],
        fold,
        adjusted,
        table[source] if source else [path.name] * len(table),
        strict=True,
    )
    return tuple(
        expressed(gene.strip(), lfc, p, disease, str(cited) or path.name, when)
        for gene, lfc, p, cited in rows
        if p <= LEAST and gene.strip()
    )


def expressed(
    gene: str, log2_fold: float, adjusted: float, disease: str, source: str, when: date | None
) -> Evidence:
    """Make the record of one gene that differs between patients and controls."""
    up = log2_fold > 0
    effect: Effect = "risk" if up else "protective"
    direction: Direction = "inhibit" if up else "activate"
    return Evidence(
        target=resolve(gene) or gene,
        disease=disease,
        kind="expression",
        datasource="expression_table",
        score=min(1.0, abs(log2_fold) / FULL_LOG2_FOLD),
        source=source,
        effect=effect,
        direction=direction,
        date=when,
        detail=f"log2 fold {log2_fold:.3g}, adjusted p {adjusted:.2g}",
    )
