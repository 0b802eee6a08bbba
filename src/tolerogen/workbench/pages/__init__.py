"""The pages, in the order of the navigation.

A page is a package here that offers ``PAGE``: its name, its title, a router for people, a router
for programs, and the jobs it can start. Its templates lie in its own folder ``templates`` and are
named after it: ``"trials/list.html"``. Rooms are imported inside the functions that use them, so
that the first page is there at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter

NAMES = (
    "disease",
    "targets",
    "antibodies",
    "oligos",
    "therapies",
    "population",
    "trials",
    "safety",
    "projects",
    "jobs",
)


@dataclass(frozen=True)
class Page:
    """A page of the workbench.

    Attributes
    ----------
    name
        Its address is ``/name`` and ``/api/name``; its package is ``pages.name``.
    title
        What stands in the navigation.
    purpose
        One sentence: what somebody comes here for.
    router
        Routes for people; they answer with pages.
    api
        Routes for programs; they answer with JSON, and are in the OpenAPI document.
    work
        Jobs that the page can start: their kind to ``"module:function"``, a function of
        ``(task, folder, progress)``. See `tolerogen.workbench.jobs`.
    """

    name: str
    title: str
    purpose: str
    router: APIRouter
    api: APIRouter | None = None
    work: Mapping[str, str] = field(default_factory=dict)


def pages() -> tuple[Page, ...]:
    """Return the pages, in the order of the navigation."""
    found = (import_module(f"{__name__}.{name}").PAGE for name in NAMES)
    return tuple(page for page in found if isinstance(page, Page))
