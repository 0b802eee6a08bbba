"""``tolerogen therapy dose``: doses and schedules compared before a trial is designed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.arguments import read_days
from tolerogen.cli.progress import progress
from tolerogen.cli.refusal import SHARE, Number, Whole
from tolerogen.cli.show import examples, hand_over, json_option
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.therapies import Regimen, Therapy
    from tolerogen.therapies.first_dose import FirstDose


@click.command(
    epilog=examples(
        'tolerogen therapy dose ianalumab --dose "5 mg" --dose "50 mg" --dose "300 mg" --route sc '
        '--every "4 weeks" --count 6 --end "24 weeks" --out results/dose',
        'tolerogen therapy dose s95011 --dose "750 mg" --route "iv infusion" --duration "1 hour" '
        '--every "2 weeks" --count 6 --end "13 weeks" --loading --ada 0.2 --ada-clearance 3',
        'tolerogen therapy dose s95011 --dose "10 mg" --route iv --every "4 weeks" --count 3 '
        '--end "12 weeks" --first --noael "50 mg/kg" --species cynomolgus',
    )
)
@click.argument("name")
@click.option("--disease", default="sjogren", show_default=True, help="Name or folder.")
@click.option("--dose", "amounts", multiple=True, required=True, help='Such as "300 mg"; several.')
@click.option("--every", "steps", multiple=True, help='Such as "4 weeks"; several.')
@click.option("--count", type=Whole(min=1), help="Doses of each schedule; as many as fit.")
@click.option("--route", default="iv", show_default=True, help="iv, iv infusion, sc or oral.")
@click.option("--duration", help='Of an infusion, such as "1 hour".')
@click.option("--end", default="24 weeks", show_default=True, help="When effects are read.")
@click.option("--endpoint", default="", help="A measure of the disease; its first by default.")
@click.option(
    "--occupancy", type=SHARE, default=0.9, show_default=True, help="Share to be held throughout."
)
@click.option("--loading", is_flag=True, help="Add each regimen with a loading dose.")
@click.option("--ada", type=Number(0, 1), help="Share of patients with anti-drug antibodies.")
@click.option(
    "--ada-clearance",
    type=Number(min=0, min_open=True),
    default=2.0,
    show_default=True,
    help="Their factor on clearance.",
)
@click.option("--ada-onset", default="4 weeks", show_default=True, help="When half of it is there.")
@click.option("--first", is_flag=True, help="Candidates for the first dose in man (MABEL).")
@click.option(
    "--mabel-occupancy", type=SHARE, default=0.1, show_default=True, help="Share held at MABEL."
)
@click.option(
    "--target", "target_nM", type=Number(min=0), help="Total target, nM; else the disease's."
)
@click.option("--noael", help='Dose without adverse effect in an animal, "50 mg/kg".')
@click.option("--pad", help='Pharmacologically active dose in an animal, "1 mg/kg".')
@click.option("--species", default="cynomolgus", show_default=True, help="Of --noael and --pad.")
@click.option("--by-weight", is_flag=True, help="Scale from animals by weight (large proteins iv).")
@click.option(
    "--safety",
    type=Number(min=0, min_open=True),
    default=10.0,
    show_default=True,
    help="Safety factor on the NOAEL.",
)
@click.option("--patients", type=Whole(min=2), default=100, show_default=True)
@click.option("--seed", type=Whole(min=0), default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for tables and the figure.")
@json_option
def dose(
    name: str,
    disease: str,
    amounts: tuple[str, ...],
    steps: tuple[str, ...],
    count: int | None,
    route: str,
    duration: str | None,
    end: str,
    endpoint: str,
    occupancy: float,
    loading: bool,
    ada: float | None,
    ada_clearance: float,
    ada_onset: str,
    first: bool,
    mabel_occupancy: float,
    target_nM: float | None,  # noqa: N803  # the unit is written as people write it
    noael: str | None,
    pad: str | None,
    species: str,
    by_weight: bool,
    safety: float,
    patients: int,
    seed: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Compare doses and schedules of the drug NAME in the same virtual patients.

    Exposure, share of the target held, biomarkers and endpoint of every dose at every schedule; the
    probability that the target is held throughout; a loading dose; antibodies against the drug;
    and the first dose in man by MABEL, PAD and NOAEL, with sources.
    """
    from dataclasses import replace

    from tolerogen import trials
    from tolerogen.diseases import load_disease
    from tolerogen.therapies import first_dose, load_therapy
    from tolerogen.trials import dose as dosing

    drug, ill = load_therapy(name), load_disease(disease)
    last = read_days(end, where="--end")
    given = _regimens(amounts, steps, count, route, duration, last, drug)
    if loading:
        given += [dosing.with_loading(one, drug) for one in given if len(one.days) > 1]
    antidrug = None
    if ada is not None:
        onset = read_days(ada_onset, where="--ada-onset")
        antidrug = dosing.AntiDrug(ada, ada_clearance, onset)
    asked = dosing.question(
        drug, ill, given, last, endpoint,
        occupancy=occupancy, patients=patients, seed=seed, antidrug=antidrug,
    )  # fmt: skip
    candidates: list[FirstDose] = []
    if first:
        pool = first_dose.target_pool(drug, ill) if target_nM is None else target_nM
        candidates.append(first_dose.mabel(drug, pool, mabel_occupancy))
    if noael is not None:
        amount = first_dose.read_mg_per_kg(noael, "--noael")
        candidates.append(first_dose.noael(amount, species, by_weight=by_weight, safety=safety))
    if pad is not None:
        amount = first_dose.read_mg_per_kg(pad, "--pad")
        candidates.append(first_dose.pad(amount, species, by_weight=by_weight))
    if out is not None:
        trials.check_writable(out)
    with progress("Simulating patients") as report:
        found = dosing.explore_doses(asked, progress=report)
    found = replace(found, first=tuple(candidates))
    hand_over(found, out, as_json, lambda page: click.echo(page.summary()))


def _regimens(
    amounts: tuple[str, ...],
    steps: tuple[str, ...],
    count: int | None,
    route: str,
    duration: str | None,
    end: float,
    drug: Therapy,
) -> list[Regimen]:
    from tolerogen.therapies import Regimen, dose_rule

    out = []
    for amount in amounts:
        for step in steps or (None,):
            when: dict[str, Any] = {"every": step, "count": count}
            if step is None:
                when = {"at": ["0 days"]}
            elif count is None:
                when = {"every": step, "until": f"{end - 1e-6} days"}
            rule = dose_rule(
                amount, route=route, duration=duration, where=f"--dose '{amount}'", **when
            )
            drug.dosed_species(rule.route)
            label = f"{amount} once" if step is None else f"{amount} every {step}"
            out.append(Regimen(label, (rule,), source="the command line"))
    if not out:
        raise SpecError("give at least one --dose.")
    return out
