"""The comparison as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tolerogen.provenance import versions

if TYPE_CHECKING:
    from tolerogen.patients.comparison.result import Comparison, ComparisonRow


def page(comparison: Comparison) -> str:
    """Write one table a population, with the discrepancy and source of every row."""
    version = versions().get("tolerogen", "")
    lines = [
        f"Made by `tolerogen population compare {comparison.disease} --seed {comparison.seed}`, "
        f"Tolerogen {version}, content {comparison.content}.",
        "",
    ]
    for name, n in comparison.patients.items():
        rows = [row for row in comparison.rows if row.population == name]
        if rows:
            lines += [f"## {comparison.names[name]}", "", f"{n} virtual patients.", ""]
            lines += [*table(rows), ""]
    return "\n".join(lines)


def table(rows: list[ComparisonRow]) -> list[str]:
    """Write rows as the lines of a Markdown table."""
    head = ("what", "unit", "published", "n", "simulated", "cohorts of n", "verdict", "source")
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for row in rows:
        cells = (
            row.label,
            row.unit,
            f"{row.published:.3g}",
            str(row.n or ""),
            f"{row.simulated:.3g}",
            row.span,
            row.discrepancy or row.verdict,
            row.source,
        )
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return lines
