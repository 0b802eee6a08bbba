"""``tolerogen target explain``: one target, every number with its source, and its picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.show import console, examples, json_option, print_json, print_table
from tolerogen.cli.target_options import evidence_options, model_options, read_all


@click.command(
    epilog=examples(
        "tolerogen target explain IL7R --svg results/il7r.svg",
        "tolerogen target explain STAT4 --json",
    )
)
@click.argument("name")
@evidence_options
@model_options()
@click.option(
    "--svg", type=click.Path(path_type=Path), help="Write the node's neighbourhood in the network."
)
@json_option
def explain(name: str, svg: Path | None, as_json: bool, **given: Any) -> None:
    """Explain a target: NAME is a node of the model or a gene, by any usual name."""
    from tolerogen import targets
    from tolerogen.errors import SpecError
    from tolerogen.result_file import check_file

    if svg is not None:
        check_file(svg)
    disease, records, day, setup = read_all(given)
    with progress("Simulating patients") as report:
        found = targets.explain_target(
            disease,
            name,
            evidence=records,
            until_day=day,
            posterior=given["posterior"],
            draws=given["draws"],
            setup=setup,
            endotypes=given["endotypes"] and targets.read_endotypes(given["endotypes"]),
            progress=report,
        )
    if svg is not None:
        if found.neighbourhood is None:
            raise SpecError(f"'{name}' is not in the model, so it has no neighbourhood to draw.")
        click.echo(f"Written to {targets.draw_neighbourhood(found.neighbourhood, svg)}", err=True)
    if as_json:
        print_json(found.document())
    else:
        show(found)


def show(found: Any) -> None:
    """Print an explanation for people."""
    out = console()
    target = found.target
    out.print(f"{target.target}: {target.name} ({', '.join(target.genes)})", style="bold")
    for note in found.ranking.notes:
        out.print(f"Note: {note}")
    for flag in target.flags:
        out.print(f"Flag: {flag}")
    out.print()
    lines = enumerate(found.lines, start=1)
    rows = [(number, line.what, line.value, line.source) for number, line in lines]
    print_table("Every number and its source", ("", "what", "value", "source"), rows)
    around = found.neighbourhood
    if around is None:
        return
    rules = [(name, law, "the model") for name, law in around.signals]
    if rules:
        print_table("Signals it turns", ("signal", "rule", "source"), rules)
    arrows = [(r.id, r.what, ", ".join(r.by), f"{r.status}: {r.source}") for r in around.reactions]
    print_table("What feels it", ("reaction", "what", "through", "source"), arrows)
    if around.clinic:
        out.print(f"Clinical read-outs that feel it at once: {', '.join(around.clinic)}")
