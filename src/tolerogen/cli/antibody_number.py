"""``tolerogen antibody number``."""

from __future__ import annotations

from collections import deque
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.show import examples, json_option, print_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tolerogen.antibodies import Domain, Numbered

TOLD = 5
ROWS = 1000
"""Rows of the table on the screen."""
LARGE = 1_000_000
"""Bytes of a file from which on progress is shown."""
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
    from tolerogen.antibodies import number_many, stream_sequences, write_domains

    silent = _Silent()
    with progress("Numbering sequences") as report:
        told = report if file.is_file() and file.stat().st_size > LARGE else None
        found = silent.hear(number_many(stream_sequences(file, told), scheme, cdrs))
        # As they come: a million need not be in memory.
        if out is not None:
            write_domains(out, _printed(found) if as_json else found)
        elif as_json:
            deque(_printed(found), maxlen=0)
        else:
            shown = list(islice(found, ROWS))
            more = sum(1 for _ in found)
    silent.tell()
    if out is None and not as_json:
        _print_table(shown)
        if more:
            click.echo(f"Note: {more} more domains; --out or --json gives all of them.", err=True)


def _printed(found: Iterable[Domain]) -> Iterator[Domain]:
    """Print each domain as it passes: one JSON document, a domain a line."""
    from tolerogen.antibodies import json_lines

    kept: deque[Domain] = deque()

    def passing() -> Iterator[Domain]:
        for domain in found:
            kept.append(domain)
            yield domain

    for line in json_lines(passing()):
        click.echo(line, nl=False)
        while kept:
            yield kept.popleft()


class _Silent:
    """Remembers the first sequences without a domain, and counts the others."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[tuple[str, str]] = []

    def hear(self, results: Iterator[Numbered]) -> Iterator[Domain]:
        for result in results:
            if not result.domains:
                self.count += 1
                if self.count <= TOLD:
                    self.first.append((result.id, result.reason))
            yield from result.domains

    def tell(self) -> None:
        for name, reason in self.first:
            click.echo(f"Note: '{name}' {reason}.", err=True)
        if self.count > TOLD:
            click.echo(f"Note: {self.count - TOLD} more without a domain.", err=True)


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
