"""Facts that come with a disease: ``evidence.csv`` of its folder, as records.

Strength is made of what was read, by two rules that anybody can redo:

* genetics: ``-log10(p) / 10``, at most 1, for genome-wide significant variants and 0 for others
  (a locus reported as significant without its p counts as if at the threshold); shared out
  among the genes of the locus; a tenth in the HLA region, where linkage hides the gene;
* expression: ``|log2(fold)| / 2``, at most 1; 0.5 where a difference is reported without size.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import cast

from tolerogen.errors import SpecError
from tolerogen.targets.evidence import Direction, Effect, Evidence, Kind, read_date

GENOME_WIDE = 5e-8
"""P below which a genome-wide study calls a variant significant: the convention of the field, 5 %
over a million independent tests."""
FULL_LOG10_P = 10.0  # assumed: a p of 1e-10 counts in full
FULL_LOG2_FOLD = 2.0  # assumed: a four-fold difference counts in full
WITHOUT_SIZE = 0.5  # assumed: a difference reported without its size
IN_MHC = 0.1  # assumed: linkage in the HLA region hides which gene it is
COLUMNS = ("id", "genes", "kind", "date", "source", "detail")


def p_score(p: float | None) -> float:
    """Turn the p of a variant into a strength between 0 and 1.

    Examples
    --------
    >>> p_score(1e-12), p_score(1e-3), round(p_score(None), 3)
    (1.0, 0.0, 0.73)
    """
    if p is None:
        p = GENOME_WIDE
    if p <= 0:
        return 1.0
    return min(1.0, -math.log10(p) / FULL_LOG10_P) if p <= GENOME_WIDE else 0.0


def fold_score(fold: float | None) -> float:
    """Turn a ratio of patients over controls into a strength between 0 and 1.

    Examples
    --------
    >>> fold_score(4.0), fold_score(0.5), fold_score(None)
    (1.0, 0.5, 0.5)
    """
    if fold is None:
        return WITHOUT_SIZE
    return min(1.0, abs(math.log2(fold)) / FULL_LOG2_FOLD)


def bundled_evidence(folder: Path) -> tuple[Evidence, ...]:
    """Read ``evidence.csv`` of a disease folder; none where the folder has none.

    Raises
    ------
    SpecError
        Names the line that cannot be used.
    """
    path = folder / "evidence.csv"
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    table = [(n, line) for n, line in enumerate(lines, start=1) if not line.startswith("#")]
    rows = csv.DictReader(line for _, line in table)
    absent = [c for c in COLUMNS if c not in (rows.fieldnames or ())]
    if absent:
        raise SpecError(f"{path.name}: the column '{absent[0]}' is missing.")
    records: list[Evidence] = []
    for row in rows:
        where = f"{path.name}, '{row['id']}'"
        try:
            records += _records(row, folder.name, where)
        except ValueError as error:
            raise SpecError(f"{where}: {error}") from None
    return tuple(records)


def _records(row: dict[str, str], disease: str, where: str) -> list[Evidence]:
    genes = row["genes"].split(";")
    p, fold = _number(row.get("p_value")), _number(row.get("fold"))
    kind, note = row["kind"], ""
    if kind == "genetics":
        score = p_score(p) / len(genes)
        if row.get("mhc"):
            score, note = score * IN_MHC, "HLA region: the gene cannot be told from its neighbours"
        elif len(genes) > 1:
            note = f"locus shared by {' and '.join(genes)}"
        if p is None:
            note = "; ".join(filter(None, (note, "p not read, counted at the threshold")))
    else:
        score = 0.0 if kind == "absence" else fold_score(fold)
    return [
        Evidence(
            target=gene,
            disease=disease,
            kind=cast(Kind, kind),
            datasource="bundled",
            score=score,
            source=row["source"],
            effect=cast(Effect, row.get("effect") or "unknown"),
            direction=cast(Direction, row.get("direction") or "unknown"),
            date=read_date(row["date"], where),
            status="retrieved",
            detail=" ".join(filter(None, (row.get("variant"), row["detail"]))),
            odds_ratio=_number(row.get("odds_ratio")),
            p_value=p,
            shared=len(genes),
            note=note,
        )
        for gene in genes
    ]


def _number(text: str | None) -> float | None:
    return float(text) if text and text.strip() else None
