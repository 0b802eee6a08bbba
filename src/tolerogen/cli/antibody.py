"""``tolerogen antibody``: sequences and binding data to a molecule that can be given."""

from __future__ import annotations

import click

from tolerogen.cli.lazy import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "annotate": "tolerogen.cli.antibody_annotate:annotate",
        "bin": "tolerogen.cli.antibody_bin:bin_",
        "exposure": "tolerogen.cli.antibody_exposure:exposure",
        "humanise": "tolerogen.cli.antibody_humanness:humanise",
        "humanness": "tolerogen.cli.antibody_humanness:humanness",
        "immunogenicity": "tolerogen.cli.antibody_immunogenicity:immunogenicity",
        "kinetics": "tolerogen.cli.antibody_kinetics:kinetics",
        "number": "tolerogen.cli.antibody_number:number",
        "potency": "tolerogen.cli.antibody_potency:potency",
        "therapy": "tolerogen.cli.antibody_therapy:therapy",
    },
)
def antibody() -> None:
    """Work on antibodies: number, judge, humanise, measure."""
