"""The workbench: pages for people who do not live in a terminal.

`make_app` gives a web application over a folder; `serve` runs it. A page asks, calls the public
function of a room, and shows what came back; it computes nothing, so every result can be had from
the terminal and from Python too, and the page says how.

How it is put together
----------------------
`pages`
    One package a page: routes, an `/api/` beside them from the same functions, and templates. A
    page is added by adding its package and its name to `pages.NAMES`.
`bench`
    What every page works with: the folder, the jobs, who asks, and how a template is shown.
`forms`
    A form that was sent: its secret checked (against forged requests), its size bounded.
`jobs`
    Long work, in processes of its own, each with a row in the folder's SQLite file. A reloaded
    page, a closed tab and ``tolerogen workbench jobs`` see the same row.
`static`
    Every file a page needs: nothing is fetched from elsewhere.

On this machine alone (127.0.0.1) nobody has to prove who they are; anywhere else everybody needs a
token (`tolerogen.serving`). What a browser names (a job, a therapy, a figure) is looked up among
what exists, and never becomes part of a path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolerogen.workbench.app import make_app
    from tolerogen.workbench.server import serve

__all__ = ["make_app", "serve"]


def __getattr__(name: str) -> object:
    """Load the web framework when a page is wanted, and not before."""
    if name == "make_app":
        from tolerogen.workbench.app import make_app

        return make_app
    if name == "serve":
        from tolerogen.workbench.server import serve

        return serve
    raise AttributeError(f"module 'tolerogen.workbench' has no attribute '{name}'")
