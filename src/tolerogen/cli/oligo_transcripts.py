"""``tolerogen oligo transcripts``, and the options that say whose transcripts are meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tolerogen.cli.show import examples, json_option, print_json, print_table

FILE = click.Path(path_type=Path)  # the room says what is wrong with a file, in its own words
F = TypeVar("F", bound=Callable[..., Any])


def person_options(command: F) -> F:
    """Add the options of `read_transcripts` to a command."""
    for option in (
        click.option(
            "--unphased",
            type=click.Choice(["enumerate", "mask"]),
            default="enumerate",
            show_default=True,
            help="Phase not known: all combinations, or N over what is not phased.",
        ),
        click.option("--sample", help="Whose genotypes, in a VCF of several."),
        click.option("--gene", help="Gene or transcript to take, by symbol or id."),
        click.option("--vcf", type=FILE, help="Genotypes of the person, for haplotypes."),
        click.option("--gtf", type=FILE, help="GTF or GFF3; the sequence is then the genome."),
    ):
        command = option(command)
    return command


@click.command(
    epilog=examples(
        "tolerogen oligo transcripts genome.fa --gtf genes.gtf --vcf patient.vcf --gene IL7R",
        "tolerogen oligo transcripts record.gb --out mrna.fa",
    )
)
@click.argument("sequence", type=FILE)
@person_options
@click.option("--pre-mrna", is_flag=True, help="Write the pre-mRNA instead of the mRNA.")
@click.option("--out", type=FILE, help="Write the sequences here, as FASTA.")
@json_option
def transcripts(
    sequence: Path, pre_mrna: bool, out: Path | None, as_json: bool, **person: Any
) -> None:
    """List the transcripts of SEQUENCE as each haplotype makes them.

    SEQUENCE is a FASTA of transcripts, GenBank, or with --gtf a genome FASTA.
    """
    from tolerogen.oligos import read_transcripts
    from tolerogen.result_file import write_file

    found = read_transcripts(sequence, **person)
    records = [t.record(pre_mrna=pre_mrna) for t in found]
    if out is not None:
        write_file(out, "".join(f">{r.header}\n{r.sequence}\n" for r in records))
    if as_json:
        print_json(
            [
                {
                    "transcript": t.name,
                    "gene": t.gene,
                    "haplotype": t.haplotype,
                    "certain": t.certain,
                    "contig": t.contig,
                    "strand": "+" if t.strand > 0 else "-",
                    "pre_mrna_length": len(t.pre_mrna),
                    "mrna": t.mrna,
                    "genome_blocks": t.mrna_to_genome.spans(0, len(t.mrna)),
                    "variants": t.variants,
                    "notes": t.notes,
                }
                for t in found
            ]
        )
        return
    print_table(
        "Transcripts",
        ("transcript", "gene", "haplotype", "phase", "pre-mRNA", "mRNA", "variants"),
        [
            (
                t.name,
                t.gene,
                t.haplotype,
                "known" if t.certain else "possible",
                len(t.pre_mrna),
                len(t.mrna),
                ", ".join(t.variants),
            )
            for t in found
        ],
    )
    for note in dict.fromkeys(note for t in found for note in t.notes):
        click.echo(f"Note: {note}.")
