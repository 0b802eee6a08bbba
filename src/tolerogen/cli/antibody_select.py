"""``tolerogen antibody select``."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, json_option, print_json, print_table


@click.command(
    epilog=examples(
        "tolerogen antibody select examples/panel.csv --min kd_nM=2 --log kd_nM --max humanness",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--min", "low", multiple=True, help="Column to be small; '=2' gives it weight 2.")
@click.option("--max", "high", multiple=True, help="Column to be large; weight as for --min.")
@click.option("--log", multiple=True, help="Column in which factors count: affinity, potency.")
@click.option("--draws", type=Whole(1, 100_000), default=1000, show_default=True)
@click.option("--seed", type=Whole(min=0), default=1, show_default=True)
@click.option(
    "--figure", type=click.Path(path_type=Path), help="Draw the panel to this stem (SVG, PNG)."
)
@json_option
def select(
    file: Path,
    low: tuple[str, ...],
    high: tuple[str, ...],
    log: tuple[str, ...],
    draws: int,
    seed: int,
    figure: Path | None,
    as_json: bool,
) -> None:
    """Rank the antibodies of the table FILE: Pareto fronts and a weighted score.

    One antibody a row. The error of a column x is read from x_sd, or from x_low and x_high (95 %);
    values are drawn within it, so each rank comes with its interval. Empty cells were not measured.
    """
    from tolerogen.antibodies.selection import Goal, draw_panel, rank_panel, read_panel
    from tolerogen.cli.arguments import read_assignment
    from tolerogen.errors import SpecError

    goals = []
    for direction, words in (("min", low), ("max", high)):
        for word in words:
            column, weight = read_assignment(word) if "=" in word else (word, 1.0)
            goals.append(
                Goal(column, "min" if direction == "min" else "max", weight, column in log)
            )
    strange = set(log) - {goal.column for goal in goals}
    if strange:
        raise SpecError(f"--log {', '.join(sorted(strange))}: name it with --min or --max as well.")
    panel = read_panel(file, goals)
    ranked = rank_panel(panel, draws, seed)
    if figure is not None:
        for path in draw_panel(panel, ranked, figure):
            click.echo(f"Written to {path}", err=True)
    if as_json:
        print_json(
            {
                "goals": [
                    {"column": g.column, "direction": g.direction, "weight": g.weight, "log": g.log}
                    for g in goals
                ],
                "ranking": [one.record() for one in ranked],
            }
        )
        return
    rows = [
        (
            one.id,
            one.rank,
            f"{one.rank_low} to {one.rank_high}",
            f"{one.score:.3f}",
            one.front,
            f"{one.first_front:.0%}",
            f"{one.top:.0%}",
            " ".join(one.missing),
        )
        for one in ranked
    ]
    wanted = ", ".join(f"{g.direction} {g.column} (weight {g.weight:g})" for g in goals)
    columns = ("id", "rank", "95 %", "score", "front", "in first front", "in top 3", "missing")
    print_table(f"Panel: {wanted}", columns, rows)
