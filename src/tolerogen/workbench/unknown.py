"""The error for a name that a browser sent and that nothing here has: answered with 404."""

from __future__ import annotations

from tolerogen.errors import SpecError


class UnknownError(SpecError):
    """There is nothing of that name."""
