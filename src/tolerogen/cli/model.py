"""``tolerogen model``: look into a model, simulate one patient, check the engine."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.show import examples, json_option


@click.group()
def model() -> None:
    """Look into a mechanistic model, or simulate one patient with it.

    A model is a file in Antimony or SBML, or the name of a disease, such as sjogren.
    """


@model.command(
    epilog=examples("tolerogen model show sjogren", "tolerogen model show my-model.ant --json")
)
@click.argument("source", metavar="FILE_OR_DISEASE")
@json_option
def show(source: str, as_json: bool) -> None:
    """Show the states, parameters and reactions of a model."""
    from tolerogen.cli import model_page
    from tolerogen.cli.model_source import open_source
    from tolerogen.cli.show import print_json

    found = open_source(source)
    if as_json:
        print_json(model_page.document(found))
    else:
        model_page.print_page(found)


@model.command(
    epilog=examples(
        'tolerogen model simulate sjogren --days "52 weeks" --observables IgG,B_blood',
        'tolerogen model simulate my-model.ant --set CL=0.3 --dose "0:100 mg:central:1 hour"',
    )
)
@click.argument("source", metavar="FILE_OR_DISEASE")
@click.option("--days", metavar="TIME", default="168", show_default=True, help="How long.")
@click.option("--every", metavar="TIME", default="7", show_default=True, help="Output interval.")
@click.option("--state", help="Named state of the disease to start from, such as healthy.")
@click.option(
    "--set", "values", metavar="PARAMETER=VALUE", multiple=True, help="Set a model parameter."
)
@click.option(
    "--dose", "doses", metavar="TIME:AMOUNT:INTO[:DURATION]", multiple=True, help="Give a dose."
)
@click.option("--observables", help="Ids to report, with commas; default: read-outs or states.")
@click.option("--rules", type=click.Path(path_type=Path), help="Dosing rules to follow (TOML).")
@click.option("--out", type=click.Path(path_type=Path), help="Write a table: .csv or .nc.")
@click.option("--plot", type=click.Path(path_type=Path), help="Write a figure: .svg or .png.")
@json_option
def simulate(
    source: str,
    days: str,
    every: str,
    state: str | None,
    values: tuple[str, ...],
    doses: tuple[str, ...],
    observables: str | None,
    rules: Path | None,
    out: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Simulate one patient, with the model's own values unless set otherwise.

    Times are days or carry a unit ("24 weeks"). The amount of a dose is a mass ("750 mg"), or a
    bare number in the model's own substance unit; with a duration it is an infusion. At the time
    of a dose the value before it is reported. Both --set and --dose may be repeated. A file of
    dosing rules holds, stops, titrates or rescues depending on what is observed.
    """
    from tolerogen.cli import trajectory, trajectory_files
    from tolerogen.cli.model_run import read_request, run
    from tolerogen.cli.model_source import open_source
    from tolerogen.cli.show import print_json

    trajectory_files.check_files(out, plot)
    request = read_request(days, every, state, values, doses, observables, rules)
    found = open_source(source)
    data = run(found, request)
    trajectory_files.write_files(data, out, plot)
    if as_json:
        print_json(trajectory.trajectory_document(data))
    else:
        trajectory.print_trajectory(data, found.model.id, found.labels)


@model.command(
    "check-suite",
    epilog=examples(
        "tolerogen model check-suite sbml-test-suite/cases/semantic",
        "tolerogen model check-suite sbml-test-suite/cases/semantic --json > outcome.json",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def check_suite(folder: Path, as_json: bool) -> None:
    """Run cases of the SBML Test Suite on the native engine.

    DIR holds the numbered case folders, each with a model, its settings and the expected results.
    A case passes when every value meets the suite's own tolerances; a model with a feature the
    engine does not offer is refused, by the name of the feature. Exit code 0 says that the cases
    ran, not that they passed.
    """
    from tolerogen.cli.model_suite import print_suite
    from tolerogen.cli.progress import progress
    from tolerogen.cli.show import print_json
    from tolerogen.engine import suite

    with progress("Checking") as report:
        result = suite.check_suite(folder, report)
    if as_json:
        print_json(result.document())
    else:
        print_suite(result)
