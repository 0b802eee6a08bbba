"""``tolerogen population calibrate``: parameter sets that answer for published trials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import console, examples, hand_over, json_option, print_table

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.trials.calibration import Calibration, PlaceboFit

PATH = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "tolerogen population calibrate sjogren --out results/calibration",
        "tolerogen population calibrate sjogren --placebo",
    )
)
@click.argument("disease")
@click.option("--out", type=PATH, help="Folder for the posterior, tables and figures.")
@click.option(
    "--work",
    type=PATH,
    help="Folder for simulated sets; a run that was cut goes on from it. "
    "By default OUT with '-sets' added.",
)
@click.option("--sets", type=Whole(min=128), help="Parameter sets from the prior.")
@click.option("--seed", type=Whole(min=0), default=1, show_default=True)
@click.option("--threads", type=Whole(min=1), help="Cores; all by default.")
@click.option("--placebo", is_flag=True, help="Estimate placebo response and noise instead.")
@json_option
def calibrate(
    disease: str,
    out: Path | None,
    work: Path | None,
    sets: int | None,
    seed: int,
    threads: int | None,
    placebo: bool,
    as_json: bool,
) -> None:
    """Find the parameter sets of DISEASE (a name or a folder) that answer for published trials.

    Reads what is free and what was observed from the folder 'calibration' of the disease. Takes
    minutes to an hour; what is simulated is kept, so that a run can be cut and repeated.
    """
    from tolerogen.result_folder import check_writable
    from tolerogen.trials import calibration

    if placebo:
        with _stages() as stage:
            fitted = calibration.fit_placebo(disease, seed=seed, progress=stage)
        _placebo(fitted, as_json)
        return
    if out is None and work is None:
        raise click.UsageError("give --out DIR for the result, or --work DIR for simulated sets.")
    if out is not None:
        check_writable(out)
    folder = work if work is not None else Path(f"{out}-sets")
    with _stages() as stage:
        result = calibration.calibrate(
            disease, folder=folder, seed=seed, sets=sets, threads=threads, progress=stage
        )
    hand_over(result, out, as_json, show)


@contextmanager
def _stages() -> Iterator[Callable[[str, int, int], None]]:
    """Show one bar a stage, its label that of the stage."""
    from contextlib import ExitStack

    stack = ExitStack()
    current: list[tuple[str, Callable[[int, int], None]]] = []

    def report(what: str, done: int, total: int) -> None:
        if not current or current[-1][0] != what:
            stack.close()
            current.append((what, stack.enter_context(progress(what[:1].upper() + what[1:]))))
        current[-1][1](done, total)

    with stack:
        yield report


def show(result: Calibration) -> None:
    """Print the fit, what the data told, and the summary."""
    fit = result.fit()
    columns = ("trial", "measure", "kind", "published", "sd", "prior", "posterior", "z", "arm")
    rows = [
        (
            row.trial_id,
            row.measure,
            row.kind,
            _number(row.published),
            f"{row.sd:.2f}",
            f"{row.prior_mean:.2f} ({row.prior_sd:.2f})",
            f"{row.predicted:.2f} ({row.parameter_sd:.2f})",
            _number(row.z),
            row.arm,
        )
        for row in fit.itertuples()
    ]
    print_table("Published numbers, before and after", columns, rows, len(columns) - 3)
    told = result.parameters().sort_values("contraction", ascending=False).head(15)
    print_table(
        "What the data told most of",
        ("parameter", "before", "median", "5 to 95 %", "contraction"),
        [
            (
                r.parameter,
                f"{r.prior_median:.3g}",
                f"{r.median:.3g}",
                f"{r.low:.3g} to {r.high:.3g}",
                f"{r.contraction:.2f}",
            )
            for r in told.itertuples()
        ],
        4,
    )
    _left_out(result.predictions())
    summary = result.summary()
    out = summary.pop("left_out")
    flat = summary | {f"left out: {name}": value for name, value in out.items()}
    print_table("Summary", ("", ""), [(k.replace("_", " "), v) for k, v in flat.items()], 1)


def _left_out(table: pd.DataFrame) -> None:
    rows = [
        (r.mechanism, r.trial_id, r.measure, f"{r.published:.2f}", f"{r.predicted:.2f}",
         f"{r.naive:.2f}", "yes" if r.inside90 else "no")
        for r in table.itertuples()
    ]  # fmt: skip
    columns = ("mechanism", "trial", "measure", "published", "predicted", "naive", "inside 90 %")
    print_table("Predicted without any trial of the mechanism", columns, rows, 3)


def _placebo(fitted: PlaceboFit, as_json: bool) -> None:
    numbers, figures = fitted.frame(), fitted.figures()
    if as_json:
        import json

        body = {
            "numbers": json.loads(numbers.to_json(orient="records")),
            "figures": json.loads(figures.to_json(orient="records")),
            "effective_sample_size": fitted.effective,
        }
        click.echo(json.dumps(body, indent=1))
        return
    for title, frame in (("Placebo response and noise", numbers), ("Placebo arms", figures)):
        shown = frame.drop(columns="source", errors="ignore")
        rows = [tuple(_cell(v) for v in row) for row in shown.itertuples(index=False)]
        print_table(title, tuple(shown.columns), rows, len(shown.columns) - 1)
    console().print(f"Effective sample size {fitted.effective:.0f}.")


def _cell(value: object) -> object:
    return f"{value:.3g}" if isinstance(value, float) else value


def _number(value: Any) -> str | None:
    return None if value != value else f"{float(value):.2f}"
