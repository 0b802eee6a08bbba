"""``tolerogen safety incidence``, ``hierarchy``, ``mechanism``, ``listing``: safety of a trial."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tolerogen.cli.refusal import SHARE, Whole
from tolerogen.cli.safety_case import store_option
from tolerogen.cli.safety_output import deliver, table_options
from tolerogen.cli.show import examples
from tolerogen.errors import SpecError
from tolerogen.safety.csv_file import read_csv_file

file = click.Path(path_type=Path)
subjects_argument = click.argument("subjects", type=file)
events_argument = click.argument("events", type=file)


@click.command(
    epilog=examples(
        "tolerogen safety incidence examples/subjects.csv examples/events.csv --reference placebo"
    )
)
@subjects_argument
@events_argument
@click.option("--reference", required=True, help="Arm that the others are compared with.")
@click.option("--by", default="term", show_default=True, help="term, soc.")
@click.option("--serious", is_flag=True, help="Serious events only.")
@click.option("--level", type=SHARE, default=0.95, show_default=True, help="Coverage of intervals.")
@table_options
def incidence(
    subjects: Path,
    events: Path,
    reference: str,
    by: str,
    serious: bool,
    level: float,
    **output: Any,
) -> None:
    """Tabulate exposure-adjusted incidence with exact intervals.

    SUBJECTS has subject, arm, exposure_days; EVENTS has subject, term, day, and soc and serious if
    known; or they are ADSL and ADAE as CSV.
    """
    from tolerogen.safety import clinical

    trial = clinical.read_trial(subjects, events)
    found = clinical.incidence(trial, reference, by=by, serious=serious, level=level)
    compared = int(found["ratio"].notna().sum())
    notes = [
        "Rates and differences per 100 patient-years until the event first happens.",
        f"{compared} comparisons with {reference} were made, with no correction for their number; "
        "safety hierarchy looks at all events together.",
    ]
    if trial.left_out:
        notes.append(f"{trial.left_out} events lie outside the time at risk and were left out.")
    shown = [
        *("event", "arm", "n", "percent", "rate", "low", "high", "ratio", "ratio_low"),
        *("ratio_high", "difference", "difference_low", "difference_high"),
    ]
    header = {"reference": reference, "level": level, "left_out": trial.left_out}
    title = f"Incidence per 100 patient-years, {level:.0%} intervals"
    deliver(found, title, header=header, columns=shown, notes=notes, **output)


@click.command(
    epilog=examples(
        "tolerogen safety hierarchy examples/subjects.csv examples/events.csv --treated active "
        "--control placebo"
    )
)
@subjects_argument
@click.argument("events", type=file, required=False)
@click.option("--treated", help="Arm that is treated.")
@click.option("--control", help="Arm that is not.")
@click.option("--seed", type=Whole(min=0), default=1, show_default=True, help="Seed of the draws.")
@table_options
def hierarchy(
    subjects: Path,
    events: Path | None,
    treated: str | None,
    control: str | None,
    seed: int,
    **output: Any,
) -> None:
    """Look at all adverse events together: Berry and Berry's hierarchical model.

    Takes SUBJECTS and EVENTS as safety incidence does, or one table of counts: soc, term, control,
    n_control, treated, n_treated.
    """
    from tolerogen.safety import clinical

    if events is None:
        counts = read_csv_file(subjects)
    else:
        if not (treated and control):
            raise SpecError("Subjects and events need --treated ARM and --control ARM.")
        trial = clinical.read_trial(subjects, events)
        counts = clinical.counts_by_arm(trial, treated, control)
    found = clinical.fit_hierarchy(counts, seed=seed)
    header = {"draws": found.draws, "r_hat": found.r_hat, "error": found.error}
    notes = [
        f"p_more: probability of more events when treated; {len(found.table)} events together. "
        f"R-hat {found.r_hat:.3f}, Monte Carlo error {found.error:.4f}, {found.draws} draws."
    ]
    if found.r_hat > 1.05:
        notes.append("R-hat is above 1.05: the chains do not agree yet.")
    shown = ("soc", "term", "control", "treated", "p_more", "p_same", "odds_ratio", "low", "high")
    deliver(found.table, "Events by p_more", header=header, columns=shown, notes=notes, **output)


@click.command(
    epilog=examples(
        "tolerogen safety mechanism results/trial --reference placebo",
        "tolerogen safety mechanism results/trial --reference placebo --observed infections.csv",
    )
)
@click.argument("folder", type=file)
@click.option("--reference", required=True, help="Arm of the virtual trial to compare with.")
@click.option(
    "--observed", type=file, help="CSV: arm, n, years. Serious infections of the real trial."
)
@click.option("--grades", "show_grades", is_flag=True, help="Show low IgG and lymphocytes.")
@table_options
def mechanism(
    folder: Path, reference: str, observed: Path | None, show_grades: bool, **output: Any
) -> None:
    """Predict risks that follow from the mechanism, and compare them with what was observed.

    FOLDER is what "trial run --out FOLDER" wrote.
    """
    from tolerogen.safety import clinical

    margins = clinical.read_margins(folder)
    prediction = clinical.predict_ratio(margins, reference)
    low = clinical.grades(margins)
    header = {
        "trial": margins.name,
        "warning": margins.warning,
        "risks": [vars(r) for r in clinical.known_risks()],
        "prediction": prediction.to_dict("records"),
        "grades": low.to_dict("records"),
    }
    notes = [
        "Ratios of serious infection come from cohorts, where a low margin need not be the cause.",
        *([f"Virtual trial: {margins.warning}."] if margins.warning else []),
    ]
    if observed is not None:
        seen = read_csv_file(observed)
        lacking = {"arm", "n", "years"} - set(seen.columns)
        if lacking:
            raise SpecError(f"{observed}, line 1: no column for {', '.join(sorted(lacking))}.")
        table = clinical.compare(prediction, seen, reference)
        title = "Serious infections, predicted against observed"
    elif show_grades:
        table, title = low, "Low IgG and lymphocytes"
    else:
        table, title = prediction, f"Serious infections, ratio to {reference}, predicted"
    deliver(table, title, header=header, notes=notes, **output)


@click.command(
    epilog=examples(
        "tolerogen safety listing --since 2026-01-01 --until 2026-12-31 --out listing.csv",
        "tolerogen safety listing --summary --drug Rituximab",
    )
)
@store_option
@click.option("--since", default="", help="First day of receipt. [the beginning]")
@click.option("--until", default="9999", help="Last day of receipt. [today]")
@click.option("--drug", help="Cases that suspect this drug.")
@click.option("--summary", is_flag=True, help="Tabulate events instead of listing cases.")
@click.option("--all", "all_cases", is_flag=True, help="List cases that are not serious as well.")
@table_options
def listing(
    where: str,
    since: str,
    until: str,
    drug: str | None,
    summary: bool,
    all_cases: bool,
    **output: Any,
) -> None:
    """Line listing or summary tabulation of the store, for a DSUR or PSUR."""
    from tolerogen.safety import clinical
    from tolerogen.safety.store import CaseStore

    cases = CaseStore.existing(where).latest()
    if summary:
        table = clinical.summary_tabulation(cases, since=since, until=until, drug=drug)
        deliver(table, "Events by seriousness and source", **output)
        return
    table = clinical.line_listing(
        cases, since=since, until=until, serious_only=not all_cases, drug=drug
    )
    shown = [
        *("case_id", "country", "source", "age", "sex", "suspect_drug", "event", "outcome"),
        *("serious", "expected", "received"),
    ]
    deliver(table, f"{len(table)} cases", columns=shown, **output)
