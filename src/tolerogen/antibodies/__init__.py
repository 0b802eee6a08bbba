"""Antibodies: from sequences and binding data to a molecule that can be given.

`numbering`
    Finds the variable domains of a sequence and says which residue stands where.
`annotation`
    Liabilities and properties of a sequence, and their picture.
`humanness`
    How like the antibodies that people make, and how to come nearer.
`immunogenicity`
    Foreign HLA-DR epitopes, as a band among clinical antibodies.
`developability`
    Measured assays against cut-offs, surface patches of a structure, a weak prior from sequence.
`kinetics`, `potency`
    Rate constants from SPR and BLI sensorgrams, half-way concentrations from dose-response curves.
`binning`
    Which antibodies compete for the same place on the target.
`selection`
    Panels ranked with chances, the next variants to measure, libraries to make.
`formats`, `assembly`
    Constant regions and Fc changes in EU numbers; IgG, Fab, bispecific IgG, Fc fusion.
`human_pk`, `exposure`, `candidate`, `candidate_reader`
    Predicted clearance, receptor occupancy, and the candidate that goes on. What makes a therapy
    of it is `tolerogen.therapies.therapy_from_antibody`.

Numbering and readers are imported from here, the rest from its own package.

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
from tolerogen.antibodies.readers import read_sequences, stream_sequences
from tolerogen.antibodies.records import SequenceRecord
from tolerogen.antibodies.writers import domain_record, json_lines, write_domains

__all__ = [
    "Domain",
    "GermlineMatch",
    "Numbered",
    "SequenceRecord",
    "domain_record",
    "json_lines",
    "number",
    "number_many",
    "read_sequences",
    "somatic_mutations",
    "stream_sequences",
    "write_domains",
]
