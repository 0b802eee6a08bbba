"""A file's bytes, unpacked when its name ends in ``.gz``."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from tolerogen.errors import SpecError
from tolerogen.safety.safe_xml import read_bytes


def content_of(file: Path) -> bytes:
    """Read a file; ``.gz`` is unpacked."""
    content = read_bytes(file)
    if file.suffix != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise SpecError(f"{file}: is not a whole gzip file ({error}).") from None
