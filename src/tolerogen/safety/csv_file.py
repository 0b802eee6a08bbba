"""Read a CSV file of a user, packed or not, or say that it is none."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd

UNREADABLE = (OSError, ValueError, EOFError, lzma.LZMAError, zipfile.BadZipFile, zlib.error)
"""What reading a file can raise: pandas unpacks by the ending of the name."""


def read_csv_file(path: Path, dtype: type | Mapping[str, type] | None = None) -> pd.DataFrame:
    """Read a table.

    Parameters
    ----------
    path
        CSV, or packed as ``.gz``, ``.bz2``, ``.xz``, ``.zst`` or ``.zip``.
    dtype
        Types of columns, as in `pandas.read_csv`.

    Raises
    ------
    SpecError
        When it cannot be read.
    """
    import pandas as pd

    try:
        return pd.read_csv(path, dtype=dtype)
    except UNREADABLE as error:
        raise SpecError(f"{path}: cannot be read ({type(error).__name__}: {error}).") from None
