"""What ``tolerogen model show`` shows: states, parameters, read-outs, reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tolerogen.cli.equations import Equations, read_equations
from tolerogen.cli.show import console, print_table

if TYPE_CHECKING:
    from tolerogen.cli.model_source import Source
    from tolerogen.diseases import Disease


def document(source: Source) -> dict[str, Any]:
    """Return the page as what JSON can hold; with the targets and sources of a disease."""
    model, equations = source.model, read_equations(source.model.sbml)
    page: dict[str, Any] = {
        "id": model.id,
        "compartments": [_symbol(source, equations, name) for name in model.outline.compartments],
        "states": [_symbol(source, equations, name) for name in model.outline.species],
        "parameters": [_symbol(source, equations, name) for name in model.outline.parameters],
        "reactions": list(equations.reactions),
    }
    if source.disease is not None:
        page["disease"] = {
            key: getattr(source.disease, key)
            for key in ("id", "name", "parameters", "targets", "states", "readouts", "sources")
        }
    return page


def print_page(source: Source) -> None:
    """Print the page to standard output."""
    model, equations = source.model, read_equations(source.model.sbml)
    console().print(source.disease.name if source.disease else model.id, style="bold")
    console().print()
    columns = ("id", "value", "unit", "follows")
    for title, names in (
        ("Compartments", model.outline.compartments),
        ("States", model.outline.species),
        ("Parameters", _without_table(source)),
    ):
        symbols = [_symbol(source, equations, name) for name in names]
        print_table(title, columns, [_row(symbol) for symbol in symbols], numbers=1)
    if source.disease is not None:
        _print_disease(source.disease)
    rows = [(r.id, r.equation, r.rate) for r in equations.reactions]
    print_table("Reactions", ("id", "equation", "rate"), rows)


def _print_disease(disease: Disease) -> None:
    columns = ("id", "value", "CV", "unit", "distribution", "status", "source")
    rows = [
        (p.id, p.value, p.cv, p.unit, p.distribution, p.status, p.source)
        for p in disease.parameters
    ]
    print_table("Parameters with their sources", columns, rows, numbers=2)
    targets = [(node.id, node.name, ", ".join(node.actions)) for node in disease.targets.values()]
    print_table("Where a therapy can act", ("id", "name", "actions"), targets)


def _without_table(source: Source) -> list[str]:
    """Name the parameters that no parameter table of a disease describes."""
    described = {p.id for p in source.disease.parameters} if source.disease else set()
    return [name for name in source.model.outline.parameters if name not in described]


def _symbol(source: Source, equations: Equations, name: str) -> dict[str, Any]:
    start = equations.start.get(name, "")
    try:
        value, formula = float(start), None
    except ValueError:
        value, formula = None, start or None
    return {
        "id": name,
        "value": value,
        "unit": source.model.units(name),
        "formula": formula,
        "rule": equations.rule.get(name),
    }


def _row(symbol: dict[str, Any]) -> tuple[object, ...]:
    """Tell a number from a formula at the start (``=``) and one that always holds (``:=``)."""
    if symbol["rule"]:
        follows = f":= {symbol['rule']}"
    else:
        follows = f"= {symbol['formula']}" if symbol["formula"] else ""
    return symbol["id"], symbol["value"], symbol["unit"], follows
