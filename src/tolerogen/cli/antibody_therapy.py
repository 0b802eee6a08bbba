"""``tolerogen antibody therapy``."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.show import examples, json_option, print_json, print_table

FILE = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "tolerogen antibody therapy examples/il7r-candidate.toml --like s95011 --out mine.toml"
    )
)
@click.argument("file", type=FILE)
@click.option("--like", help="A therapy against the same target, for what was not measured.")
@click.option("--out", type=FILE, help="Write the therapy file here, for a trial.")
@json_option
def therapy(file: Path, like: str | None, out: Path | None, as_json: bool) -> None:
    """Hand a candidate (TOML) over as a therapy: full chains, binding, predicted clearance."""
    from tolerogen.antibodies.candidate_reader import read_candidate
    from tolerogen.result_file import write_file
    from tolerogen.therapies import load_therapy, therapy_from_antibody, therapy_toml

    candidate = read_candidate(file)
    made = therapy_from_antibody(candidate, load_therapy(like) if like else None)
    if out is not None:
        write_file(out, therapy_toml(made))
    if as_json:
        chains = {"heavy": candidate.heavy, "light": candidate.light}
        told = {
            "clearance": candidate.clearance,
            "immunogenicity": candidate.immunogenicity.record(),
        }
        print_json({**chains, **told, "therapy": made})
        return
    rows = [(p.id, p.value, p.unit, p.status, p.source, p.note) for p in made.pk.parameters]
    print_table(made.name, ("parameter", "value", "unit", "status", "source", "note"), rows)
    click.echo(made.notes)
    immune = made.immunogenicity
    if immune is not None:
        click.echo(
            f"Antibodies against it: {immune.ada_incidence:.1%} of patients, clearance "
            f"{immune.clearance_fold:g}-fold from about day {immune.onset:g} ({immune.context})."
        )
