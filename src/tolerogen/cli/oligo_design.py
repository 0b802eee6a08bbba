"""``tolerogen oligo design``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.oligo_transcripts import FILE, person_options
from tolerogen.cli.show import examples, json_option, print_json, print_table

if TYPE_CHECKING:
    from tolerogen.oligos import PlacedCandidate


@click.command(
    epilog=examples(
        'tolerogen oligo design target.fa --chemistry "moe 5-10-5" --offtargets transcripts.tgi',
        "tolerogen oligo design genome.fa --gtf genes.gtf --vcf patient.vcf --gene IL7R",
    )
)
@click.argument("target", type=FILE)
@click.option(
    "--chemistry", multiple=True, help="A gapmer; give it again for more. [moe 5-10-5, lna 3-10-3]"
)
@click.option("--offtargets", type=FILE, help="Index to look for off-targets in.")
@click.option("--top", default=20, show_default=True, help="How many to list.")
@person_options
@click.option("--pre-mrna", is_flag=True, help="Walk over the pre-mRNA, introns with it.")
@json_option
def design(
    target: Path,
    chemistry: tuple[str, ...],
    offtargets: Path | None,
    top: int,
    pre_mrna: bool,
    as_json: bool,
    **person: Any,
) -> None:
    """Find the best gapmers against TARGET, transcripts of one gene.

    TARGET is a FASTA of mRNA or pre-mRNA, GenBank, or with --gtf a genome FASTA. Sites are taken
    from the first transcript; with --vcf, those that every haplotype shares.
    """
    from tolerogen import oligos

    index = oligos.open_index(offtargets) if offtargets else None
    more = {"chemistries": chemistry} if chemistry else {}
    found = oligos.design_for(
        oligos.read_transcripts(target, **person), pre_mrna=pre_mrna, index=index, top=top, **more
    )
    if as_json:
        print_json([_row(placed) for placed in found])
        return
    print_table(
        f"Gapmers against {found[0].candidate.gene}",
        ("sequence", "start", "score", "low", "high", "Tm, C", "other genes at 0-3", "high risks"),
        [
            (
                c.oligo.sequence,
                c.start,
                c.rank.score,
                c.rank.low,
                c.rank.high,
                c.duplex.tm,
                " ".join(map(str, c.offtargets)) if c.offtargets else "not looked for",
                ", ".join(flag.risk for flag in c.flags if flag.level == "high"),
            )
            for c in (placed.candidate for placed in found)
        ],
        numbers=5,
    )


def _row(placed: PlacedCandidate) -> dict[str, Any]:
    c = placed.candidate
    return {
        "sequence": c.oligo.sequence,
        "chemistry": c.oligo.chemistry,
        "gene": c.gene,
        "transcript": c.transcript,
        "start": c.start,
        "score": round(c.rank.score, 4),
        "low": round(c.rank.low, 4),
        "high": round(c.rank.high, 4),
        "tm_C": round(c.duplex.tm, 2),
        "dG37_kcal": round(c.duplex.energy, 2),
        "other_genes": c.offtargets,
        "flags": c.flags,
        "contig": placed.contig,
        "strand": "+" if placed.strand > 0 else "-",
        "genome_spans": placed.spans,
        "haplotypes": placed.haplotypes,
    }
