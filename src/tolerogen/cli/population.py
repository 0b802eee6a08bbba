"""``tolerogen population``: virtual patients beside real ones, and the kinds among them."""

from __future__ import annotations

import click

from tolerogen.cli.lazy import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "calibrate": "tolerogen.cli.population_calibrate:calibrate",
        "compare": "tolerogen.cli.population_compare:compare",
        "credibility": "tolerogen.cli.population_credibility:credibility",
        "endotypes": "tolerogen.cli.population_endotypes:endotypes",
    },
)
def population() -> None:
    """Draw, compare and sort virtual patients."""
