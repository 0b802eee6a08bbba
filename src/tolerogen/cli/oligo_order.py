"""``tolerogen oligo order``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tolerogen.cli.oligo_transcripts import FILE
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, json_option, print_json, print_table


@click.command(
    epilog=examples(
        "tolerogen oligo order report/candidates.csv --out order.xlsx",
        'tolerogen oligo order GCCTCAGTCTGCTTCGCACC --chemistry "cet 5-10-5" --vendor bracket',
    )
)
@click.argument("source", nargs=-1, required=True)
@click.option("--chemistry", default="dna", show_default=True, help="For those that bring none.")
@click.option(
    "--vendor",
    type=click.Choice(["idt", "bracket", "helm"]),
    default="idt",
    show_default=True,
    help="How the sequence is written.",
)
@click.option("--methyl-c", is_flag=True, help="5-methyl-C for every C.")
@click.option(
    "--plate", type=Whole(min=1), default=96, show_default=True, help="Wells: 24, 96 or 384."
)
@click.option(
    "--by", type=click.Choice(["row", "column"]), default="row", show_default=True, help="Filling."
)
@click.option("--first", default="A1", show_default=True, help="First well.")
@click.option("--out", type=FILE, help="Write the sheet here: .xlsx or .csv.")
@json_option
def order(
    source: tuple[str, ...],
    chemistry: str,
    vendor: Any,
    methyl_c: bool,
    plate: int,
    by: Any,
    first: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Lay oligos (SOURCE: sequences, or files of them) on plates, as a vendor writes them.

    Also gives masses and how each pairs with itself. In a workbook (.xlsx) no cell can be taken for
    a formula; in CSV an apostrophe stands before one that could, such as an order that begins with
    '+', so send vendors the workbook.
    """
    from tolerogen.oligos import make_order, order_record, read_rows, write_order

    rows = [row for text in source for row in read_rows(text, chemistry)]
    oligos = [row.oligo if not methyl_c else row.oligo.methylated() for row in rows]
    lines = make_order(oligos, vendor=vendor, plate=plate, filling=by, first=first)
    if out is not None:
        write_order(lines, out)
    if as_json:
        print_json([order_record(line) for line in lines])
        return
    print_table(
        f"Order, written for {vendor}",
        ("well", "plate", "mass, g/mol", "dimer", "hairpin", "name", "order", "notes"),
        [
            (r.well, r.plate, r.mass, r.dimer, r.hairpin, r.name, r.order, "; ".join(r.notes))
            for r in lines
        ],
        numbers=4,
    )
