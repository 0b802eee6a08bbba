"""``tolerogen safety import`` and ``export``: case safety reports in E2B."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.show import console, examples, json_option, print_json, print_table

if TYPE_CHECKING:
    from tolerogen.safety.e2b import Batch


@click.command(
    "import",
    epilog=examples("tolerogen safety import case.xml", "tolerogen safety import case.xml --json"),
)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def import_(file: Path, as_json: bool) -> None:
    """Read FILE, E2B(R3) or E2B(R2), list its data elements and name the broken ones."""
    from tolerogen.safety.e2b import check_icsr

    batch = _read(file)
    findings = check_icsr(batch) if batch.form == "R3" else []
    if as_json:
        print_json({**batch.document(), "findings": [asdict(f) for f in findings]})
        return
    rows = [
        (e.number, ".".join(map(str, e.place)), _short(e.text) if e.text else f"({e.null})")
        for e in batch.elements
    ]
    print_table(f"{file.name}: E2B({batch.form})", ("element", "place", "value"), rows)
    show = console()
    show.print(f"{batch.messages} reports, {len(batch.elements)} elements.")
    for finding in findings:
        show.print(f"line {finding.line}: {finding.message} [{finding.rule}]", markup=False)
    if batch.form == "R3":
        show.print("Nothing is wrong." if not findings else f"{len(findings)} broken elements.")


@click.command(epilog=examples("tolerogen safety export case.xml --out copy.xml"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write.")
@json_option
def export(file: Path, out: Path, as_json: bool) -> None:
    """Read FILE, in E2B(R3), and write it again with nothing lost."""
    from tolerogen.safety.e2b import write_icsr

    batch = _read(file)
    write_icsr(batch, out)
    if as_json:
        print_json({"file": str(out), "messages": batch.messages, "elements": len(batch.elements)})
    else:
        click.echo(f"Written to {out}", err=True)


def _read(file: Path) -> Batch:
    from tolerogen.safety.e2b import read_any

    return read_any(file)


def _short(text: str) -> str:
    return text if len(text) < 60 else f"{text[:57]}..."
