"""``tolerogen trial``: design, run and analyse a virtual trial."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, hand_over, json_option, print_table
from tolerogen.cli.trial_recruit import recruit
from tolerogen.cli.trial_validate import validate

if TYPE_CHECKING:
    from distributed import Client

Command = TypeVar("Command", bound=Callable[..., Any])


def scheduler_option(command: Command) -> Command:
    """Add ``--scheduler`` to a verb."""
    return click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Run on the workers of this Dask scheduler: tcp://HOST:PORT, or a scheduler file "
        "(.json). The numbers are the same.",
    )(command)


@contextmanager
def workers(scheduler: str | None) -> Iterator[Client | None]:
    """Give a client of the scheduler, None without one, and say on standard error who works."""
    if scheduler is None:
        yield None
        return
    from tolerogen.trials.scale import connect

    with connect(scheduler) as client:
        threads = client.nthreads()
        click.echo(
            f"Scheduler {scheduler}: {len(threads)} workers, {sum(threads.values())} threads"
            + ("" if threads else "; waiting for the first"),
            err=True,
        )
        yield client


@click.group()
def trial() -> None:
    """Run a virtual trial from a design file."""


trial.add_command(validate)
trial.add_command(recruit)


@trial.command(
    epilog=examples("tolerogen trial run examples/s95011-sjogren.toml --out results/s95011")
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--patients", type=Whole(min=1), help="Patients, instead of the file's.")
@click.option("--replicates", type=Whole(min=1), help="Trials, instead of the file's.")
@click.option("--seed", type=Whole(min=0), help="Seed, instead of the file's.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the result, tables and figures."
)
@click.option(
    "--adam",
    type=click.Path(path_type=Path),
    help="Folder for ADaM-like datasets: Parquet, CSV, SAS transport, define table, NONMEM.",
)
@scheduler_option
@json_option
def run(
    file: Path,
    patients: int | None,
    replicates: int | None,
    seed: int | None,
    out: Path | None,
    adam: Path | None,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Run the trial that FILE (TOML) describes, and print what came out.

    The same file and seed give the same numbers, whatever the number of threads or workers.
    """
    from tolerogen import trials

    spec = trials.load_trial(file)
    if trials.leaves_open(file):
        click.echo(
            "The [design] table of the file is left aside: the trial is run once, parallel and of "
            "fixed size. 'tolerogen trial design' simulates the design.",
            err=True,
        )
    for folder in filter(None, (out, adam)):
        trials.check_writable(folder)
    with workers(scheduler) as client, progress("Simulating patients") as report:
        result = trials.run_trial(
            spec,
            patients=patients,
            replicates=replicates,
            seed=seed,
            progress=report,
            client=client,
        )
    if out is not None:
        trials.write_result(result, out)
    if adam is not None:
        from tolerogen.trials import datasets

        datasets.export_study(datasets.study_of(result), adam)
    click.echo(result.to_json() if as_json else result.summary())
    for folder in filter(None, (out, adam)):
        click.echo(f"Written to {folder}", err=True)


@trial.command(epilog=examples("tolerogen trial export results/s95011 --out results/s95011-adam"))
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    help="parquet, csv or xpt (SAS transport); may be given several times. All by default.",
)
@click.option(
    "--events",
    type=click.Path(path_type=Path),
    help="CSV of adverse events for ADAE: patient, day, term, and end_day, serious, severity, "
    "related if known. The simulator makes none up.",
)
@json_option
def export(
    result: Path, out: Path, formats: tuple[str, ...], events: Path | None, as_json: bool
) -> None:
    """Write the trial in the folder RESULT as ADaM-like datasets.

    ADSL, ADQS, ADPC and ADAE as Parquet, CSV and SAS transport, a define table, the event table of
    each drug for NONMEM, and the trial file.
    """
    from tolerogen.trials import datasets

    study = datasets.read_study(result)
    found = None if events is None else datasets.read_events(events)
    folder = datasets.export_study(study, out, formats or datasets.FORMATS, found)
    if as_json:
        click.echo((folder / "result.json").read_text(encoding="utf-8").rstrip())
    else:
        print_table("Datasets", ("name", "label", "rows"), datasets.contents(folder))
    click.echo(f"Written to {out}", err=True)


@trial.command(
    epilog=examples("tolerogen trial design examples/dose-and-size.toml --out results/design")
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replicates", type=Whole(min=10), help="Simulated trials, instead of the file's.")
@click.option("--seed", type=Whole(min=0), help="Seed, instead of the file's.")
@click.option(
    "--posterior",
    type=click.Path(path_type=Path),
    help="Parameter sets (CSV, one row a draw): adds the probability of success over them.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the table and the figure.")
@scheduler_option
@json_option
def design(
    file: Path,
    replicates: int | None,
    seed: int | None,
    posterior: Path | None,
    out: Path | None,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Rate the options that the [design] table of FILE leaves open.

    How many patients, which dose, which visit, which endpoint, which entry: every combination
    with its power, type I error, bias and coverage over simulated trials. A table such as
    [design.sequential] makes it a design with looks, arms that are dropped, a subgroup and so on.
    """
    from tolerogen import trials

    options = trials.load_options(file)
    sets = None if posterior is None else trials.read_posterior(posterior)
    options = options.changed(replicates=replicates, seed=seed, posterior=sets)
    if out is not None:
        trials.check_writable(out)
    with workers(scheduler) as client, progress("Simulating patients") as report:
        result = trials.explore(options, progress=report, client=client)
    hand_over(result, out, as_json, lambda page: click.echo(page.summary()))
