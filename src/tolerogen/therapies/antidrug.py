"""Antibodies against the drug: in some patients its linear clearance rises, slowly at first.

Who forms them is a liability of the patient's own, logit-normal, with a threshold at the share of
patients who form them, so that the same patients form them whatever else is in the trial. The
clearance is multiplied by ``1 + (fold - 1) t^8 / (onset^8 + t^8)``, t being the time that there has
been drug in the body, so that rescue and a second period have their own: half of the rise at the
onset. Neutralisation without clearance is not told apart.

The factor of 2 and the four weeks are assumed: none is common to all drugs. Clearance of infliximab
is higher with antibodies (doi:10.1007/s00228-009-0718-4), and the median level of adalimumab at
week 28 is 1.2 mg/L with them and 11.0 mg/L without (doi:10.1136/ard.2006.065615).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tolerogen.parameters import Parameter

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from tolerogen.therapies.therapy import Immunogenicity, Therapy

FOLD = 2.0
ONSET = 28.0
"""Days."""
LIABILITY = "ada_liability"
TRACE = 1e-6
"""mg, far below any dose: so much in the body counts as half there."""


def liability(immune: Immunogenicity | None) -> tuple[Parameter, ...]:
    """Return the parameter that tells patients apart; none where antibodies clear no drug."""
    if immune is None or immune.clearance_fold == 1.0:
        return ()
    note = "logit-normal scale on which patients below a threshold form antibodies"
    return (
        Parameter(
            LIABILITY, 0.5, "dimensionless", "logitnormal", 1.0, "derived", immune.source, note=note
        ),
    )


def threshold(incidence: float) -> float:
    """Return the liability under which a share `incidence` of patients lies.

    Examples
    --------
    >>> threshold(0.0), threshold(0.5), threshold(1.0)
    (0.0, 0.5, 1.0)
    """
    from scipy.special import expit, ndtri

    return float(expit(ndtri(incidence)))


def forms_antibodies(therapy: Therapy, patients: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which patients form antibodies against a therapy.

    Parameters
    ----------
    patients
        Their parameters, sampled with those of the therapy.

    Returns
    -------
    ndarray
        Shape (patients,); nobody where the therapy's antibodies clear no drug.
    """
    import numpy as np

    name, immune = f"{therapy.id}_{LIABILITY}", therapy.immunogenicity
    if immune is None or name not in patients:
        return np.zeros(len(patients), dtype=bool)
    return np.asarray(patients[name] < threshold(immune.ada_incidence))


def rendered(therapy: Therapy) -> str:
    """Return the Antimony rule by which antibodies raise the clearance; empty where they do not."""
    immune, drug = therapy.immunogenicity, therapy.id
    if immune is None or not liability(immune):
        return ""
    rise, own = immune.clearance_fold - 1.0, f"{drug}_{LIABILITY}"
    body = f"({drug}_central + {drug}_depot)" if therapy.has_depot else f"{drug}_central"
    clock = f"{drug}_ada_clock"
    return (
        f"{drug}_ada_rise = piecewise({rise!r}, {own} < {threshold(immune.ada_incidence)!r}, 0);\n"
        f"{drug}_ada_rise has dimensionless;\n"
        f"{drug}_ada_onset = {immune.onset!r}; {drug}_ada_onset has day;\n"
        f"{clock} = 0; {clock} has day;\n"
        f"{drug}_trace = {TRACE!r}; {drug}_trace has mg;\n"
        f"{clock}' = {body}/({body} + {drug}_trace);\n"
        f"{drug}_ada := 1 + {drug}_ada_rise*{clock}^8/({drug}_ada_onset^8 + {clock}^8);\n"
    )
