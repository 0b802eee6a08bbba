"""One spelling of a drug's name: what can be done without a dictionary."""

from __future__ import annotations

import re

import pyarrow as pa

SPACE = re.compile(r"\s+")
TAIL = re.compile(r"(\s*[.,;:/\\]+|\s*\(\s*UNKNOWN\s*\)|\s*/\d{8}/)+$")
"""Points at the end, FAERS' ``(UNKNOWN)`` and the WHO-DD numbers between slashes of old reports."""


def normal_name(text: str) -> str:
    """Write a drug's name in capitals, with single spaces, without points or codes at its end.

    Examples
    --------
    >>> normal_name(" Aspirin  /00002701/ "), normal_name("tavor.")
    ('ASPIRIN', 'TAVOR')
    """
    return TAIL.sub("", SPACE.sub(" ", text.strip().upper())).strip()


def normal_names(names: pa.Array) -> pa.DictionaryArray:
    """Normalise a column; each distinct name is looked at once. An empty name becomes null."""
    coded = names if pa.types.is_dictionary(names.type) else names.dictionary_encode()
    made = [normal_name(name) or None for name in coded.dictionary.to_pylist()]
    distinct = pa.array(made, pa.string()).dictionary_encode()
    code = distinct.indices.take(coded.indices)
    return pa.DictionaryArray.from_arrays(code, distinct.dictionary)
