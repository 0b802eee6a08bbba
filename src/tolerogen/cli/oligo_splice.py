"""``tolerogen oligo splice``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.oligo_transcripts import FILE, person_options
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, json_option, print_json, print_table

if TYPE_CHECKING:
    from tolerogen.oligos import Skip, SpliceDesign


@click.command(
    epilog=examples(
        "tolerogen oligo splice genome.fa --gtf genes.gtf --gene IL7R --exon 6 --direction include",
        "tolerogen oligo splice genome.fa --gtf genes.gtf --vcf patient.vcf --exon 3 --json",
    )
)
@click.argument("target", type=FILE)
@click.option("--exon", type=Whole(min=1), required=True, help="Its number, from 1 at the 5' end.")
@click.option(
    "--direction",
    type=click.Choice(["skip", "include"]),
    default="skip",
    show_default=True,
    help="Leave the exon out, or keep it in.",
)
@click.option("--chemistry", multiple=True, help="Without a gap; again for more. [moe/ps]")
@click.option("--lengths", default="18-20", show_default=True, help="Bases.")
@click.option(
    "--flank",
    type=Whole(min=0),
    default=60,
    show_default=True,
    help="Bases of intron on either side.",
)
@click.option("--haplotype", help="Windows that this one holds, the others or not.")
@click.option("--offtargets", type=FILE, help="Index of pre-mRNA to look for off-targets in.")
@click.option("--top", type=Whole(min=1), default=20, show_default=True, help="How many to list.")
@click.option("--node", help="Hand the best window over as a therapy against this node.")
@click.option("--cells", default="lymphocyte", show_default=True, help="Where the target is made.")
@click.option("--therapy", "file", type=FILE, help="Write that therapy here, for a trial.")
@person_options
@json_option
def splice(
    target: Path,
    exon: int,
    direction: Any,
    chemistry: tuple[str, ...],
    lengths: str,
    flank: int,
    haplotype: str | None,
    offtargets: Path | None,
    top: int,
    node: str | None,
    cells: str,
    file: Path | None,
    as_json: bool,
    **person: Any,
) -> None:
    """Walk over an exon of TARGET and its flanks: which oligos leave it out, or keep it in.

    TARGET is a genome FASTA with --gtf, or GenBank; the exons have to be known. Also tells what
    leaving the exon out does to reading frame, decay and protein, for each haplotype.
    """
    from tolerogen import oligos

    found = oligos.splice(
        oligos.read_transcripts(target, **person),
        exon,
        direction=direction,
        chemistries=chemistry or ("moe/ps",),
        lengths=oligos.read_lengths(lengths),
        flank=flank,
        index=oligos.open_index(offtargets) if offtargets else None,
        haplotype=haplotype,
        top=top,
    )
    if node or file:
        _hand_over(found, node, cells, file)
    if as_json:
        print_json(oligos.splice_record(found))
        return
    _show(found, exon)


def _hand_over(found: SpliceDesign, node: str | None, cells: str, file: Path | None) -> None:
    from tolerogen.errors import SpecError
    from tolerogen.result_file import write_file
    from tolerogen.therapies import therapy_from_splice, therapy_toml

    if not (node and file):
        raise SpecError("A therapy needs --node, the target it acts at, and --therapy FILE.")
    if not found.windows:
        raise SpecError("No window was found, so there is nothing to hand over.")
    made = therapy_from_splice(
        found.windows[0], target=node, cells=cells, direction=found.direction
    )
    write_file(file, therapy_toml(made))
    click.echo(f"Written to {file}", err=True)


def _show(found: SpliceDesign, exon: int) -> None:
    skips = found.consequences
    print_table(
        f"Exon {exon} of {found.transcript.name} left out",
        ("haplotype", "bases", "frame", "amino acids", "decay", "protein", "frame from"),
        [(name, s.length, s.frame, *_read(s), s.protein, s.rests_on) for name, s in skips.items()],
    )
    print_table(
        f"Windows to {found.direction} it; effect from -1 (left out) to 1 (kept in), not measured",
        ("sequence", "place", "effect", "net, kcal/mol", "Tm, C", "covers", "haplotypes"),
        [
            (
                w.candidate.oligo.sequence,
                w.place,
                w.effect,
                w.candidate.net_energy,
                w.candidate.duplex.tm,
                ", ".join(w.covers),
                " ".join(w.haplotypes),
            )
            for w in found.windows
        ],
        numbers=4,
    )


def _read(skip: Skip) -> tuple[str, str]:
    before, after = skip.with_exon, skip.without_exon
    size = f"{len(before.protein) if before else 0} to {len(after.protein) if after else 0}"
    return size, "" if after is None else "expected" if after.decay else "not expected"
