"""What the sequence alone says about developability: a weak prior, with its error beside it.

Two numbers that correlate with assays of 107 clinical-stage antibodies (Jain 2017,
doi:10.1073/pnas.1616408114): net charge of the variable domains with stickiness (Spearman's rank
correlation 0.40 with PSR, 0.33 with AC-SINS, 0.31 with CSI-BLI), aromatic residues in the CDRs with
retention by hydrophobicity (0.38 with HIC, 0.34 with SMAC). None of ten counts tried tells
accelerated stability (0.17 at most) or titre (0.14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tolerogen.antibodies.developability.patches import band
from tolerogen.antibodies.numbering import Domain

CORRELATIONS = {
    "fv_charge": {"PSR": 0.40, "AC-SINS": 0.33, "CSI-BLI": 0.31},
    "cdr_aromatics": {"HIC": 0.38, "SMAC": 0.34},
}


@dataclass(frozen=True)
class SequencePrior:
    """Counts of an Fv with the band of clinical antibodies they fall in.

    Attributes
    ----------
    fv_charge
        K and R less D and E in both domains.
    cdr_aromatics
        F, W and Y in the IMGT CDRs.
    """

    id: str
    fv_charge: int
    cdr_aromatics: int

    def record(self) -> dict[str, Any]:
        """Return counts, bands and how well each correlates with assays."""
        return {
            "id": self.id,
            **{
                name: {
                    "value": getattr(self, name),
                    "band": band(name, float(getattr(self, name))),
                    "spearman": told,
                }
                for name, told in CORRELATIONS.items()
            },
        }


def sequence_prior(name: str, domains: Sequence[Domain]) -> SequencePrior:
    """Count what the sequence says; `domains` are those of one Fv, numbered with IMGT CDRs."""
    whole = "".join(domain.residues for domain in domains)
    loops = "".join(loop for domain in domains for loop in domain.cdrs)
    charge = sum(map(whole.count, "KR")) - sum(map(whole.count, "DE"))
    return SequencePrior(name, charge, sum(map(loops.count, "FWY")))
