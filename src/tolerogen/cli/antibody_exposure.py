"""``tolerogen antibody exposure``."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, json_option, print_json, print_table

EVERY_DAYS = 1.0


@click.command(
    epilog=examples(
        'tolerogen antibody exposure examples/il7r-candidate.toml --dose "750 mg"',
        'tolerogen antibody exposure mine.toml --dose "1 mg/kg" --every "2 weeks" --count 5 --sc',
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dose", required=True, help="Of one dose: '750 mg', or '2 mg/kg' for 70 kg.")
@click.option("--every", default="2 weeks", show_default=True, help="Time between doses.")
@click.option("--count", type=Whole(1, 10_000), default=1, show_default=True)
@click.option("--sc", is_flag=True, help="Under the skin instead of into a vein.")
@json_option
def exposure(file: Path, dose: str, every: str, count: int, sc: bool, as_json: bool) -> None:
    """How long a course of the candidate in FILE (TOML) holds its receptor in a 70 kg adult.

    The file needs an affinity and a table [load]: cells, per_cell, turnover (1/day).
    """
    from tolerogen.antibodies.candidate_reader import read_candidate
    from tolerogen.antibodies.exposure import Course
    from tolerogen.antibodies.human_pk import HUMAN_KG
    from tolerogen.cli.arguments import read_days
    from tolerogen.units import convert

    by_weight = "/" in dose
    mg = convert(dose, "mg/kg" if by_weight else "mg", where="--dose")
    course = Course(
        mg * HUMAN_KG if by_weight else mg, read_days(every, where="--every"), count, sc
    )
    candidate = read_candidate(file)
    found = candidate.exposure(course)
    step = max(round(EVERY_DAYS / (found.time[1] - found.time[0])), 1)
    if as_json:
        print_json(
            {
                "name": candidate.name,
                "kss_nM": found.kss,
                "held_until_day": found.held_until,
                "half_life_days": found.half_life,
                "trough_occupancy": found.trough,
                "time_days": found.time[::step].tolist(),
                "concentration_mg_L": found.concentration[::step].tolist(),
                "occupancy": found.occupancy[::step].tolist(),
            }
        )
        return
    rows = [
        ("Kss", found.kss, "nM"),
        ("more than 95 % of receptor held until", found.held_until, "day"),
        ("half-life, one to three weeks after the last dose", found.half_life, "days"),
        ("occupancy before a next dose", found.trough, "share"),
    ]
    print_table(f"{candidate.name}: {course.count} x {course.mg:g} mg", ("", "value", ""), rows)
