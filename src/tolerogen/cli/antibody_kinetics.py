"""``tolerogen antibody kinetics``."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.refusal import Number
from tolerogen.cli.show import examples, json_option, print_json, print_table

MODELS = ("auto", "1:1", "mass-transport", "heterogeneous", "bivalent", "steady-state")


@click.command(
    epilog=examples(
        "tolerogen antibody kinetics examples/sensorgrams.csv",
        "tolerogen antibody kinetics examples/sensorgrams.csv --model 1:1 --json",
        "tolerogen antibody kinetics octet-run/ --mass 25",
        "tolerogen antibody kinetics examples/octet-rawdata.xls --run examples/octet-run.csv",
    )
)
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--model",
    type=click.Choice(MODELS),
    default="auto",
    show_default=True,
    help="auto: 1:1, or mass-transport where that is detected.",
)
@click.option(
    "--run",
    type=click.Path(path_type=Path),
    help="For exported traces: what was where, and when (trace, concentration_nM, on_s, off_s).",
)
@click.option("--blanks", is_flag=True, help="Subtract the cycles with concentration 0.")
@click.option(
    "--drift", type=Number(min=0), help="Straighten by the baseline's first so many seconds."
)
@click.option("--bulk", type=Number(min=0), help="Leave out so many seconds after each switch.")
@click.option("--off", type=Number(min=0), help="End of injection, s, where the file does not say.")
@click.option(
    "--mass",
    type=Number(min=0, min_open=True),
    help="Analyte in kDa, for Octet runs given in mass units.",
)
@click.option(
    "--figure", type=click.Path(path_type=Path), help="Draw data and fit to this stem (SVG, PNG)."
)
@json_option
def kinetics(
    source: Path,
    model: str,
    run: Path | None,
    blanks: bool,
    drift: float | None,
    bulk: float | None,
    off: float | None,
    mass: float | None,
    figure: Path | None,
    as_json: bool,
) -> None:
    """Rate constants from the sensorgrams in SOURCE, with 95 % profile-likelihood intervals.

    SOURCE is a table with the columns time_s, response, concentration_nM and, if there are several,
    cycle and analyte; or curves exported by Biacore (.txt, columns in pairs _X and _Y, the
    concentration in the name); or an Octet run, a folder of .frd files. With --run, traces exported
    by Octet's software (RawData0.xls, A1.xls, CSV) or Biacore curves without a concentration in the
    name. Intervals and warnings stand beside each number.
    """
    from tolerogen.antibodies.kinetics import (
        draw_kinetics,
        fit_kinetics,
        injected_until,
        read_exported,
        read_octet,
        read_sensorgrams,
        remove_drift,
        subtract_blanks,
        without_bulk,
    )

    octet = source.is_dir() or ".frd" in source.suffixes
    if run is not None:
        data = read_exported(source, run)
    else:
        data = read_octet(source, mass) if octet else read_sensorgrams(source)
    data = [injected_until(one, off) for one in data] if off else data
    data = [remove_drift(one, drift) for one in data] if drift else data
    data = [subtract_blanks(one) for one in data] if blanks else data
    data = [without_bulk(one, bulk) for one in data] if bulk else data
    fits = [fit_kinetics(one, model) for one in data]
    if figure is not None:
        for path in draw_kinetics(fits, figure):
            click.echo(f"Written to {path}", err=True)
    if as_json:
        print_json([fit.record() for fit in fits])
        return
    rows = [
        (
            fit.analyte,
            _told(fit.kon, fit.kon_interval),
            _told(fit.koff, fit.koff_interval),
            _told(fit.kd, fit.kd_interval),
            f"{fit.rmax:.4g}",
            fit.model,
        )
        for fit in fits
    ]
    columns = ("analyte", "kon, 1/(M s)", "koff, 1/s", "KD, M", "Rmax", "model")
    print_table("Kinetics", columns, rows)
    for fit in fits:
        for warning in fit.warnings:
            click.echo(f"{fit.analyte}: {warning}.", err=True)


def _told(value: float | None, interval: tuple[float | None, float | None]) -> str | None:
    low, high = ("?" if side is None else f"{side:.3g}" for side in interval)
    if value is None and interval[1] is None:
        return None
    return f"< {high}" if value is None else f"{value:.3g} ({low} to {high})"
