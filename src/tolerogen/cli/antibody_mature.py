"""``tolerogen antibody propose`` and ``tolerogen antibody library``."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.refusal import Number, Whole
from tolerogen.cli.show import examples, json_option, print_json, print_table

FILE = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "tolerogen antibody propose measured.csv candidates.fasta --value score --size 24",
        "tolerogen antibody propose measured.csv candidates.csv --value kd_nM --min --log",
        'tolerogen antibody propose m.csv c.csv --goal "binding>=0.5" --goal "off_target<=0.5"',
    )
)
@click.argument("measured", type=FILE)
@click.argument("candidates", type=FILE)
@click.option("--value", help="Column of MEASURED with the property.")
@click.option("--goal", multiple=True, help="What a hit must meet, instead of --value: 'kd<=2'.")
@click.option("--min", "small", is_flag=True, help="Less is better, as of KD.")
@click.option("--log", is_flag=True, help="Factors count instead of differences.")
@click.option("--size", type=Whole(1, 10_000), default=24, show_default=True)
@json_option
def propose(
    measured: Path,
    candidates: Path,
    value: str | None,
    goal: tuple[str, ...],
    small: bool,
    log: bool,
    size: int,
    as_json: bool,
) -> None:
    """Choose the CANDIDATES worth measuring next, from the variants in MEASURED.

    A Gaussian process over sequences learns the property; the batch is that of the greatest
    expected improvement. Mean and sd are of the property (of its logarithm with --log). With --goal
    the batch is of those most likely to meet every goal.
    """
    if (value is None) == (not goal):
        raise click.UsageError("Give either --value, or --goal once or more.")
    if value is None:
        _hits(measured, candidates, goal, size, as_json)
        return
    from tolerogen.antibodies.selection import (
        fit_surrogate,
        propose_batch,
        read_candidates,
        read_variants,
    )

    known = read_variants(measured, value, log)
    sign = -1.0 if small else 1.0
    values = [sign * one for one in known.values]
    surrogate = fit_surrogate(known.sequences, values, known.errors)
    done = set(known.sequences)
    pool = [one for one in read_candidates(candidates) if one not in done]
    batch = propose_batch(surrogate, pool, size, max(values))
    told = [{**one.record(), "mean": sign * one.mean} for one in batch]
    if as_json:
        print_json(told)
        return
    rows = [(i, p["mean"], p["sd"], p["expected_improvement"], p["sequence"]) for i, p in
            enumerate(told, 1)]  # fmt: skip
    title = f"Next batch: scale {surrogate.scale:.1f} differences, noise {surrogate.noise:.2g}"
    print_table(title, ("", "mean", "sd", "expected improvement", "sequence"), rows)


def _hits(
    measured: Path, candidates: Path, goals: tuple[str, ...], size: int, as_json: bool
) -> None:
    from tolerogen.antibodies.selection import (
        fit_surrogate,
        propose_hits,
        read_candidates,
        read_threshold,
        read_variants,
    )

    known = [(goal, read_variants(measured, goal.property)) for goal in map(read_threshold, goals)]
    learnt = [(goal, fit_surrogate(one.sequences, one.values, one.errors)) for goal, one in known]
    done = set.intersection(*(set(one.sequences) for _, one in known))
    pool = [one for one in read_candidates(candidates) if one not in done]
    batch = propose_hits(learnt, pool, size)
    if as_json:
        print_json([one.record() for one in batch])
        return
    rows = [
        (i, one.chance, *(chance for _, chance in one.chances), one.sequence)
        for i, one in enumerate(batch, 1)
    ]
    columns = ("", "chance", *(goal.property for goal, _ in known), "sequence")
    print_table("Next batch: chance of meeting every goal, and each", columns, rows)


@click.command(
    epilog=examples(
        "tolerogen antibody library examples/il7r-antibodies.fasta --loops 12 --least 0.1",
        "tolerogen antibody library one.fasta --site 54=ADS --site 107=FWY",
    )
)
@click.argument("file", type=FILE)
@click.option("--site", multiple=True, help="IMGT position and residues, '54=ADS'.")
@click.option("--loops", default="123", show_default=True, help="CDRs to scan without --site.")
@click.option(
    "--least", type=Number(0, 1), default=0.05, show_default=True, help="Share in people."
)
@json_option
def library(file: Path, site: tuple[str, ...], loops: str, least: float, as_json: bool) -> None:
    """Plan a maturation library for each variable domain in FILE.

    Degenerate codons, size, useful share and clones to screen. Without --site the CDRs are scanned:
    residues that people have there in CDR1 and CDR2, all but cysteine in CDR3.
    """
    from tolerogen.antibodies import number_many, read_sequences
    from tolerogen.antibodies.selection import design_library, scan_library, single_variants
    from tolerogen.errors import SpecError

    asked = {}
    for word in site:
        place, _, letters = word.partition("=")
        if not place or not letters:
            raise SpecError(f"--site '{word}': write position and residues, for example 54=ADS.")
        asked[place] = letters.upper()
    told = []
    for found in number_many(read_sequences(file)):
        for domain in found.domains:
            wanted = asked or scan_library(domain, tuple(loops), least)
            plan = design_library(domain, wanted)
            singles = len(single_variants(domain, wanted))
            told.append({"id": domain.id, **plan.record(), "single_variants": singles})
            if not as_json:
                rows = [
                    (s.position, s.before, s.wanted, s.codon, f"{s.shares.get('*', 0):.1%}")
                    for s in plan.sites
                ]
                title = (
                    f"{domain.id} {plan.chain}: {singles} single variants; combined {plan.size:.3g}"
                    f", useful {plan.useful:.1%}, {plan.clones:.3g} clones for 95 %"
                )
                print_table(title, ("IMGT", "from", "residues", "codon", "stops"), rows)
    if not told:
        raise SpecError(f"{file}: holds no variable domain.")
    if as_json:
        print_json(told)
