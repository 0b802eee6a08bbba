"""``tolerogen oligo therapy``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click

from tolerogen.cli.oligo_transcripts import FILE, person_options
from tolerogen.cli.show import examples, json_option, print_json, print_table


@click.command(
    epilog=examples(
        "tolerogen oligo therapy target.fa GCCTCAGTCTGCTTCGCACC --chemistry 'moe 5-10-5' "
        "--node BAFF --cells hepatocyte --out mine.toml",
    )
)
@click.argument("transcripts", type=FILE)
@click.argument("sequence")
@click.option("--chemistry", required=True, help="Such as 'moe 5-10-5'.")
@click.option("--galnac", is_flag=True, help="With GalNAc attached.")
@click.option("--node", required=True, help="Target of the disease model.")
@click.option("--cells", required=True, help="Where the target is made: hepatocyte, lymphocyte.")
@click.option(
    "--potency",
    type=click.Choice(["typical", "low", "high"]),
    default="typical",
    show_default=True,
    help="Middle or an end of the interval.",
)
@click.option("--name", help="What to call it.")
@click.option("--offtargets", type=FILE, help="Index to look for off-targets in.")
@person_options
@click.option("--out", type=FILE, help="Write the therapy file here, for a trial.")
@json_option
def therapy(
    transcripts: Path,
    sequence: str,
    chemistry: str,
    galnac: bool,
    node: str,
    cells: str,
    potency: Literal["typical", "low", "high"],
    name: str | None,
    offtargets: Path | None,
    out: Path | None,
    as_json: bool,
    **person: Any,
) -> None:
    """Hand an oligo (SEQUENCE) against TRANSCRIPTS over as a therapy: a knock-down."""
    from tolerogen import oligos
    from tolerogen.result_file import write_file
    from tolerogen.therapies import therapy_from_oligo, therapy_toml

    oligo = oligos.read_oligo(sequence, chemistry)
    oligo = oligos.with_conjugate(oligo, "galnac") if galnac else oligo
    index = oligos.open_index(offtargets) if offtargets else None
    records = [t.record() for t in oligos.read_transcripts(transcripts, **person)]
    found = oligos.judge(oligo, records, index=index)
    made = therapy_from_oligo(found, target=node, cells=cells, name=name, potency=potency)
    if out is not None:
        write_file(out, therapy_toml(made))
    if as_json:
        print_json({"candidate": replace(found, genes=None), "therapy": made})
        return
    rows = [(p.id, p.value, p.unit, p.status, p.source, p.note) for p in made.parameters]
    print_table(made.name, ("parameter", "value", "unit", "status", "source", "note"), rows)
    click.echo(made.notes)
