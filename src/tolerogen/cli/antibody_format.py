"""``tolerogen antibody format``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.show import examples, json_option, print_json, print_table

if TYPE_CHECKING:
    from tolerogen.antibodies import Domain
    from tolerogen.antibodies.assembly import Molecule

FORMATS = ("igg", "fab", "bispecific", "fc-fusion")


@click.command(
    "format",
    epilog=examples(
        "tolerogen antibody format examples/il7r-antibodies.fasta --isotype IgG4 --change S228P",
        "tolerogen antibody format two-antibodies.fasta --as bispecific --change LALA-PG",
        "tolerogen antibody format receptor.fasta --as fc-fusion --linker GGGGS",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(FORMATS), default="igg", show_default=True)
@click.option("--isotype", default="IgG1", show_default=True, help="IgG1, IgG2 or IgG4.")
@click.option("--change", multiple=True, help="Fc change by name: LALA-PG, YTE, afucosylated ...")
@click.option("--linker", default="", help="Between protein and Fc of a fusion.")
@json_option
def format_(
    file: Path, kind: str, isotype: str, change: tuple[str, ...], linker: str, as_json: bool
) -> None:
    """Whole chains of the antibodies in FILE: IgG, Fab, bispecific IgG, or an Fc fusion.

    Chains are paired by name (mab1 VH, mab1 VL). For a bispecific FILE holds two antibodies.
    """
    from tolerogen.antibodies.formats import fc_changes
    from tolerogen.errors import SpecError

    if linker and kind != "fc-fusion":
        raise SpecError("--linker is for --as fc-fusion; other formats have none.")
    made = _made(file, kind, isotype, change, linker)
    if as_json:
        print_json([{"id": name, **one.record()} for name, one in made])
        return
    for name, one in made:
        rows = [(c.name, c.copies, len(c.sequence)) for c in one.chains]
        title = f"{name}: {one.format}, {one.mass_kda:.1f} kDa"
        print_table(title, ("chain", "copies", "residues"), rows)
        for note in one.notes:
            click.echo(f"{name}: {note}.", err=True)
        for chain in one.chains:
            click.echo(f">{name} {chain.name}\n{chain.sequence}")
    for known in change:
        told = fc_changes()[known]
        click.echo(f"{known}: {told.effect} ({told.source}).", err=True)


def _made(
    file: Path, kind: str, isotype: str, change: tuple[str, ...], linker: str
) -> list[tuple[str, Molecule]]:
    from tolerogen.antibodies import read_sequences
    from tolerogen.antibodies.assembly import bispecific, fab, fc_fusion, igg
    from tolerogen.antibodies.records import clean
    from tolerogen.errors import SpecError

    records = read_sequences(file)
    if kind == "fc-fusion":
        return [(r.id, fc_fusion(clean(r.sequence), isotype, change, linker)) for r in records]
    pairs = _pairs(records, str(file))
    if kind == "bispecific":
        if len(pairs) != 2:
            raise SpecError(f"{file}: a bispecific needs two antibodies; found {len(pairs)}.")
        first, second = pairs.values()
        return [(" x ".join(pairs), bispecific(first, second, isotype, change))]
    if kind == "fab":
        return [(name, fab(*pair, isotype)) for name, pair in pairs.items()]
    return [(name, igg(*pair, isotype, change)) for name, pair in pairs.items()]


def _pairs(records: list, where: str) -> dict[str, tuple[Domain, Domain]]:  # type: ignore[type-arg]
    from tolerogen.antibodies import number_many
    from tolerogen.antibodies.records import molecule_name
    from tolerogen.errors import SpecError

    found: dict[str, dict[str, Domain]] = {}
    for one in number_many(records):
        for domain in one.domains:
            kind = "H" if domain.chain == "H" else "L"
            own = found.setdefault(molecule_name(one.id), {})
            if kind in own:
                raise SpecError(f"{where}: '{molecule_name(one.id)}' has two domains of one kind.")
            own[kind] = domain
    for name, own in found.items():
        if set(own) != {"H", "L"}:
            raise SpecError(f"{where}: '{name}' needs one heavy and one light variable domain.")
    if not found:
        raise SpecError(f"{where}: holds no variable domain.")
    return {name: (own["H"], own["L"]) for name, own in found.items()}
