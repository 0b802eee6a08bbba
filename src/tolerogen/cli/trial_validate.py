"""``tolerogen trial validate``: predict published trials and score the predictions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import console, examples, hand_over, json_option, print_table

if TYPE_CHECKING:
    from tolerogen.trials.validation import ValidationResult

PATH = click.Path(path_type=Path)
FIGURES = {
    "n": "arms compared",
    "n_coverage": "arms with an interval",
    "coverage90": "inside the 90 % interval",
    "coverage50": "inside the 50 % interval",
    "mean_absolute_error": "mean absolute error, points",
    "bias": "bias, points",
    "rank_correlation": "rank correlation",
    "sign_agreement": "sign agreement",
    "brier": "Brier score of significance",
}


@click.command(
    epilog=examples(
        "tolerogen trial validate --disease sjogren --trials trials.json --out results/validation"
    )
)
@click.option("--disease", default="sjogren", show_default=True, help="Name, or folder.")
@click.option("--trials", "file", type=PATH, required=True, help="Published trials (JSON).")
@click.option(
    "--posterior",
    type=PATH,
    help="Draws (CSV): a row a draw, a column a parameter; by default those of the disease.",
)
@click.option("--reference", type=PATH, help="Trials whose mean the naive model predicts (JSON).")
@click.option("--replicates", type=Whole(min=20), default=200, show_default=True)
@click.option("--seed", type=Whole(min=0), default=1, show_default=True)
@click.option("--all-metrics", is_flag=True, help="Every score, not only the designed one.")
@click.option("--out", type=PATH, help="Folder for the result and the table.")
@json_option
def validate(
    disease: str,
    file: Path,
    posterior: Path | None,
    reference: Path | None,
    replicates: int,
    seed: int,
    all_metrics: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Predict the trials of a file from their designs; score them where outcomes are given.

    Each trial is simulated as designed, at its size, many times. Drugs that the model or the
    therapy library cannot represent are listed.
    """
    from tolerogen import trials
    from tolerogen.trials import validation

    if out is not None:
        trials.check_writable(out)
    draws = None if posterior is None else validation.read_posterior(posterior)
    with progress("Simulating patients") as report:
        result = validation.validate_trials(
            file,
            disease,
            posterior=draws,
            reference=reference,
            replicates=replicates,
            seed=seed,
            all_metrics=all_metrics,
            progress=report,
        )
    hand_over(result, out, as_json, show)


def show(result: ValidationResult) -> None:
    """Print the tables of a validation."""
    if result.warning:
        console().print(f"Warning: {result.warning}")
    console().print(f"{result.replicates} trials a design; {result.posterior}")
    console().print()
    _predictions(result)
    _comparison(result)
    _summary(result.summary)
    if result.unrepresented:
        print_table(
            "Not predicted",
            ("trial", "arm", "why"),
            [(lost.trial_id, lost.arm or "all", lost.reason) for lost in result.unrepresented],
        )
    if result.uncompared:
        print_table(
            "Published, not compared",
            ("trial", "arm", "metric", "why"),
            [(item.trial_id, item.arm, item.metric, item.reason) for item in result.uncompared],
        )


def _predictions(result: ValidationResult) -> None:
    columns = (
        "trial", "metric", "week", "predicted", "50 %", "90 %", "p(significant)", "placebo",
        "n", "arm",
    )  # fmt: skip
    rows = [
        (
            row.trial_id,
            item.metric,
            f"{item.week:g}",
            f"{item.predicted:.2f}",
            _interval(item.pi50),
            _interval(item.pi90),
            f"{item.p_significant:.2f}",
            f"{item.placebo_predicted:.2f}",
            f"{item.n_active}+{item.n_placebo}",
            item.arm,
        )
        for row in result.rows
        for item in [row.prediction]
    ]
    title = "Predicted difference from placebo in a trial of that size, points"
    print_table(title, columns, rows, len(columns) - 2)


def _comparison(result: ValidationResult) -> None:
    columns = ("trial", "metric", "published", "interval", "predicted", "z", "inside 90 %", "arm")
    rows = []
    for row in result.rows:
        known = row.outcome
        if known is None:
            continue
        ends = (known.ci_low, known.ci_high)
        rows.append(
            (
                row.trial_id,
                known.metric,
                f"{known.difference:.2f}",
                None if None in ends else f"{ends[0]} to {ends[1]}",
                f"{row.prediction.predicted:.2f}",
                None if row.z is None else f"{row.z:.2f}",
                "yes" if row.inside90 else "no",
                row.prediction.arm,
            )
        )
    if rows:
        print_table("Compared with what was published", columns, rows, len(columns) - 2)


def _interval(pair: tuple[float, float]) -> str:
    return f"{pair[0]:.1f} to {pair[1]:.1f}"


def _summary(summary: dict[str, Any]) -> None:
    if not summary["n"]:
        console().print("No outcomes are given for these arms: nothing to compare.\n")
        return
    rows = [(label, summary[name], summary["naive"][name]) for name, label in FIGURES.items()]
    print_table("Summary", ("", "model", "naive mean"), rows, 2)
