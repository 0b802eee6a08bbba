"""Developability: can it be made, kept and given.

Measured assays lead. `read_assays` reads them and holds them against the worst tenth of approved
antibodies (Jain 2017); assays that measure much the same share one flag. A structure (`read_fv`,
`patches`) gives surface patches near the CDRs and their percentile among clinical antibodies; the
sequence alone (`sequence_prior`) a weak prior with its error. Nothing open predicts accelerated
stability or titre, and we do not pretend to.
"""

from __future__ import annotations

from tolerogen.antibodies.developability.assays import (
    Assay,
    Measured,
    assays,
    judge,
    read_assays,
)
from tolerogen.antibodies.developability.buried import exposed_liabilities, exposed_record
from tolerogen.antibodies.developability.patches import Patches, band, patches
from tolerogen.antibodies.developability.sequence import SequencePrior, sequence_prior
from tolerogen.antibodies.developability.structure import Fv, Residue, read_fv, surface

__all__ = [
    "Assay",
    "Fv",
    "Measured",
    "Patches",
    "Residue",
    "SequencePrior",
    "assays",
    "band",
    "exposed_liabilities",
    "exposed_record",
    "judge",
    "patches",
    "read_assays",
    "read_fv",
    "sequence_prior",
    "surface",
]
