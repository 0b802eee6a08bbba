"""``tolerogen antibody humanness`` and ``tolerogen antibody humanise``."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.show import examples, json_option, print_json, print_table

FILE = click.Path(path_type=Path)
DIALS = ("human", "balanced", "conservative")


@click.command(epilog=examples("tolerogen antibody humanness examples/il7r-antibodies.fasta"))
@click.argument("file", type=FILE)
@json_option
def humanness(file: Path, as_json: bool) -> None:
    """How human each variable domain in FILE is: higher is more human."""
    from tolerogen.antibodies import number_many, read_sequences
    from tolerogen.antibodies.humanness import humanness as score

    scores = []
    for found in number_many(read_sequences(file)):
        if not found.domains:
            click.echo(f"Note: '{found.id}' {found.reason}.", err=True)
        scores += [score(domain) for domain in found.domains]
    if as_json:
        print_json([one.record() for one in scores])
        return
    rows = [
        (s.id, s.chain, f"{s.score:.3f}", f"{s.identity:.1%} {s.gene}", " ".join(s.rare))
        for s in scores
    ]
    print_table("Humanness", ("id", "chain", "score", "nearest gene", "rare residues"), rows)


@click.command(
    epilog=examples(
        "tolerogen antibody humanise examples/il7r-antibodies.fasta",
        "tolerogen antibody humanise mouse.fasta --dial balanced --json",
    )
)
@click.argument("file", type=FILE)
@click.option(
    "--dial",
    type=click.Choice(DIALS),
    default="human",
    show_default=True,
    help="How far to go: which variant leads.",
)
@json_option
def humanise(file: Path, dial: str, as_json: bool) -> None:
    """Humanise the antibodies in FILE; chains are paired by name (mab1 VH, mab1 VL)."""
    from tolerogen.antibodies import read_sequences
    from tolerogen.antibodies.humanness import humanise as run
    from tolerogen.antibodies.records import molecule_name

    records = read_sequences(file)
    made = run(records, dial)
    for name in sorted({molecule_name(r.id) for r in records} - {one.id for one in made}):
        click.echo(f"Note: '{name}' has no variable domain.", err=True)
    if as_json:
        print_json([one.record() for one in made])
        return
    for one in made:
        rows = [(m.chain, f"{m.before}{m.position}{m.after}", m.reason) for m in one.mutations]
        title = f"{one.id}: humanness {one.before:.3f} to {one.after:.3f} ({one.dial})"
        print_table(title, ("chain", "mutation (IMGT)", "reason"), rows)
        for name, sequence in (("VH", one.vh), ("VL", one.vl)):
            if sequence:
                click.echo(f">{one.id} {name}\n{sequence}")
