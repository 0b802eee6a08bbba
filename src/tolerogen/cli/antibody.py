"""``tolerogen antibody``: sequences and binding data to a molecule that can be given."""

from __future__ import annotations

import click

from tolerogen.cli.lazy import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "kinetics": "tolerogen.cli.antibody_kinetics:kinetics",
        "number": "tolerogen.cli.antibody_number:number",
    },
)
def antibody() -> None:
    """Work on antibodies: number, judge, humanise, measure."""
