"""``tolerogen antibody number``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.show import examples, json_option, print_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tolerogen.antibodies import Domain, Numbered

TOLD = 5
SCHEMES = ("imgt", "kabat", "chothia", "martin", "aho")
CDRS = ("imgt", "kabat", "chothia", "martin", "contact", "north")


@click.command(
    epilog=examples(
        "tolerogen antibody number examples/il7r-antibodies.fasta",
        "tolerogen antibody number examples/il7r-antibodies.fasta --scheme kabat --json",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--scheme",
    type=click.Choice(SCHEMES, case_sensitive=False),
    default="imgt",
    show_default=True,
    help="Numbering scheme.",
)
@click.option(
    "--cdrs",
    type=click.Choice(CDRS, case_sensitive=False),
    help="CDR definition.  [default: that of the scheme; north for aho]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the domains here: .tsv (AIRR), .fasta (aligned) or .json.",
)
@json_option
def number(file: Path, scheme: str, cdrs: str | None, out: Path | None, as_json: bool) -> None:
    """Find and number the variable domains in FILE (FASTA, CSV, AIRR TSV, PDB; .gz too)."""
    from tolerogen.antibodies import number_many, read_sequences, write_domains

    silent: list[tuple[str, str]] = []
    found = _domains(number_many(read_sequences(file), scheme, cdrs), silent)
    if as_json and out is None:
        _print_json(found)  # as they come: a million need not be in memory
        _tell(silent)
        return
    domains = list(found)
    if out is not None:
        write_domains(out, domains)
    _tell(silent)
    if as_json:
        _print_json(domains)
    elif out is None:
        _print_table(domains)


def _domains(results: Iterator[Numbered], silent: list[tuple[str, str]]) -> Iterator[Domain]:
    for result in results:
        if not result.domains:
            silent.append((result.id, result.reason))
        yield from result.domains


def _tell(silent: list[tuple[str, str]]) -> None:
    for name, reason in silent[:TOLD]:
        click.echo(f"Note: '{name}' {reason}.", err=True)
    if len(silent) > TOLD:
        click.echo(f"Note: {len(silent) - TOLD} more without a domain.", err=True)


def _print_json(domains: Iterable[Domain]) -> None:
    from tolerogen.antibodies import domain_record

    # One domain a line: a numbering printed over 500 lines helps nobody.
    before = "["
    for domain in domains:
        click.echo(before + json.dumps(domain_record(domain)), nl=False)
        before = ",\n "
    click.echo("]" if before != "[" else "[]")


def _print_table(domains: list[Domain]) -> None:
    columns = ("id", "residues", "chain", "V", "J", "CDR1", "CDR2", "CDR3", "status")
    rows = [
        (
            d.id,
            f"{d.start + 1}-{d.end + 1}",
            d.chain,
            f"{d.v.gene} ({d.v.identity:.0%})" if d.v else None,
            d.j.gene if d.j else None,
            *d.cdrs,
            d.status,
        )
        for d in domains
    ]
    print_table("Variable domains", columns, rows)
