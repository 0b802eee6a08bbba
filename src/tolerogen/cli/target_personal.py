"""``tolerogen target personal``: the ranking for one patient, and how little markers tell."""

from __future__ import annotations

from typing import Any

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import console, examples, json_option, print_json, print_table
from tolerogen.cli.target_options import evidence_options, model_options, read_all


@click.command(
    epilog=examples(
        "tolerogen target personal --marker igg=22 --marker rf=80 --marker anti_ro=yes",
        "tolerogen target personal --marker ifn=1.5 --marker sil7r=180 --patients 1000 --json",
    )
)
@click.option("--marker", multiple=True, required=True, help="As igg=18.5 or anti_ro=yes.")
@evidence_options
@model_options(patients=1000, draws=5)
@click.option("--top", type=Whole(min=1), default=15, show_default=True, help="Targets shown.")
@json_option
def personal(marker: tuple[str, ...], top: int, as_json: bool, **given: Any) -> None:
    """Weigh virtual patients by measured markers; rank targets for patients like this one.

    Markers of Sjögren's disease: igg (g/L), rf (IU/mL), c4 (g/L), anti_ro, cxcl13 (pg/mL),
    b_cells, cd4 (cells/µL), sil7r (ng/mL), ifn (SD from the mean of patients), essdai, esspri.
    """
    from tolerogen import targets

    disease, records, day, setup = read_all(given)
    known = targets.read_markers(disease.folder)
    measured = dict(targets.read_value(text, known) for text in marker)
    groups = given["endotypes"] and targets.read_endotypes(given["endotypes"])
    with progress("Simulating patients") as report:
        ranking = targets.rank_targets(
            disease,
            records,
            until_day=day,
            posterior=given["posterior"],
            draws=given["draws"],
            setup=setup,
            endotypes=groups,
            progress=report,
        )
    found = targets.personal_ranking(disease, ranking, measured, groups)
    if as_json:
        print_json(found.document())
    else:
        show(found, top)


def show(found: Any, top: int) -> None:
    """Print a personal ranking, warnings first."""
    out = console()
    for warning in found.warnings:
        out.print(f"Warning: {warning}")
    out.print(
        f"\n{found.effective:.0f} effective of {found.candidates} virtual patients; the markers "
        f"told {found.bits:.1f} bits. {found.draws}.\n"
    )
    groups = [(g.id, f"{g.before:.0%}", f"{g.after:.0%}", g.name) for g in found.endotypes]
    print_table("Endotypes", ("group", "before", "after", "name"), groups, 2)
    rows = [_row(item) for item in found.targets[:top]]
    columns = (
        "target", "rank", "before", "ESSDAI", "+/-", "uncertain", "patients like this",
        "everybody", "best", "before", "explained",
    )  # fmt: skip
    print_table("Targets for patients like this one, week 24 against no drug", columns, rows, 10)


def _row(t: Any) -> tuple[object, ...]:
    sure = "one set" if t.low is None else f"{t.low:.1f} to {t.high:.1f}"
    return (
        t.target, t.rank, t.rank_before, f"{t.essdai:.2f}", f"{t.se:.2f}", sure,
        f"{t.patient_low:.1f} to {t.patient_high:.1f}", f"{t.essdai_before:.2f}",
        f"{t.p_best:.0%}", f"{t.p_best_before:.0%}", f"{t.explained:.0%}",
    )  # fmt: skip
