"""How much of each gene a tissue makes, as users bring it: CSV, TSV, or the GCT of GTEx."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.oligos.fasta import read_text

NAMES = ("gene", "symbol", "gene_symbol", "gene_id", "name", "description")
EXPRESSED = 1.0  # transcripts per million from which a gene counts as expressed (assumed)


@dataclass(frozen=True)
class Expression:
    """Transcripts per million, by gene and tissue.

    Attributes
    ----------
    tissues
        In the order of the file.
    genes
        Values in that order, by symbol and by id without its version.
    """

    tissues: tuple[str, ...]
    genes: dict[str, tuple[float, ...]]

    def of(self, gene: str) -> dict[str, float] | None:
        """Return a gene's values by tissue; None when the file does not have it."""
        found = self.genes.get(gene) or self.genes.get(gene.rsplit(".", 1)[0])
        return dict(zip(self.tissues, found, strict=True)) if found else None

    def where(self, gene: str) -> tuple[str, ...] | None:
        """Return the tissues that make it, most first; None when the file does not have it."""
        found = self.of(gene)
        if found is None:
            return None
        made = [(value, tissue) for tissue, value in found.items() if value >= EXPRESSED]
        return tuple(tissue for _, tissue in sorted(made, key=lambda m: -m[0]))


def read_expression(path: Path) -> Expression:
    """Read a table: one row a gene, one column a tissue, transcripts per million.

    The first columns name the gene (`NAMES`, any case, more than one is fine); a line ``#1.2`` and
    the size of the table before the heading, as in GCT, are passed over. Rows of the same gene add
    up.

    Raises
    ------
    SpecError
        When the file is no such table, or a value is not a number of zero or more.
    """
    lines = read_text(path).splitlines()
    if lines and lines[0].startswith("#1."):
        lines = lines[2:]
    lines = [line for line in lines if line.strip() and not line.startswith("#")]
    if not lines:
        raise SpecError(f"{path} is empty; a table of genes by tissues is needed.")
    rows = csv.reader(io.StringIO("\n".join(lines)), delimiter="\t" if "\t" in lines[0] else ",")
    head = [cell.strip() for cell in next(rows)]
    keys = [at for at, cell in enumerate(head) if cell.lower() in NAMES]
    tissues = [at for at in range(len(head)) if at not in keys]
    if not keys or not tissues:
        raise SpecError(
            f"{path}: the heading needs a column 'gene' and one column a tissue; it has "
            f"{', '.join(head[:8])}."
        )
    genes: dict[str, tuple[float, ...]] = {}
    for row in rows:
        if len(row) != len(head):
            raise SpecError(f"{path}: row '{row[0]}' has {len(row)} columns, not {len(head)}.")
        values = tuple(
            _number(row[at], f"{path}, row '{row[keys[0]]}', {head[at]}") for at in tissues
        )
        for name in {_bare(row[at]) for at in keys} - {""}:
            before = genes.get(name, (0.0,) * len(values))
            genes[name] = tuple(a + b for a, b in zip(before, values, strict=True))
    return Expression(tuple(head[at] for at in tissues), genes)


def _bare(name: str) -> str:
    """Return a name without the version of an Ensembl id."""
    name = name.strip()
    return name.rsplit(".", 1)[0] if name.startswith("ENS") else name


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise SpecError(f"{where}: '{text}' is not a number of zero or more (TPM).")
    return value
