"""``tolerogen target rank``: every target, columns side by side, a composite, its stability."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import console, examples, json_option, print_table
from tolerogen.cli.target_options import evidence_options, model_options, read_all

if TYPE_CHECKING:
    from tolerogen.targets import Ranking, Target

PATH = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "tolerogen target rank --disease sjogren",
        "tolerogen target rank --as-of 2020-12-31 --weight genetics=0.3 --json",
        "tolerogen target rank --evidence my-genes.csv --figure results/targets",
    )
)
@evidence_options
@model_options()
@click.option("--weight", multiple=True, help="Other weight of a column, as genetics=0.3.")
@click.option("--outcomes", type=PATH, help="Trials' outcomes (CSV: target, outcome): print AUC.")
@click.option("--figure", type=PATH, help="Write ranked bars as SVG and PNG to this stem.")
@click.option("--top", type=Whole(min=1), default=30, show_default=True, help="Targets shown.")
@json_option
def rank(
    weight: tuple[str, ...],
    outcomes: Path | None,
    figure: Path | None,
    top: int,
    as_json: bool,
    **given: Any,
) -> None:
    """Rank targets by evidence and by simulated mechanism, shown apart.

    Every node of the disease model is held as far as each feasible kind of molecule can hold it,
    in the same patients and under every parameter set; genes that evidence points to and the
    model does not hold are ranked without a mechanism.
    """
    from tolerogen import targets
    from tolerogen.cli.arguments import read_assignment

    disease, records, day, setup = read_all(given)
    known = None if outcomes is None else targets.read_outcomes(outcomes)
    with progress("Simulating patients") as report:
        ranking = targets.rank_targets(
            disease,
            records,
            until_day=day,
            posterior=given["posterior"],
            draws=given["draws"],
            setup=setup,
            weights=dict(read_assignment(text) for text in weight),
            endotypes=given["endotypes"] and targets.read_endotypes(given["endotypes"]),
            progress=report,
        )
    areas = () if known is None else targets.compare_with_outcomes(ranking, known)
    if figure is not None:
        for path in targets.draw_ranking(ranking, figure, top):
            click.echo(f"Written to {path}", err=True)
    if as_json:
        click.echo(ranking.to_json())
    else:
        show(ranking, top, areas)


def show(ranking: Ranking, top: int, areas: Any) -> None:
    """Print a ranking for people."""
    out = console()
    for note in ranking.notes:
        out.print(f"Note: {note}")
    out.print(f"{ranking.patients} patients ({', '.join(ranking.criteria)}); {ranking.draws}.")
    weights = ", ".join(f"{name} {value:g}" for name, value in ranking.weights.items())
    out.print(f"Weights (assumed, change with --weight): {weights}.\n")
    columns = (
        "target", "rank", "composite", "genet.", "expr.", "mech.", "fit", "safety", "preced.",
        "top 3", "top 5", "by",
    )  # fmt: skip
    rows = [_row(item) for item in ranking.targets[:top]]
    print_table("Targets", columns, rows, 10)
    seen = [_effect(item) for item in ranking.targets[:top] if item.mechanism]
    heads = (
        "target", "ESSDAI", "uncertain", "patients", ">= 3", "ESSPRI", "flow", "anti-Ro", "IgG",
        "best endotype",
    )  # fmt: skip
    print_table(
        "Simulated at week 24 against no drug: mean, 90 % of parameter sets, 5-95 % of patients",
        heads, seen, 8,
    )  # fmt: skip
    groups = {g.id: g.name for t in ranking.targets if t.mechanism for g in t.mechanism.endotypes}
    for name in sorted(groups):
        out.print(f"{name}: {groups[name]}")
    for item in ranking.unknown:
        meant = f"; did you mean {' or '.join(item.suggestions)}?" if item.suggestions else ""
        out.print(f"Unknown symbol {item.symbol}{meant}")
    if areas:
        told = [(a.score, a.auc, f"{a.low:.2f} to {a.high:.2f}") for a in areas]
        title = f"Area under the curve, {areas[0].positive} positive, {areas[0].negative} negative"
        print_table(title, ("score", "AUC", "95 %"), told, 1)


def _row(item: Target) -> tuple[object, ...]:
    c = item.columns
    scores = [None if c[name] is None else f"{c[name]:.2f}" for name in c]
    by = item.fit.modality.replace("_", " ") if item.fit else "no way open"
    place = f"{item.rank} ({item.rank_low}-{item.rank_high})"
    return (
        item.target, place, f"{item.composite:.3f}", *scores,
        f"{item.p_top3:.0%}", f"{item.p_top5:.0%}", by,
    )  # fmt: skip


def _effect(item: Target) -> tuple[object, ...]:
    m = item.mechanism
    assert m is not None  # noqa: S101  # the caller leaves the others out
    e = m.essdai
    sure = "one set" if e.low is None else f"{e.low:.1f} to {e.high:.1f}"
    group = m.best_endotype
    best = "" if group is None else f"{group.id} {group.essdai.mean:.1f}"
    return (
        item.target, f"{e.mean:.2f}", sure, f"{e.patient_low:.1f} to {e.patient_high:.1f}",
        f"{m.share_3_points.mean:.0%}", f"{m.esspri.mean:.2f}", f"{m.flow.mean:+.0%}",
        f"{m.antiro.mean:+.0%}", f"{m.igg.mean:+.0%}", best,
    )  # fmt: skip
