"""``tolerogen population credibility``: the page that says how far a disease may be believed."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.show import examples

PATH = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "tolerogen population credibility sjogren --calibration results/calibration "
        "--validation results/validation --out docs/credibility.md"
    )
)
@click.argument("disease")
@click.option("--calibration", type=PATH, required=True, help="Folder of 'population calibrate'.")
@click.option("--validation", type=PATH, multiple=True, help="Folder of 'trial validate'.")
@click.option("--out", type=PATH, help="Markdown file; standard output when left out.")
def credibility(
    disease: str, calibration: Path, validation: tuple[Path, ...], out: Path | None
) -> None:
    """Write the credibility page of DISEASE from the results of its calibration and validations."""
    from tolerogen.diseases import load_disease
    from tolerogen.result_file import write_file
    from tolerogen.trials.calibration import credibility as make
    from tolerogen.trials.calibration import read_result

    found = [read_result(folder) for folder in validation]
    page = make(load_disease(disease), read_result(calibration), found)
    if out is None:
        click.echo(page, nl=False)
        return
    write_file(out, page)
    click.echo(f"Written to {out}", err=True)
