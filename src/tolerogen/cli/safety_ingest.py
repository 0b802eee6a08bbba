"""``tolerogen safety ingest``: from files of many reports to tables."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.show import console, examples, json_option, print_json, print_table


@click.command(
    epilog=examples(
        "tolerogen safety ingest faers_ascii_2022q4.zip --out results/faers",
        "tolerogen safety ingest 2022q3.zip 2022q4.zip DELETE22Q4.txt --out results/faers --json",
    )
)
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option(
    "--format", "kind", help="faers, faers-xml, openfda, vaers, pairs, deletions. [guessed]"
)
@json_option
def ingest(sources: tuple[Path, ...], out: Path, kind: str | None, as_json: bool) -> None:
    """Read SOURCES (FAERS, openFDA, VAERS, CSV) into Parquet tables for "safety signals".

    A run that was cut is continued; sources read into the folder before are not read again. Rows
    that cannot be used are counted, and lie in rejects.csv with file, line and reason.
    """
    from tolerogen.safety import ingest as room

    with progress("Sources") as report:
        made = room.ingest(sources, out, kind=kind, progress=report)
    if as_json:
        print_json(made.document())
        return
    columns = ("source", "format", "rows", "reports", "drugs", "events", "put apart")
    rows = [
        [*(one[name] for name in columns[:-1]), sum(one["rejects"].values())]
        for one in made.sources
    ]
    print_table(f"{made.reports:,} reports in {made.folder}", columns, rows)
    show = console()
    show.print(
        f"{made.drugs:,} drugs, {made.events:,} events. Left out: {made.superseded:,} earlier "
        f"versions, {made.deleted:,} withdrawn cases."
    )
    for reason, count in {**made.rejects, **made.warnings}.items():
        show.print(f"{count:,} x {reason}")
