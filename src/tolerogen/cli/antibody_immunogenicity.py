"""``tolerogen antibody immunogenicity``."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.show import examples, json_option, print_json, print_table

SHOWN = 8


@click.command(epilog=examples("tolerogen antibody immunogenicity examples/il7r-antibodies.fasta"))
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def immunogenicity(file: Path, as_json: bool) -> None:
    """Foreign HLA-DR epitopes of the antibodies in FILE, as a band among clinical antibodies.

    Chains are paired by name (mab1 VH, mab1 VL). A band is a third of clinical antibodies, not a
    share of patients.
    """
    from tolerogen.antibodies import read_sequences
    from tolerogen.antibodies.immunogenicity import immunogenicity as judge
    from tolerogen.antibodies.records import molecule_name

    records = read_sequences(file)
    found = judge(records)
    for name in sorted({molecule_name(r.id) for r in records} - {one.id for one in found}):
        click.echo(f"Note: '{name}' has no variable domain.", err=True)
    if as_json:
        print_json([one.record() for one in found])
        return
    rows = [
        (
            one.id,
            one.band or f"none: {one.chains}, not one heavy and one light domain",
            one.content,
            " ".join(f"{e.chain}{e.position}:{e.core}" for e in one.epitopes[:SHOWN]),
        )
        for one in found
    ]
    columns = ("id", "band", "content", "foreign 9-mers, most alleles first")
    print_table("Foreign HLA-DR epitopes", columns, rows)
