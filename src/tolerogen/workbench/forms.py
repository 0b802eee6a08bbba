"""A form that was sent: from a page of this session, within bounds, as plain text and files."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from tolerogen.errors import SpecError
from tolerogen.workbench.bench import bench_of

MOST_FILES = 20
MOST_FIELDS = 1000
MOST_PART = 8 * 1024 * 1024
"""Bytes of one field; what is too much for a job is refused in words."""


@dataclass(frozen=True)
class Sent:
    """What a form brought.

    Attributes
    ----------
    fields
        Values of its fields; of a name that came several times, all of them.
    files
        What was uploaded: field to (name, content). The name is for showing, never for a path.
    """

    fields: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[str, bytes]]

    def text(self, name: str, default: str = "") -> str:
        """Return a field, trimmed; `default` when it is missing or empty."""
        return (self.fields.get(name, ("",))[-1]).strip() or default

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field that may come several times."""
        return self.fields.get(name, ())

    def whole(self, name: str) -> int | None:
        """Return a whole number, None when the field is empty.

        Raises
        ------
        SpecError
            When it is something else.
        """
        written = self.text(name)
        try:
            return int(written) if written else None
        except ValueError:
            raise SpecError(f"{name} is '{written[:40]}'; it must be a whole number.") from None

    def file(self, name: str) -> str | None:
        """Return the text of an upload, None without one.

        Raises
        ------
        SpecError
            When it is no text.
        """
        _, content = self.files.get(name, ("", b""))
        try:
            return content.decode("utf-8-sig") if content else None
        except UnicodeDecodeError:
            raise SpecError(f"{name}: the file is not text in UTF-8.") from None


async def sent(request: Request) -> Sent:
    """Read a form.

    Raises
    ------
    HTTPException
        400 when its secret is not that of the session: the page is too old, or not ours.
    """
    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[str, bytes]] = {}
    async with request.form(
        max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=MOST_PART
    ) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = (value.filename or "", await value.read())
            else:
                fields[name] = (*fields.get(name, ()), value)
    _, _, secret = bench_of(request).sessions.of(request)
    if not hmac.compare_digest(fields.get("secret", ("",))[-1].encode(), secret.encode()):
        raise HTTPException(400, "stale")
    return Sent(fields, files)


Form = Annotated[Sent, Depends(sent)]
"""Parameter of a route that takes a form."""
