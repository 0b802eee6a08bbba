"""``tolerogen therapy play``: the typical patient under a drug, week by week."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.arguments import read_assignment
from tolerogen.cli.refusal import Number, Whole
from tolerogen.cli.show import examples, json_option

if TYPE_CHECKING:
    from tolerogen.therapies import Regimen, Therapy

FILE = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "tolerogen therapy play s95011 --regimen phase2a --weeks 26 --show T_blood,IgG_gL",
        'tolerogen therapy play s95011 --dose "300 mg" --every "4 weeks" --count 6 --set CL=0.3',
    )
)
@click.argument("name")
@click.option("--disease", default="sjogren", show_default=True, help="Name or folder.")
@click.option("--state", default="disease", show_default=True, help="State of the patient.")
@click.option("--regimen", help="A studied one; the first by default.")
@click.option("--dose", help='Doses of your own instead: "300 mg" or "10 mg/kg".')
@click.option("--route", default="iv", show_default=True, help="iv, iv infusion, sc or oral.")
@click.option("--every", help='Between doses, such as "4 weeks"; one dose without.')
@click.option("--count", type=Whole(min=1), help="Doses.")
@click.option("--duration", help='Of an infusion, such as "1 hour".')
@click.option("--set", "values", multiple=True, metavar="ID=VALUE", help="Another number.")
@click.option(
    "--weight",
    type=Number(min=0, min_open=True),
    default=70.0,
    show_default=True,
    help="Body weight, kg.",
)
@click.option("--weeks", type=Whole(min=1), default=26, show_default=True)
@click.option("--show", "shown", metavar="ID,…", help="Read-outs and states beside the drug.")
@click.option("--out", type=FILE, help="Day by day, as CSV or NetCDF (.nc).")
@click.option("--plot", type=FILE, help="Drawing, SVG or PNG.")
@json_option
def play(
    name: str,
    disease: str,
    state: str,
    regimen: str | None,
    dose: str | None,
    route: str,
    every: str | None,
    count: int | None,
    duration: str | None,
    values: tuple[str, ...],
    weight: float,
    weeks: int,
    shown: str | None,
    out: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Follow the typical patient under the drug NAME: exposure, share of the target, read-outs.

    No noise, no placebo response, no spread between patients: what the mechanism does. NAME is an
    id, a synonym or the path of a TOML file.
    """
    from tolerogen.cli import trajectory, trajectory_files
    from tolerogen.cli.show import print_json
    from tolerogen.diseases import load_disease
    from tolerogen.errors import SpecError, choices
    from tolerogen.therapies import load_therapy, with_numbers
    from tolerogen.trials import Treatment, curves, follow_one

    trajectory_files.check_files(out, plot)
    ill = load_disease(disease)
    drug = with_numbers(load_therapy(name), dict(read_assignment(text) for text in values))
    given = _doses(drug, dose, route, every, count, duration) if dose else _studied(drug, regimen)
    known = {curve.id: curve for curve in curves(ill, [drug])}
    wanted = [part.strip() for part in (shown or "").split(",") if part.strip()]
    for one in wanted:
        if one not in known:
            raise SpecError(f"--show: {choices(one, known)}")
    own = [f"{drug.id}_{what}" for what in ("C", "occupancy", "knock_down", "isoform_shift")]
    data = follow_one(ill, [Treatment(drug, given)], 7 * weeks, state=state, weight_kg=weight)
    kept = trajectory.observed(data)[[i for i in (*own, *wanted) if i in known]]
    trajectory_files.write_files(kept, out, plot)
    if as_json:
        print_json(trajectory.trajectory_document(kept))
    else:
        weekly = kept.sel(time=[7.0 * week for week in range(weeks + 1)])
        labels = {curve.id: curve.label for curve in known.values()}
        trajectory.print_trajectory(weekly, f"{drug.name}, {given.label or given.name}", labels)


def _studied(drug: Therapy, name: str | None) -> Regimen:
    from tolerogen.errors import SpecError

    if name is None and not drug.regimens:
        raise SpecError(f"therapy '{drug.id}' has no regimen; give --dose.")
    return drug.regimens[0] if name is None else drug.regimen(name)


def _doses(
    drug: Therapy,
    amount: str,
    route: str,
    every: str | None,
    count: int | None,
    duration: str | None,
) -> Regimen:
    from tolerogen.therapies import Regimen, dose_rule

    at = () if every else ("0 days",)
    rule = dose_rule(
        amount, route=route, at=at, every=every, count=count, duration=duration, where="--dose"
    )
    drug.dosed_species(rule.route)
    return Regimen("as written", (rule,), source="the command line")
