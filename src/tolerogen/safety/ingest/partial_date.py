"""Columns of dates as precise as they were told."""

from __future__ import annotations

import pyarrow as pa

from tolerogen.safety.partial_date import partial_date


def partial_dates(column: pa.Array) -> pa.Array:
    """Read a column of dates; each distinct one is looked at once. What is no date is null."""
    coded = column.dictionary_encode()
    read = [partial_date(text) if text else None for text in coded.dictionary.to_pylist()]
    return pa.array(read, pa.string()).take(coded.indices)
