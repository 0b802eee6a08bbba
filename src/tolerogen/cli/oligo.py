"""``tolerogen oligo``: antisense oligonucleotides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.oligo_accessibility import accessibility
from tolerogen.cli.oligo_conserve import conserve
from tolerogen.cli.oligo_design import design
from tolerogen.cli.oligo_order import order
from tolerogen.cli.oligo_splice import splice
from tolerogen.cli.oligo_therapy import therapy
from tolerogen.cli.oligo_transcripts import transcripts
from tolerogen.cli.refusal import Number, Whole
from tolerogen.cli.show import console, examples, json_option, print_json, print_table

if TYPE_CHECKING:
    from tolerogen.oligos import GeneHit

FILE = click.Path(path_type=Path)  # the room says what is wrong with a file, in its own words
MOST_ROWS = 50


@click.group()
def oligo() -> None:
    """Antisense oligonucleotides: melting, off-targets, ranking."""


@oligo.command(
    epilog=examples(
        "tolerogen oligo tm +T+G+G+Caagcatcc+T+G+T+A",
        'tolerogen oligo tm GCCTCAGTCTGCTTCGCACC --chemistry "moe 5-10-5" --json',
    )
)
@click.argument("source", nargs=-1, required=True)
@click.option("--chemistry", default="dna", show_default=True, help="For those that bring none.")
@click.option(
    "--strands",
    type=Number(min=0),
    default=2.0,
    show_default=True,
    help="Both strands together, uM.",
)
@click.option("--sodium", type=Number(min=0), default=1.0, show_default=True, help="Sodium, mol/L.")
@json_option
def tm(
    source: tuple[str, ...], chemistry: str, strands: float, sodium: float, as_json: bool
) -> None:
    """Melting temperature and free energy on RNA. SOURCE is a sequence or a file of them.

    A CSV file has the columns sequence, chemistry and, if wanted, target_rna.
    """
    from tolerogen.oligos import Buffer, duplex, read_rows

    buffer = Buffer(strands * 1e-6, sodium)
    rows = [row for text in source for row in read_rows(text, chemistry)]
    found = [(row, duplex(row.oligo, buffer)) for row in rows]
    if as_json:
        print_json(
            [
                {
                    "sequence": row.sequence,
                    "chemistry": row.chemistry,
                    "tm_C": round(d.tm, 3),
                    "dG37_kcal": round(d.energy, 3),
                    "uncertainty_C": d.uncertainty,
                }
                for row, d in found
            ]
        )
        return
    print_table(
        f"On RNA, {strands:g} uM strands, {sodium:g} M sodium",
        ("sequence", "Tm, C", "+/-", "dG37, kcal/mol", "chemistry", "method"),
        [
            (row.oligo.sequence, d.tm, d.uncertainty, d.energy, row.oligo.chemistry, d.method)
            for row, d in found
        ],
        numbers=3,
    )


@oligo.command(
    epilog=examples(
        "tolerogen oligo index transcripts.fa --out transcripts.tgi",
        "tolerogen oligo index genome.fa --gtf genes.gtf --out transcripts.tgi",
    )
)
@click.argument("fasta", type=FILE)
@click.option("--gtf", type=FILE, help="FASTA is a genome: take the transcripts of this GTF, GFF3.")
@click.option("--no-pre-mrna", is_flag=True, help="With --gtf: mature RNA only.")
@click.option("--out", type=FILE, help="Index file; beside FASTA, ending .tgi, unless given.")
@json_option
def index(
    fasta: Path, gtf: Path | None, no_pre_mrna: bool, out: Path | None, as_json: bool
) -> None:
    """Make the index of a transcriptome (FASTA) that off-targets are looked for in.

    With --gtf, mRNA and pre-mRNA are made of a genome, and every hit tells whether it spans an exon
    junction. A FASTA of transcripts may say so itself: "junctions=100,250" in a header.
    """
    from tempfile import TemporaryDirectory

    from tolerogen.oligos import build_index, save_index, write_transcriptome

    path = out or fasta.with_suffix(".tgi")
    if gtf is None:
        made = build_index(fasta)
    else:
        with TemporaryDirectory() as folder:
            made_here = Path(folder) / "transcripts.fa"
            write_transcriptome(fasta, gtf, made_here, pre_mrna=not no_pre_mrna)
            made = build_index(made_here)
    save_index(made, path)
    about = {
        "index": path,
        "transcripts": len(made.headers),
        "bases": made.bases,
        "ambiguous_runs": len(made.runs),
        "content": made.source,
    }
    if as_json:
        print_json(about)
    else:
        print_table("Index", ("what", "value"), list(about.items()))


@oligo.command(
    epilog=examples(
        "tolerogen oligo offtarget GCCTCAGTCTGCTTCGCACC --index transcripts.tgi",
        "tolerogen oligo offtarget oligos.csv --index transcripts.tgi --bulge 1 --json",
    )
)
@click.argument("source", nargs=-1, required=True)
@click.option("--index", "path", type=FILE, required=True, help="Made by 'oligo index'.")
@click.option(
    "-k",
    "--mismatches",
    "--max-mismatches",
    type=Whole(min=0),
    default=3,
    show_default=True,
    help="Bases that may fail to pair, G:U among them.",
)
@click.option(
    "--bulge",
    "--bulges",
    "--max-bulge",
    type=Whole(min=0),
    default=0,
    show_default=True,
    help="1: one bulge beside these.",
)
@click.option("--threads", type=Whole(min=1), default=1, show_default=True)
@click.option("--genes", is_flag=True, help="With --json: the nearest site of each gene instead.")
@click.option("--chemistry", default="", help="What is gap and what is wing, for --genes.")
@click.option("--expression", type=FILE, help="Genes by tissues, TPM: CSV, TSV or GCT.")
@json_option
def offtarget(
    source: tuple[str, ...],
    path: Path,
    mismatches: int,
    bulge: int,
    threads: int,
    genes: bool,
    chemistry: str,
    expression: Path | None,
    as_json: bool,
) -> None:
    """Find every site of oligos (SOURCE: sequences, or files of them) in a transcriptome."""
    from tolerogen.oligos import (
        find_sites,
        gene_hits,
        open_index,
        read_expression,
        read_rows,
    )

    rows = [row for text in source for row in read_rows(text, chemistry)]
    made = read_expression(expression) if expression else None
    sites = find_sites(
        open_index(path),
        [row.oligo.sequence for row in rows],
        max_mismatches=mismatches,
        max_bulge=bulge,
        names=[row.sequence for row in rows],
        threads=threads,
    )
    if as_json and not genes:
        click.echo(sites.json())
        return
    _genes(gene_hits(sites, [row.oligo for row in rows], expression=made), len(sites), as_json)


def _genes(hits: tuple[GeneHit, ...], sites: int, as_json: bool) -> None:
    """Show the nearest site of each gene."""
    from tolerogen.oligos import gene_record

    if as_json:
        print_json([gene_record(hit) for hit in hits])
        return
    count = len({hit.gene for hit in hits})
    print_table(
        f"{sites} sites in {count} genes; the nearest of each gene",
        ("oligo", "gene", "distance", "mm", "G:U", "bulge", "where", "junction", "isoforms",
         "tissues", "P(fall > 50 %)"),
        [
            (
                h.oligo,
                h.gene,
                h.distance,
                h.mismatches,
                h.gu,
                h.bulge,
                h.where,
                {None: "", 0: "no"}.get(h.junctions, "yes"),
                len(h.transcripts),
                ", ".join(f"{t} {v:.3g}" for t, v in (h.tissues or {}).items()),
                f"{h.share.share:.2f} ({h.share.low:.2f}-{h.share.high:.2f})" if h.share else "",
            )
            for h in hits[:MOST_ROWS]
        ],
    )  # fmt: skip
    if len(hits) > MOST_ROWS:
        console().print(f"... and {len(hits) - MOST_ROWS} more; --json gives every one.")


@oligo.command(
    epilog=examples("tolerogen oligo rank oligos.csv --transcripts transcripts.fa --json")
)
@click.argument("source")
@click.option("--transcripts", type=FILE, required=True, help="FASTA of the targets.")
@json_option
def rank(source: str, transcripts: Path, as_json: bool) -> None:
    """Rank oligos (SOURCE: a file of them) by expected knock-down, with an 80 % interval.

    Higher is better. Trained on phosphorothioate DNA: chemistry is not scored. A CSV may name the
    gene of each oligo in a column 'target'.
    """
    from tolerogen.oligos import rank as score
    from tolerogen.oligos import read_fasta, read_rows

    rows = read_rows(source, "")
    ranks = score([r.oligo for r in rows], read_fasta(transcripts), [r.gene for r in rows])
    found = [
        {
            "sequence": row.sequence,
            "score": round(r.score, 4),
            "low": round(r.low, 4),
            "high": round(r.high, 4),
        }
        for row, r in zip(rows, ranks, strict=True)
    ]
    if as_json:
        print_json(found)
        return
    best_first = sorted(zip(found, ranks, strict=True), key=lambda pair: -pair[1].score)
    table = [(*item.values(), "" if r.familiar else "unlike the data") for item, r in best_first]
    print_table(
        "Expected share of the target's RNA that is gone, and its 80 % interval",
        ("sequence", "score", "low", "high", "note"),
        table,
        numbers=3,
    )


@oligo.command(
    epilog=examples('tolerogen oligo risk GCCTCAGTCTGCTTCGCACC --chemistry "moe 5-10-5"')
)
@click.argument("source", nargs=-1, required=True)
@click.option("--chemistry", default="dna", show_default=True, help="For those that bring none.")
@json_option
def risk(source: tuple[str, ...], chemistry: str, as_json: bool) -> None:
    """Flag the risks of oligos (SOURCE: sequences, or files of them), each with its accuracy."""
    from tolerogen.oligos import read_rows, risks

    rows = [row for text in source for row in read_rows(text, chemistry)]
    if as_json:
        print_json([{"sequence": r.sequence, "flags": risks(r.oligo)} for r in rows])
        return
    for row in rows:
        print_table(
            f"{row.oligo.sequence}  {row.oligo.chemistry}",
            ("risk", "level", "reason", "accuracy"),
            [(f.risk, f.level, f.reason, f.accuracy) for f in risks(row.oligo)],
        )


oligo.add_command(accessibility)
oligo.add_command(conserve)
oligo.add_command(design)
oligo.add_command(order)
oligo.add_command(splice)
oligo.add_command(therapy)
oligo.add_command(transcripts)
