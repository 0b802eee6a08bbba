"""The case store of a workbench."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolerogen.safety.store import CaseStore
    from tolerogen.workbench.bench import Bench


def store_of(bench: Bench) -> CaseStore:
    """Open the store; it is made when it is not there."""
    return _opened(bench.cases)


def named(bench: Bench) -> str:
    """Return how the terminal names the store, without the way to the folder."""
    inside = bench.cases.startswith(str(bench.folder))
    return f"{bench.folder.name}/cases.sqlite" if inside else "STORE"


@cache
def _opened(where: str) -> CaseStore:
    from tolerogen.safety.store import CaseStore

    return CaseStore(where)
