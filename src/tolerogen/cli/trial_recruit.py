"""``tolerogen trial recruit``: when a trial will be full."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.refusal import SHARE, Whole
from tolerogen.cli.show import examples, hand_over, json_option
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.trials import Recruitment


@click.command(
    epilog=examples(
        "tolerogen trial recruit examples/recruitment.toml --out results/recruitment",
        "tolerogen trial recruit examples/recruitment.toml --centres examples/centres.csv "
        "--on 2026-06-30",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--patients", type=Whole(min=1), help="Patients wanted, instead of the file's.")
@click.option("--by", metavar="TIME", help="Last patient in by then: '12 months'. Else the file's.")
@click.option(
    "--sure",
    type=SHARE,
    default=0.8,
    show_default=True,
    help="Probability with which it is to be full by then: how many centres reach it?",
)
@click.option(
    "--centres",
    type=click.Path(path_type=Path),
    help="CSV of what centres have done: centre, opened (a date), randomised, and region.",
)
@click.option("--on", metavar="DATE", help="The day of those counts, such as 2026-11-30.")
@click.option("--replicates", type=Whole(min=10), default=2000, show_default=True)
@click.option("--seed", type=Whole(min=0), default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the table and the figure.")
@json_option
def recruit(
    file: Path,
    patients: int | None,
    by: str | None,
    sure: float,
    centres: Path | None,
    on: str | None,
    replicates: int,
    seed: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Forecast when the trial of FILE is full, from its [recruitment] table.

    Centres differ: each has a rate of its own, drawn about the mean of its region. With --centres,
    their counts update what was planned, and the forecast is of the patients still to come.
    """
    from tolerogen import trials
    from tolerogen.trials.recruitment import read_day

    plan = _plan(file, patients, by)
    if (centres is None) != (on is None):
        raise SpecError("--centres and --on go together: the counts, and the day they were made.")
    observed = None
    if centres is not None and on is not None:
        observed = trials.read_centres(centres, read_day(on, "--on"))
    if out is not None:
        trials.check_writable(out)
    result = trials.forecast_recruitment(
        plan, observed, replicates=replicates, seed=seed, sure=sure
    )
    hand_over(result, out, as_json, lambda page: click.echo(page.summary().rstrip()))


def _plan(file: Path, patients: int | None, by: str | None) -> Recruitment:
    from dataclasses import replace

    from tolerogen import trials
    from tolerogen.units import convert

    plan = trials.load_recruitment(file, patients)
    return plan if by is None else replace(plan, finish=convert(by, "day", where="--by"))
