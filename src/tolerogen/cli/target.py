"""``tolerogen target``: which protein to hit."""

from __future__ import annotations

import click

from tolerogen.cli.lazy import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "score": "tolerogen.cli.target_score:score",
    },
)
def target() -> None:
    """Rank targets by evidence and by simulated mechanism, shown apart."""
