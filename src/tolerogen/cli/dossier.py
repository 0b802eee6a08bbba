"""``tolerogen dossier``: results as one page that a reviewer can check."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.show import console, examples, json_option, print_json, print_table

PATH = click.Path(path_type=Path)
SHOWN = 200


@click.group()
def dossier() -> None:
    """Make one self-contained report of results, and compare two."""


@dossier.command(
    epilog=examples(
        "tolerogen dossier build results/s95011 --out report.html",
        "tolerogen dossier build results/s95011 results/calibration --out report.html",
        "tolerogen dossier build results/s95011 --out report.html --pdf report.pdf",
    )
)
@click.argument("results", type=PATH, nargs=-1, required=True, metavar="RESULT...")
@click.option("--out", type=PATH, required=True, help="The HTML file.")
@click.option("--pdf", type=PATH, help="Print it as PDF too (needs tolerogen[pdf]).")
@click.option("--title", default="", help="Title of the page; from the results by default.")
@json_option
def build(
    results: tuple[Path, ...], out: Path, pdf: Path | None, title: str, as_json: bool
) -> None:
    """Build a report from RESULTs: folders of --out, projects, --json documents, a candidate.

    One HTML file that loads nothing: numbered figures and tables (each also as CSV), credibility,
    limits, sources, and what reproduces it.
    """
    from tolerogen import dossier as room
    from tolerogen.dossier.paper import check_paper
    from tolerogen.dossier.render import check_place, document

    check_place(out)
    for path in results:
        if (path / "project.toml").is_file():
            from tolerogen.projects import write_snapshot

            write_snapshot(path)
    if pdf is not None:
        check_paper(pdf)
    made = room.build_dossier([room.read_source(path) for path in results], title=title)
    room.write_dossier(made, out)
    if pdf is not None:
        room.write_pdf(made, pdf)
        click.echo(f"Written to {pdf}", err=True)
    if as_json:
        print_json(document(made))
        click.echo(f"Written to {out}", err=True)
        return
    size = out.stat().st_size / 1e6
    click.echo(
        f"{out}: {len(made.sections) + 1} sections, {len(made.tables)} tables, "
        f"{len(made.figures)} figures, {size:.1f} MB"
    )
    for section in made.sections:
        if section.missing:
            click.echo(f"{section.title}: {section.missing}", err=True)


@dossier.command(epilog=examples("tolerogen dossier diff january.html june.html"))
@click.argument("before", type=PATH)
@click.argument("after", type=PATH)
@json_option
def diff(before: Path, after: Path, as_json: bool) -> None:
    """Say what differs between two reports, cell by cell."""
    from tolerogen import dossier as room

    changes = room.compare_dossiers(before, after)
    if as_json:
        print_json({"changes": changes})
        return
    if not changes:
        click.echo("The same numbers.")
        return
    rows = [(c.what, c.table, c.row, c.column, c.before, c.after) for c in changes[:SHOWN]]
    title = f"{len(changes)} differences"
    print_table(title, ("what", "table", "row", "column", "before", "after"), rows)
    if len(changes) > SHOWN:
        console().print(f"The first {SHOWN} are shown; --json gives all.")
