"""``tolerogen therapy``: the library of published drugs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tolerogen.cli.show import console, examples, json_option, print_json, print_table
from tolerogen.cli.therapy_dose import dose
from tolerogen.cli.therapy_play import play

if TYPE_CHECKING:
    from tolerogen.therapies import Therapy


@click.group()
def therapy() -> None:
    """Look up drugs: target, pharmacokinetics, studied regimens, sources."""


therapy.add_command(dose)
therapy.add_command(play)


@therapy.command("list", epilog=examples("tolerogen therapy list"))
@json_option
def list_(as_json: bool) -> None:
    """List the drugs of the library."""
    from tolerogen.therapies import list_therapies

    rows = [
        {
            "id": drug.id,
            "name": drug.name,
            "target": drug.target,
            "action": drug.action,
            "modality": drug.modality,
            "regimens": [regimen.name for regimen in drug.regimens],
        }
        for drug in list_therapies()
    ]
    if as_json:
        print_json(rows)
        return
    table = [[*list(row.values())[:-1], ", ".join(row["regimens"])] for row in rows]
    print_table("Therapies", ("id", "name", "target", "action", "modality", "regimens"), table)


@therapy.command(
    epilog=examples("tolerogen therapy show rituximab", "tolerogen therapy show s95011 --json")
)
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show a drug: NAME is an id, a synonym, or the path of a TOML file."""
    from tolerogen.therapies import load_therapy

    drug = load_therapy(name)
    if as_json:
        print_json(drug)
    else:
        _print_page(drug)


def _print_page(drug: Therapy) -> None:
    out = console()
    out.print(drug.name, style="bold")
    out.print(f"Target: {drug.target}   Action: {drug.action}   Modality: {drug.modality}")
    out.print(f"\n{drug.explain()}\n")
    columns = ("id", "value", "CV", "unit", "status", "source")
    rows = [(p.id, p.value, p.cv, p.unit, p.status, p.source) for p in drug.parameters]
    print_table("Parameters", columns, rows, numbers=2)
    regimens = [
        (regimen.name, "; ".join(rule.explain() for rule in regimen.rules), regimen.source)
        for regimen in drug.regimens
    ]
    print_table("Regimens", ("name", "doses", "source"), regimens)
    out.print("Sources")
    out.print(drug.citation())
