"""``tolerogen oligo accessibility``."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, astuple, fields
from pathlib import Path

import click

from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, json_option, print_json, print_table

FILE = click.Path(path_type=Path)  # the room says what is wrong with a file, in its own words


@click.command(
    epilog=examples(
        "tolerogen oligo accessibility target.fa --length 16",
        "tolerogen oligo accessibility target.fa --length 16 --length 20 --window 150 --span 100 "
        "--energies turner2004.par --out sites.csv",
    )
)
@click.argument("transcripts", type=FILE)
@click.option(
    "--length", "lengths", type=Whole(1, 100), multiple=True, default=(16,),
    show_default=True, help="Bases of a site; again for more.",
)  # fmt: skip
@click.option(
    "--window", type=Whole(min=1), default=80, show_default=True, help="Bases folded together."
)
@click.option(
    "--span",
    type=Whole(min=1),
    default=40,
    show_default=True,
    help="Bases from one partner to the other.",
)
@click.option("--energies", type=FILE, help="Loop energies, an 'RNAfold parameter file v2.0'.")
@click.option(
    "--top",
    type=Whole(min=1),
    default=20,
    show_default=True,
    help="Sites to show, the most open first.",
)
@click.option("--out", type=FILE, help="Write every site here, as CSV.")
@json_option
def accessibility(
    transcripts: Path,
    lengths: tuple[int, ...],
    window: int,
    span: int,
    energies: Path | None,
    top: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Tell how open each site of TRANSCRIPTS (FASTA) is: the chance that it is unpaired.

    Local folding as RNAplfold does it, in windows that slide along the RNA. Energies are those that
    come with the package (rules of Turner 2004) unless you bring a file.
    """
    from tolerogen.oligos import OpenSite, open_sites, read_fasta
    from tolerogen.oligos.structure import read_energies
    from tolerogen.result_file import write_file

    by = None if energies is None else read_energies(energies)
    found = list(open_sites(read_fasta(transcripts), lengths, window, span, by))
    if out is not None:
        rows = io.StringIO()
        write = csv.writer(rows)
        write.writerow(f.name for f in fields(OpenSite))
        write.writerows(astuple(site) for site in found)
        write_file(out, rows.getvalue())
    if as_json:
        print_json([asdict(site) for site in found])
        return
    best = sorted(found, key=lambda site: site.opening)[:top]
    print_table(
        f"Most open of {len(found)} sites, {window} bases folded together",
        ("transcript", "start", "length", "unpaired", "opening, kcal/mol"),
        [astuple(site) for site in best],
        numbers=3,
    )
