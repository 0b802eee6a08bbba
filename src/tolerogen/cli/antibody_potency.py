"""``tolerogen antibody potency``."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.show import examples, json_option, print_json, print_table

CURVES = ("4PL", "5PL", "auto")


@click.command(
    epilog=examples(
        "tolerogen antibody potency examples/potency.csv",
        "tolerogen antibody potency examples/potency.csv --reference lot1 --json",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--model", type=click.Choice(CURVES), default="4PL", show_default=True)
@click.option("--reference", help="Sample that the others are compared with.")
@json_option
def potency(file: Path, model: str, reference: str | None, as_json: bool) -> None:
    """Half-way concentrations from the dose-response table FILE, and potency against a reference.

    Columns: sample, concentration_nM, response; one well a row. Intervals are 95 %, by profile.
    """
    from tolerogen.antibodies.potency import fit_curve, read_dose_response, relative_potency
    from tolerogen.errors import SpecError, choices

    data = {one.sample: one for one in read_dose_response(file)}
    if reference is not None and reference not in data:
        raise SpecError(f"{file}: has no sample '{reference}'; {choices(reference, data)}")
    curves = [fit_curve(one, model) for one in data.values()]
    ratios = {
        name: relative_potency(one, data[reference], model)
        for name, one in data.items()
        if reference is not None and name != reference
    }
    if as_json:
        print_json(
            [
                {
                    **curve.record(),
                    **(ratios[curve.sample].record() if curve.sample in ratios else {}),
                }
                for curve in curves
            ]
        )
        return
    rows = []
    for curve in curves:
        ratio = ratios.get(curve.sample)
        rows.append(
            (
                curve.sample,
                _told(curve.ec50, curve.ec50_interval),
                _told(ratio.value, ratio.interval) if ratio else None,
                ratio.parallel_p if ratio else None,
                curve.hill,
                curve.model,
            )
        )
    columns = ("sample", "EC50, nM", "relative potency", "parallel, p", "hill", "curve")
    print_table("Potency", columns, rows)
    told = [(c.sample, w) for c in curves for w in c.warnings]
    told += [(r.sample, w) for r in ratios.values() for w in r.warnings]
    for sample, warning in told:
        click.echo(f"{sample}: {warning}.", err=True)


def _told(value: float, interval: tuple[float | None, float | None]) -> str:
    low, high = ("?" if side is None else f"{side:.3g}" for side in interval)
    return f"{value:.3g} ({low} to {high})"
