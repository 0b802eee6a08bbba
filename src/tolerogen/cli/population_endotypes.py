"""``tolerogen population endotypes``: kinds of patients, and which therapy helps whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.refusal import Number, Whole
from tolerogen.cli.show import console, examples, hand_over, json_option, print_table

if TYPE_CHECKING:
    from tolerogen.patients.endotypes import Endotypes
    from tolerogen.trials.benefit import BenefitResult, TherapyBenefit

PATH = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "tolerogen population endotypes sjogren --out results/endotypes",
        "tolerogen population endotypes sjogren --therapy nipocalimab:dahlias_15 "
        "--screening-cost '2000 EUR' --test-cost '500 EUR' --patient-cost '40000 EUR' "
        "--budget '8000000 EUR'",
    )
)
@click.argument("disease")
@click.option("--patients", type=Whole(200, 1_000_000), default=2000, show_default=True)
@click.option(
    "--therapy",
    "therapies",
    multiple=True,
    help="NAME or NAME:REGIMEN, may be repeated; else those of the disease. 'none' for none.",
)
@click.option("--treated", type=Whole(100, 1_000_000), default=1000, show_default=True,
              help="Patients treated with each therapy.")  # fmt: skip
@click.option("--week", type=Number(1, 1040), default=24.0, show_default=True)
@click.option("--measure", default="essdai", show_default=True, help="Score of the benefit.")
@click.option("--least", type=Number(min=0), default=5.0, show_default=True, help="Score at entry.")
@click.option(
    "--posterior",
    type=PATH,
    help="Draws (CSV): a row a draw, a column a parameter; by default those of the disease.",
)
@click.option("--draws", type=Whole(min=1), default=5, show_default=True, help="Draws used.")
@click.option("--bootstraps", type=Whole(min=0), default=20, show_default=True)
@click.option("--screening-cost", help="For every candidate, such as '2000 EUR'.")
@click.option("--test-cost", help="For the markers of one candidate.")
@click.option("--patient-cost", help="For every patient randomised.")
@click.option("--budget", help="Of the trial.")
@click.option("--seed", type=Whole(min=0), default=1, show_default=True)
@click.option("--out", type=PATH, help="Folder for the result, tables and figures.")
@json_option
def endotypes(
    disease: str,
    patients: int,
    therapies: tuple[str, ...],
    treated: int,
    week: float,
    measure: str,
    least: float,
    posterior: Path | None,
    draws: int,
    bootstraps: int,
    screening_cost: str | None,
    test_cost: str | None,
    patient_cost: str | None,
    budget: str | None,
    seed: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Sort virtual patients of DISEASE into endotypes and tell which therapy helps whom.

    Classes come with probabilities and their stability. Each therapy is given to the same
    patients, who are also seen on placebo: responders by endotype and by decile of predicted
    benefit, a small rule, and trials at equal cost where costs are given.
    """
    from tolerogen import patients as room
    from tolerogen.diseases import load_disease
    from tolerogen.patients.endotypes import find_endotypes, read_endotype_plan
    from tolerogen.result_folder import check_writable
    from tolerogen.trials.benefit import read_costs, who_benefits
    from tolerogen.trials.validation.posterior import disease_posterior, read_posterior

    if out is not None:
        check_writable(out)
    costs = read_costs(
        {"screening": screening_cost, "test": test_cost, "patient": patient_cost, "budget": budget}
    )
    loaded = load_disease(disease)
    source = disease_posterior(loaded) if posterior is None else read_posterior(posterior)
    sets = tuple(source.thinned(draws).diseases(loaded))
    chosen = therapies or read_endotype_plan(loaded.folder).therapies
    chosen = () if chosen == ("none",) else chosen
    with progress("Sorting patients") as report:
        found = find_endotypes(
            sets, patients=patients, seed=seed, bootstraps=bootstraps, progress=report
        )
    with progress("Treating patients") as report:
        result = who_benefits(
            sets,
            found,
            chosen,
            patients=treated,
            week=week,
            measure=measure,
            entry=[room.Criterion(measure, minimum=least)],
            costs=costs,
            seed=seed,
            progress=report,
        )
    hand_over(result, out, as_json, show)


def show(result: BenefitResult) -> None:
    """Print classes, who is helped, rules, deciles and designs."""
    if result.endotypes.warning:
        console().print(f"Warning: {result.endotypes.warning}")
    _classes(result.endotypes)
    if not result.therapies:
        return
    names = [c.id for c in result.endotypes.classes]
    columns = ("therapy", "points", "helped, %", *(f"in {n}, %" for n in names))
    rows = [
        (
            item.therapy,
            f"{item.everybody.benefit:.2f}",
            f"{100 * item.everybody.helped:.0f}",
            *(f"{100 * g.helped:.0f} ± {100 * g.helped_se:.0f}" for g in item.groups),
        )
        for item in result.therapies
    ]
    title = (
        f"Better than the same patient on placebo at week {result.week:g} "
        f"({result.patients} patients; helped: {result.improvement:g} points or more)"
    )
    print_table(title, columns, rows, len(columns) - 1)
    for item in result.therapies:
        _therapy(item, result)


def _classes(found: Endotypes) -> None:
    rows = [(c.id, f"{100 * c.share:.0f}", c.label) for c in found.classes]
    print_table("Endotypes", ("class", "share, %", "what stands out"), rows, 1)
    s = found.stability
    stability = [
        ("adjusted Rand index, bootstrap", f"{s.rand:.2f} ({s.rand_low:.2f} to {s.rand_high:.2f})"),
        ("keep their class when measured again", f"{100 * s.kept:.0f} %"),
        ("belong to it with at least 0.8", f"{100 * s.certain:.0f} %"),
        *((f"published: {p.name}", f"{100 * p.share:.0f} %") for p in found.plan.published),
    ]
    print_table("Stability", ("", ""), stability, 1)


def _therapy(item: TherapyBenefit, result: BenefitResult) -> None:
    from tolerogen.trials.benefit.page import number_needed

    deciles = [
        (str(d.decile), f"{d.predicted:.2f}", f"{d.benefit:.2f}", f"{100 * d.helped:.0f}",
         number_needed(d.nnt, d.nnt_low, d.nnt_high))
        for d in reversed(item.deciles)
    ]  # fmt: skip
    columns = ("decile", "predicted", "points", "helped, %", "number needed to treat")
    print_table(f"{item.therapy}, {item.regimen}: by predicted benefit", columns, deciles, 4)
    leaves = [
        (f"{100 * leaf.share:.0f}", f"{leaf.benefit:.2f}", f"{100 * leaf.helped:.0f}",
         "yes" if leaf.treat else "no", " and ".join(leaf.conditions) or "everybody")
        for leaf in item.rule.leaves
    ]  # fmt: skip
    columns = ("share, %", "points", "helped, %", "treat", "patients who have")
    print_table(f"{item.therapy}: a rule, on the half it was not grown on", columns, leaves, 2)
    if not item.designs or result.costs is None:
        return
    designs = [
        (f"{100 * d.fraction:.0f}", d.screened, d.patients, f"{d.cost_per_patient:.0f}",
         f"{d.effect:.2f}", f"{d.sd:.2f}", f"{d.power:.2f}")
        for d in item.designs
    ]  # fmt: skip
    money = f"{result.costs.budget:g} {result.costs.currency}"
    head = ("best, %", "screened", "patients", "cost of one", "points", "SD", "power")
    print_table(f"{item.therapy}: trials for {money}", head, designs, 6)
