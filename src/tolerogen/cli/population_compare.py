"""``tolerogen population compare``: virtual patients beside published cohorts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import console, examples, hand_over, json_option, print_table

if TYPE_CHECKING:
    from tolerogen.patients.comparison import Comparison


@click.command(epilog=examples("tolerogen population compare sjogren --out results/population"))
@click.argument("disease")
@click.option("--patients", type=Whole(100, 1_000_000), default=4000, show_default=True)
@click.option("--seed", type=Whole(min=0), default=1, show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the result, tables and the figure."
)
@json_option
def compare(disease: str, patients: int, seed: int, out: Path | None, as_json: bool) -> None:
    """Compare virtual patients of DISEASE (a name or a folder) with published cohorts.

    Every published value is put beside the same statistic of virtual patients of the same kind,
    and what does not fit is named.
    """
    from tolerogen.diseases import load_disease
    from tolerogen.patients.comparison import compare_population
    from tolerogen.result_folder import check_writable

    if out is not None:
        check_writable(out)
    loaded = load_disease(disease)
    with progress("Drawing populations") as report:
        result = compare_population(loaded, patients=patients, seed=seed, progress=report)
    hand_over(result, out, as_json, show)


def show(result: Comparison) -> None:
    """Print a table a population, and the counts."""
    if result.warning:
        console().print(f"Warning: {result.warning}")
    columns = ("published value", "published", "simulated", "cohorts of that size", "verdict")
    for name, n in result.patients.items():
        rows = [
            (
                row.label,
                f"{row.published:.3g}",
                f"{row.simulated:.3g}",
                None
                if row.cohort_low is None
                else f"{row.cohort_low:.3g} to {row.cohort_high:.3g}",
                row.discrepancy or row.verdict,
            )
            for row in result.rows
            if row.population == name
        ]
        print_table(f"{result.names[name]} ({n} virtual patients)", columns, rows, 3)
    counts = [(name, *numbers.values()) for name, numbers in result.summary.items()]
    print_table("Rows", ("", *result.summary["all"]), counts, 4)
