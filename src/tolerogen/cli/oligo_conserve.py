"""``tolerogen oligo conserve``."""

from __future__ import annotations

import click

from tolerogen.cli.show import examples, json_option, print_json, print_table


@click.command(
    epilog=examples(
        "tolerogen oligo conserve report/candidates.csv --gene IL7R --species mouse=mouse.fa "
        "--species cynomolgus=cyno.tgi",
    )
)
@click.argument("source", nargs=-1, required=True)
@click.option("--gene", required=True, help="The target; orthologues have the same symbol.")
@click.option(
    "--species", multiple=True, required=True, help="NAME=FILE: FASTA or index; again for more."
)
@click.option("--chemistry", default="dna", show_default=True, help="For those that bring none.")
@json_option
def conserve(
    source: tuple[str, ...], gene: str, species: tuple[str, ...], chemistry: str, as_json: bool
) -> None:
    """Tell in which species oligos (SOURCE: sequences, or files of them) find their site.

    A toxicity study needs an animal in which the oligo acts on the target: the same site, or one
    changed so little that it still holds. Else a surrogate has to be designed for the animal.
    """
    from tolerogen.oligos import conserved, read_rows, read_species, species_record

    rows = [row for text in source for row in read_rows(text, chemistry)]
    oligos = [row.oligo for row in rows]
    found = conserved(oligos, read_species(species), gene)
    if as_json:
        print_json(
            [
                {
                    "sequence": oligo.sequence,
                    "chemistry": oligo.chemistry,
                    "species": [species_record(site) for site in sites],
                }
                for oligo, sites in zip(oligos, found, strict=True)
            ]
        )
        return
    print_table(
        f"Sites of {gene} in other species",
        ("sequence", "species", "verdict", "gene", "mm", "G:U", "where", "kcal/mol lost"),
        [
            (
                oligo.sequence,
                site.species,
                site.verdict,
                site.hit.gene if site.hit else None,
                site.hit.mismatches if site.hit else None,
                site.hit.gu if site.hit else None,
                site.hit.where if site.hit else None,
                site.lost,
            )
            for oligo, sites in zip(oligos, found, strict=True)
            for site in sites
        ],
    )
