"""Antibodies against the drug: in some patients its clearance rises, slowly at first.

The clearance is multiplied by ``1 + (fold - 1) t^8 / (onset^8 + t^8)``: half of the rise at the
onset. Neutralisation without clearance is not told apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd

    from tolerogen.therapies import Therapy

ONSET = 28.0  # days, assumed: an antibody response of the second weeks to months
FOLD = 2.0  # assumed; none is common to all drugs, so give the drug's own


@dataclass(frozen=True)
class AntiDrug:
    """How often antibodies form, and what they do.

    Attributes
    ----------
    incidence
        Share of patients, 0 to 1.
    fold
        Clearance with antibodies over clearance without, at least 1.
    onset
        Day at which half of the rise is reached.
    """

    incidence: float
    fold: float = FOLD
    onset: float = ONSET

    def __post_init__(self) -> None:
        if not 0 <= self.incidence <= 1:
            raise SpecError(f"the incidence of anti-drug antibodies is {self.incidence:g}; give a "
                            "share from 0 to 1.")  # fmt: skip
        if not (self.fold >= 1 and self.onset > 0):
            raise SpecError(
                f"anti-drug antibodies: a rise of clearance by {self.fold:g} from day "
                f"{self.onset:g} makes no sense; the factor must be at least 1, the day above 0."
            )


def with_antidrug(model_text: str, therapy: Therapy, onset: float) -> str:
    """Return a model to which the therapy was attached, its clearance open to antibodies.

    The patient's parameter ``<id>_ada_fold`` says by how much; 1 leaves everything as it was.
    """
    drug = therapy.id
    law = f"{drug}_CL_i*{drug}_Cp"
    ids = (f"{drug}_ada_fold", f"{drug}_ada")
    added = (
        f"{ids[0]} = 1; {ids[0]} has dimensionless;\n"
        f"{drug}_ada_onset = {onset!r}; {drug}_ada_onset has day;\n"
        f"{ids[1]} := 1 + ({ids[0]} - 1)*time^8/({drug}_ada_onset^8 + time^8);\n"
    )
    head = re.search(rf"^compartment {drug}_body\b", model_text, flags=re.MULTILINE)
    if head is None or model_text.count(law) != 1:
        raise AssertionError("a therapy is attached with one linear clearance")
    text = model_text.replace(law, f"{drug}_ada*{law}")
    return text[: head.start()] + added + text[head.start() :]


def who_forms(patients: pd.Index, incidence: float, therapy: Therapy, seed: int) -> np.ndarray:
    """Tell which patients form antibodies: their own draw, whoever else is there."""
    from tolerogen.patients.streams import uniforms

    drawn = uniforms(seed, f"antidrug/{therapy.id}", np.asarray(patients, dtype=np.int64))[:, 0]
    return np.asarray(drawn < incidence)
