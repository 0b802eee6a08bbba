"""``tolerogen antibody bin``."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, json_option, print_json, print_table


@click.command("bin", epilog=examples("tolerogen antibody bin examples/competition.csv"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--seed", type=Whole(min=0), default=1, show_default=True, help="Of the bootstrap.")
@json_option
def bin_(file: Path, seed: int, as_json: bool) -> None:
    """Epitope bins from the competition matrix in FILE (CSV).

    Rows are the antibodies that saturate first, columns those offered second; a row named buffer
    holds the responses on the free target.
    """
    from tolerogen.antibodies.binning import bin_epitopes, read_competition

    found = bin_epitopes(read_competition(file), seed)
    if as_json:
        print_json(found.record())
        return
    rows = [
        (number, len(group), f"{min(found.stability[n] for n in group):.2f}", ", ".join(group))
        for number, group in enumerate(found.bins, 1)
    ]
    print_table("Epitope bins", ("bin", "antibodies", "least stability", "members"), rows)
    for first, second in found.one_way:
        click.echo(f"One way only: {first} blocks {second}, not the other way round.", err=True)
