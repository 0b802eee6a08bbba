"""``tolerogen oligo design``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.oligo_transcripts import FILE, person_options
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import console, examples, json_option, print_json, print_table

if TYPE_CHECKING:
    from tolerogen.oligos import PlacedCandidate


@click.command(
    epilog=examples(
        'tolerogen oligo design target.fa --chemistry "moe 5-10-5" --offtargets transcripts.tgi',
        "tolerogen oligo design genome.fa --gtf genes.gtf --vcf patient.vcf --gene IL7R",
        "tolerogen oligo design genome.fa --gtf genes.gtf --vcf patient.vcf --gene IL7R --allele 2 "
        '--chemistry "lna 3-*-3" --lengths 14-18 --out report',
    )
)
@click.argument("target", type=FILE)
@click.option(
    "--mechanism",
    type=click.Choice(["rnase-h", "steric"]),
    default="rnase-h",
    show_default=True,
    help="Cut the RNA, or stand in the way. For splicing see 'oligo splice'.",
)
@click.option(
    "--chemistry",
    multiple=True,
    help="Such as 'moe 5-10-5', 'lna 3-*-3', 'moe/ps'; give it again for more. "
    "[moe 5-10-5, lna 3-10-3]",
)
@click.option("--lengths", help="Bases, where the chemistry leaves it open. [16-20]")
@click.option("--region", help="START-END on the transcript, counted from 0.")
@click.option("--allele", help="Spare the other: a haplotype, or a variant such as chr5:35876274.")
@click.option("--offtargets", type=FILE, help="Index to look for off-targets in.")
@click.option("--expression", type=FILE, help="Genes by tissues, TPM: CSV, TSV or GCT.")
@click.option("--species", multiple=True, help="NAME=FILE of another; again for more.")
@click.option(
    "--top", type=Whole(1, 100_000), default=20, show_default=True, help="How many to list."
)
@person_options
@click.option("--pre-mrna", is_flag=True, help="Walk over the pre-mRNA, introns with it.")
@click.option("--out", type=FILE, help="Write a report into this new folder.")
@json_option
def design(
    target: Path,
    mechanism: Any,
    chemistry: tuple[str, ...],
    lengths: str | None,
    region: str | None,
    allele: str | None,
    offtargets: Path | None,
    expression: Path | None,
    species: tuple[str, ...],
    top: int,
    pre_mrna: bool,
    out: Path | None,
    as_json: bool,
    **person: Any,
) -> None:
    """Find the best oligos against TARGET, transcripts of one gene.

    TARGET is a FASTA of mRNA or pre-mRNA, GenBank, or with --gtf a genome FASTA. Sites are taken
    from the first transcript; with --vcf, those that every haplotype shares, or with --allele those
    that only one has.
    """
    from tolerogen import oligos

    index = oligos.open_index(offtargets) if offtargets else None
    transcripts = oligos.read_transcripts(target, **person)
    found = oligos.design_for(
        transcripts,
        mechanism=mechanism,
        chemistries=chemistry,
        lengths=oligos.read_lengths(lengths) if lengths else oligos.LENGTHS,
        region=oligos.read_region(region) if region else None,
        allele=allele,
        pre_mrna=pre_mrna,
        index=index,
        expression=oligos.read_expression(expression) if expression else None,
        top=top,
    )
    found = oligos.with_species(found, oligos.read_species(species))
    if out is not None:
        asked = {
            "target": target.name,
            "mechanism": mechanism,
            "chemistry": ", ".join(chemistry),
            "lengths": lengths,
            "region": region,
            "allele": allele,
            "genotypes": person["vcf"].name if person["vcf"] else None,
            "transcriptome": f"{offtargets.name}, content {index.source}" if offtargets and index
            else None,
            "expression": expression.name if expression else None,
            "species": ", ".join(text.partition("=")[0] for text in species),
        }  # fmt: skip
        told = tuple((name, value) for name, value in asked.items() if value)
        oligos.write_report(found, oligos.DesignContext(transcripts, pre_mrna, told), out)
    if as_json:
        print_json([oligos.design_record(placed) for placed in found])
        return
    _table(found, transcripts[0].gene, allele)
    if out is not None:
        console().print(f"Report: {out / 'report.html'}")


def _table(found: tuple[PlacedCandidate, ...], gene: str, allele: str | None) -> None:
    spared = ("gap, kcal/mol",) if allele else ()
    columns = ("sequence", "start", "score", "low", "high", "Tm, C", "net, kcal/mol", *spared)
    rows = []
    for placed in found:
        c = placed.candidate
        scores = (c.rank.score, c.rank.low, c.rank.high) if c.rank else (None, None, None)
        gap = (placed.allele.gap,) if placed.allele else ()
        told = " ".join(map(str, c.offtargets)) if c.offtargets else "not looked for"
        high = ", ".join(flag.risk for flag in c.flags if flag.level == "high")
        rows.append(
            (c.oligo.sequence, c.start, *scores, c.duplex.tm, c.net_energy, *gap, told, high)
        )
    title = f"Oligos against {gene}" + (f", allele {allele}" if allele else "")
    print_table(
        title, (*columns, "other genes at 0-3", "high risks"), rows, numbers=len(columns) - 1
    )
