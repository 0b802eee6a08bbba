"""``tolerogen target``: which protein to hit."""

from __future__ import annotations

import click

from tolerogen.cli.lazy import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "combine": "tolerogen.cli.target_combine:combine",
        "explain": "tolerogen.cli.target_explain:explain",
        "rank": "tolerogen.cli.target_rank:rank",
        "score": "tolerogen.cli.target_score:score",
        "sensitivity": "tolerogen.cli.target_sensitivity:sensitivity",
    },
)
def target() -> None:
    """Rank targets by evidence and by simulated mechanism, shown apart."""
