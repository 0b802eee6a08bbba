"""The door for people: a form to report a side effect, on a page of its own.

`make_app` gives a web application over a case store; `serve` runs it. The form asks in plain words,
takes what is known and says what is missing, works without scripts, by keyboard and on a phone, and
ends with a receipt number by which more can be told. Every file a page needs is served from here.

On this machine alone (127.0.0.1) nobody has to prove who they are. Anywhere else everybody needs a
token with a role (`tolerogen.serving`). What people write goes to the store and nowhere else: not
to logs, addresses, error pages or temporary files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tolerogen.serving.tokens import (
    ROLES,
    Tokens,
    check_serving,
    new_token,
    read_tokens,
)

if TYPE_CHECKING:
    from tolerogen.safety.web.app import make_app, serve

__all__ = ["ROLES", "Tokens", "check_serving", "make_app", "new_token", "read_tokens", "serve"]


def __getattr__(name: str) -> object:
    """Load the web framework when a page is wanted, and not before."""
    if name in ("make_app", "serve"):
        from tolerogen.safety.web import app

        return getattr(app, name)
    raise AttributeError(f"module 'tolerogen.safety.web' has no attribute '{name}'")
