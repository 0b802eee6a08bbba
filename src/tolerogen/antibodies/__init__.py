"""Antibodies: from sequences and binding data to a molecule that can be given.

`number` finds the variable domains of a sequence and says which residue stands where.

Examples
--------
>>> from tolerogen.antibodies import number
>>> number("MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVV")
()
"""

from __future__ import annotations

from tolerogen.antibodies.numbering import (
    Domain,
    GermlineMatch,
    Numbered,
    number,
    number_many,
    somatic_mutations,
)
from tolerogen.antibodies.readers import read_sequences
from tolerogen.antibodies.records import SequenceRecord
from tolerogen.antibodies.writers import domain_record, write_domains

__all__ = [
    "Domain",
    "GermlineMatch",
    "Numbered",
    "SequenceRecord",
    "domain_record",
    "number",
    "number_many",
    "read_sequences",
    "somatic_mutations",
    "write_domains",
]
