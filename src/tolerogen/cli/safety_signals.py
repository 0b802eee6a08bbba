"""``tolerogen safety signals``: which pairs are reported more than chance explains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.refusal import SHARE, Whole
from tolerogen.cli.safety_output import headings, words
from tolerogen.cli.show import console, examples, json_option, print_json, print_table

if TYPE_CHECKING:
    from tolerogen.safety.signals import SignalTable


@click.command(
    epilog=examples(
        "tolerogen safety signals examples/reports.csv --method ebgm",
        "tolerogen safety signals examples/reports.csv --method ic --strata sex --json",
    )
)
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--method", default="ebgm", show_default=True, help="ebgm, ic, prr, ror, rrr, bcpnn, lrt."
)
@click.option(
    "--ebgm-form",
    default="zeros",
    show_default=True,
    help="Likelihood of the prior: zeros, component, joint.",
)
@click.option("--hyperparameters", metavar="A1,B1,A2,B2,P", help="Fix the prior of EBGM.")
@click.option("--level", type=SHARE, help="Coverage of the interval. [0.90 for ebgm, else 0.95]")
@click.option("--strata", metavar="COLUMN,…", help="Columns to stratify expected counts by.")
@click.option("--by", metavar="COLUMN", help="Column whose values are looked at apart.")
@click.option("--columns", metavar="OURS=THEIRS,…", help="Headings, when the file's are others.")
@click.option(
    "--min-count", type=Whole(min=0), default=1, show_default=True, help="Fewest reports."
)
@click.option("--limit", type=Whole(min=1), help="Rows to print. [20; all with --json]")
@click.option("--out", type=click.Path(path_type=Path), help="Write all rows: .csv or .parquet.")
@click.option(
    "--figure",
    type=click.Path(path_type=Path),
    help="Draw the highest scores with intervals to this stem (SVG and PNG).",
)
@json_option
def signals(
    table: Path,
    method: str,
    ebgm_form: str,
    hyperparameters: str | None,
    level: float | None,
    strata: str | None,
    by: str | None,
    columns: str | None,
    min_count: int,
    limit: int | None,
    out: Path | None,
    figure: Path | None,
    as_json: bool,
) -> None:
    """Score the drug-event pairs of TABLE.

    TABLE holds reports (report_id, drug, event, any strata), or counts (drug, event, n with
    expected or with n_drug, n_event, n_total), as CSV or Parquet; or it is a folder made by
    "safety ingest".
    """
    from tolerogen.safety import signals as room

    source = room.read_source(table, headings(columns), words(strata), by)
    prior = room.read_prior(hyperparameters) if hyperparameters else None
    options = {"form": ebgm_form, "prior": prior, "level": level, "min_count": min_count}
    if by:
        results = room.find_by_subgroup(source, method, **options)
    else:
        results = [room.find_signals(source, method, **options)]  # type: ignore[arg-type]
    if out is not None:
        room.write_table(results, out)
    if figure is not None:
        for path in room.draw_signals(results[0], figure):
            click.echo(f"Written to {path}", err=True)
    if as_json:
        documents = [result.document(limit=limit) for result in results]
        print_json({"subgroups": documents} if by else documents[0])
        return
    for result in results:
        _print(result, limit or 20)
    if out is not None:
        click.echo(f"Written to {out}", err=True)


def _print(result: SignalTable, limit: int) -> None:
    head = result.header()
    title = f"{result.method.upper()}: {head['signals']} of {head['pairs']} pairs fulfil "
    title += result.criterion
    if result.subgroup is not None:
        title = f"{result.subgroup}. {title}"
    columns = ["drug", "event", "n", "expected", "estimate", "low", "high", "score", "signal"]
    columns += ["p"] if result.p is not None else []
    rows = [
        [
            "yes" if row[name] is True else "" if row[name] is False else row[name]
            for name in columns
        ]
        for row in result.rows(limit=limit)
    ]
    print_table(title, columns, rows)
    out = console()
    out.print(f"Unit: {head['unit']}. Interval: {result.level:.0%}.")
    if result.prior is not None:
        p = result.prior
        out.print(
            f"EBGM form: {result.form}. Prior: alpha1 {p.alpha1:.4g}, beta1 {p.beta1:.4g}, "
            f"alpha2 {p.alpha2:.4g}, beta2 {p.beta2:.4g}, p {p.p:.4g}."
        )
    for note in result.notes:
        out.print(note)
