"""``tolerogen target combine``: pairs against their better half and against independence."""

from __future__ import annotations

from typing import Any

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.show import console, examples, json_option, print_json, print_table
from tolerogen.cli.target_options import model_options, read_setup


@click.command(
    epilog=examples(
        "tolerogen target combine IL7R BAFF FcRn",
        "tolerogen target combine IL7R/block/antibody BAFFR/deplete/antibody --json",
    )
)
@click.argument("names", nargs=-1, required=True)
@click.option("--disease", default="sjogren", show_default=True, help="Name, or folder.")
@model_options(groups=False)
@json_option
def combine(names: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Simulate every pair of the NAMES: nodes or genes, or ways as node/action/modality.

    A node alone is hit by the kind of molecule that suits it best.
    """
    from tolerogen import targets
    from tolerogen.diseases import load_disease

    disease, setup = load_disease(given["disease"]), read_setup(given)
    items = targets.chosen_ways(disease, names)
    sets = targets.draws_for(disease, given["posterior"], given["draws"], setup.seed)
    with progress("Simulating patients") as report:
        pairs = targets.combine(disease, items, sets, setup, progress=report)
    if as_json:
        head = {"disease": disease.id, "draws": sets.source, "patients": setup.patients}
        print_json({**head, "singles": [_way(item) for item in items], "pairs": pairs})
        return
    out = console()
    if disease.warning:
        out.print(f"Note: {disease.warning}")
    out.print(f"{setup.patients} patients; {sets.source}.\n")
    columns = (
        "pair", "ESSDAI", "better half", "gain", "Bliss", "excess", "beats half", "synergy",
        "IgG < 3",
    )  # fmt: skip
    rows = [
        (
            f"{p.a} + {p.b}",
            _span(p.essdai),
            f"{p.best_single.mean:.2f}",
            _span(p.gain),
            f"{p.bliss.mean:.2f}",
            _span(p.excess),
            f"{p.p_better:.0%}",
            f"{p.p_synergy:.0%}",
            f"{p.igg_low.mean:+.0%}",
        )
        for p in pairs
    ]
    print_table("Pairs at week 24 against no drug, points; 90 % of parameter sets", columns, rows)
    out.print("Gain: pair less better half. Excess: pair less Bliss; negative is synergy.")


def _way(item: Any) -> dict[str, Any]:
    return {"id": item.id, "level": item.level, "source": item.source}


def _span(b: Any) -> str:
    return f"{b.mean:.2f}" if b.low is None else f"{b.mean:.2f} ({b.low:.2f} to {b.high:.2f})"
