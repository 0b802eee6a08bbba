"""``tolerogen safety monitor``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tolerogen.cli.refusal import Number, Whole
from tolerogen.cli.safety_output import deliver, table_options
from tolerogen.cli.show import examples


@click.command(
    epilog=examples(
        "tolerogen safety monitor examples/looks.csv --until 10",
        "tolerogen safety monitor examples/looks.csv --until 10 --figure results/looks",
    )
)
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--until",
    type=Number(0, 100_000, min_open=True),
    required=True,
    help="Length of the surveillance, fixed before it began: expected events; with cases and "
    "controls, events.",
)
@click.option(
    "--alpha",
    type=Number(1e-6, 0.5),
    default=0.05,
    show_default=True,
    help="Of a false alarm, over all looks.",
)
@click.option(
    "--fewest",
    type=Whole(1, 1000),
    default=1,
    show_default=True,
    help="Events, or cases, before an alarm.",
)
@click.option(
    "--controls",
    type=Number(0, 1000, min_open=True),
    default=1.0,
    show_default=True,
    help="Controls for one case, if nothing is wrong.",
)
@click.option("--figure", type=click.Path(path_type=Path), help="Write the looks as SVG and PNG.")
@table_options
def monitor(
    table: Path,
    until: float,
    alpha: float,
    fewest: int,
    controls: float,
    figure: Path | None,
    **output: Any,
) -> None:
    """Follow a surveillance from look to look, with an exact limit (MaxSPRT).

    TABLE is a CSV with one row a look and what is new since the one before: events and expected,
    or cases and controls; and when, if you like.
    """
    from tolerogen.drawing import save
    from tolerogen.safety import methods

    found = methods.monitor(methods.read_looks(table), until, alpha, fewest, controls)
    if figure is not None:
        for path in save(found.plot(), figure):
            click.echo(f"Written to {path}", err=True)
    alarm = "no alarm" if found.alarm is None else f"alarm at {found.alarm}"
    header = {
        "method": f"maxsprt, {found.kind}",
        "limit": found.limit,
        "until": until,
        "alpha": alpha,
        "fewest": fewest,
        "alarm": found.alarm,
    }
    sign = "reaches" if found.kind == "poisson" else "exceeds"
    notes = [
        f"Alarm when the log-likelihood ratio {sign} {found.limit:.6g}: that is the limit of "
        f"looking after every event, {alpha:g} in all. Looks at intervals alarm falsely less often."
    ]
    deliver(found.looks, f"{len(found.looks)} looks: {alarm}", header=header, notes=notes, **output)
