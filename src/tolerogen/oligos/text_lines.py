"""Lines of a text file, packed with gzip or not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from tolerogen.errors import SpecError

GZIP = b"\x1f\x8b"


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number (from 1) and text of every line, one at a time.

    Raises
    ------
    SpecError
        When the file is missing, unreadable, or neither text nor gzip.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP
        opener = gzip.open if packed else open
        with opener(path, "rt", encoding="utf-8-sig") as text:
            for number, line in enumerate(text, start=1):
                yield number, str(line).rstrip("\r\n")
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise SpecError(f"{path} is packed, but damaged or cut short.") from None
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SpecError(f"{path} is not a text file.") from None
