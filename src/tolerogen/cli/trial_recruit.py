"""``tolerogen trial recruit``: when a trial will be full."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, hand_over, json_option
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.trials import Recruitment, RecruitmentForecast

SURE = 0.8


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

    plan = _plan(file, patients, by)
    if (centres is None) != (on is None):
        raise SpecError("--centres and --on go together: the counts, and the day they were made.")
    observed = None
    if centres is not None and on is not None:
        observed = trials.read_centres(centres, _day(on))
    if out is not None:
        trials.check_writable(out)
    result = trials.forecast_recruitment(plan, observed, replicates=replicates, seed=seed)
    hand_over(result, out, as_json, lambda page: _show(page, seed))


def _plan(file: Path, patients: int | None, by: str | None) -> Recruitment:
    from dataclasses import replace

    from tolerogen import trials
    from tolerogen.units import convert

    plan = trials.load_recruitment(file, patients)
    return plan if by is None else replace(plan, finish=convert(by, "day", where="--by"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SpecError(f"--on: '{text}' is no date; write it as 2026-11-30.") from None


def _show(result: RecruitmentForecast, seed: int) -> None:
    from tolerogen import trials

    click.echo(result.summary().rstrip())
    plan = result.plan
    if result.observed is not None or plan.finish is None:
        return
    found = trials.centres_needed(plan, plan.finish, SURE, seed)
    if found is None:
        click.echo("No number of centres fills it by then: they open too late, or are capped.")
        return
    shares = ", ".join(f"{region.name} {region.centres}" for region in found.plan.regions)
    click.echo(
        f"{found.plan.centres} centres ({shares}) would fill it by then with a probability of "
        f"{SURE:.0%}."
    )
