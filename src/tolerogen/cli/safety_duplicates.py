"""``tolerogen safety duplicates``: cases of the store that may be one case told twice."""

from __future__ import annotations

from dataclasses import asdict

import click

from tolerogen.cli.refusal import Number
from tolerogen.cli.safety_case import store_option
from tolerogen.cli.show import console, examples, json_option, print_json, print_table


@click.command(epilog=examples("tolerogen safety duplicates --store cases.sqlite"))
@store_option
@click.option(
    "--at-least",
    type=Number(0, 1),
    default=0.9,
    show_default=True,
    help="Smallest probability shown.",
)
@json_option
def duplicates(where: str, at_least: float, as_json: bool) -> None:
    """Propose pairs of cases that may be one. Nothing is merged or changed."""
    from tolerogen.safety.duplicates import find_duplicates
    from tolerogen.safety.store import CaseStore

    cases = ((row.case_id, row.report) for row in CaseStore.existing(where).latest())
    found = find_duplicates(cases, at_least)
    if as_json:
        print_json({"at_least": at_least, "duplicates": [asdict(pair) for pair in found]})
        return
    shown = [
        (
            pair.first,
            pair.second,
            f"{pair.score:.1f}",
            f"{pair.probability:.3f}",
            ", ".join(f"{name} {weight:+.1f}" for name, weight in pair.reasons.items()),
        )
        for pair in found
    ]
    columns = ("case", "may be", "bits", "probability", "weights")
    print_table(f"{len(found)} suspected duplicates", columns, shown)
    if found:
        console().print("If one is void: tolerogen safety case NUMBER --nullify REASON.")
