"""From an antibody candidate to a therapy: what is measured goes over, class priors fill up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tolerogen.antibodies.immunogenicity import RATES, RATES_SOURCE
from tolerogen.errors import SpecError
from tolerogen.therapies.antidrug import FOLD, ONSET
from tolerogen.therapies.reader import therapy_from
from tolerogen.therapies.therapy import Therapy

if TYPE_CHECKING:
    from tolerogen.antibodies.candidate import AntibodyCandidate
    from tolerogen.antibodies.immunogenicity.content import Band

SECONDS_A_DAY = 86_400.0
CLEARANCE_CV = 0.32
"""Between patients, square root of the variance 0.0987 (Davda 2014, doi:10.4161/mabs.29095)."""


def therapy_from_antibody(candidate: AntibodyCandidate, like: Therapy | None = None) -> Therapy:
    """Return the therapy that a candidate would be.

    Parameters
    ----------
    candidate
        Its chains give the mass, its binding the affinity in the model, its clearance (predicted)
        the linear part.
    like
        A therapy against the same target: its regimens are taken over and, unless the candidate
        brings a receptor load, its internalisation rate; the target pool then takes up drug.
        Without either, elimination is linear.

    Returns
    -------
    Therapy
        Where kon and koff are known and `like` brings ``kint``, ``Kss = (koff + kint) / kon``
        (quasi-steady state, Gibiansky 2008, doi:10.1007/s10928-008-9102-8), of one arm: avidity is
        left out. Otherwise the prior's own Kss stays, marked assumed. Without `like`, Kss is KD.
        Antibodies against it form as often as in the median clinical antibody of its band of
        foreign epitopes, and clear it faster by an assumed factor: a trial sees that.

    Raises
    ------
    SpecError
        When neither affinity nor `like` is given.
    """
    cleared, foreign = candidate.clearance, candidate.immunogenicity
    data: dict[str, Any] = {
        "id": re.sub(r"[^a-z0-9_]+", "_", candidate.name.lower()).strip("_"),
        "name": candidate.name,
        "target": candidate.target,
        "action": candidate.action,
        "modality": "antibody",
        "mass": f"{candidate.mass_kda:.1f} kDa",
        "mass_source": "derived: chains of the candidate, glycans of 3 kDa assumed",
        "isotype": candidate.isotype,
        "sources": list(candidate.sources),
        "notes": (
            f"Linear clearance: {cleared.method}, {cleared.low:.3g} to {cleared.high:.3g} L/day. "
            f"Humanness {candidate.humanness:.3f}. Foreign epitope content "
            f"{foreign.content}: {foreign.band} third of clinical antibodies."
        ),
        "pk": {
            "template": "antibody",
            "parameters": {
                "CL": {
                    "value": cleared.value,
                    "unit": "L/day",
                    "cv": CLEARANCE_CV,
                    "status": "derived",
                    "source": cleared.source,
                    "note": cleared.method,
                }
            },
        },
    }
    if foreign.band is not None:
        data["immunogenicity"] = _immunogenicity(foreign.band)
    if candidate.changes:
        data["fc"] = ", ".join(candidate.changes)
    binding = _binding(candidate)
    if binding:
        data["binding"] = binding
    if candidate.kd is not None:
        data["pk"]["parameters"]["Kss"] = {
            "value": candidate.kd * 1e9,
            "unit": "nM",
            "status": "derived",
            "source": candidate.binding_source,
            "note": "KD; kon and koff not known, or the target taken not to remove the antibody",
        }
    if like is None and candidate.kd is None:
        raise SpecError(
            f"'{candidate.name}': its affinity is not known. Give kd, kon and koff, or sensorgrams "
            "in the candidate's file, or name a therapy that it is like."
        )
    if like is not None:
        _take_over(data, candidate, like)
    if candidate.load is not None:
        _load(data, candidate)
    made = therapy_from(data, where=f"candidate '{candidate.name}'")
    if like is None:
        return made
    from dataclasses import replace

    return replace(made, regimens=like.regimens)


def _immunogenicity(band: Band) -> dict[str, Any]:
    low, median, high = RATES[band]
    return {
        "ada_incidence": median,
        "context": (
            f"assumed: median of clinical antibodies with a {band} content of foreign epitopes, "
            f"half of them {low:.1%} to {high:.1%}; their effect on clearance assumed"
        ),
        "source": RATES_SOURCE,
        "clearance_fold": FOLD,
        "onset": ONSET,
    }


def _binding(candidate: AntibodyCandidate) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if candidate.kd is not None:
        told["kd"] = f"{candidate.kd * 1e9!r} nM"
    if candidate.kon is not None:
        told["kon"] = f"{_per_day(candidate.kon)!r} 1/(nM day)"
    if candidate.koff is not None:
        told["koff"] = f"{candidate.koff * SECONDS_A_DAY!r} 1/day"
    if not told:
        return {}
    return {**told, "valency": candidate.valency, "source": candidate.binding_source}


def _per_day(kon: float) -> float:
    return kon * SECONDS_A_DAY * 1e-9


def _load(data: dict[str, Any], candidate: AntibodyCandidate) -> None:
    load = candidate.load
    if load is None:
        return
    on = None if candidate.kon is None else _per_day(candidate.kon)
    data["pk"]["elimination"] = "qss"
    data["pk"]["parameters"]["kint"] = {
        "value": load.turnover,
        "unit": "1/day",
        "status": "derived",
        "source": load.source,
        "note": "turnover of the receptor",
    }
    if candidate.kd is None:
        return
    data["pk"]["parameters"]["Kss"] = {
        "value": candidate.kd * 1e9 + (load.turnover / on if on else 0.0),
        "unit": "nM",
        "status": "derived",
        "source": candidate.binding_source,
        "note": "KD + turnover / kon of one arm" if on else "KD; kon not known",
    }


def _take_over(data: dict[str, Any], candidate: AntibodyCandidate, like: Therapy) -> None:
    prior = {p.id: p for p in like.pk.parameters}
    if "kint" not in prior or like.pk.elimination != "qss":
        return
    data["pk"]["elimination"] = "qss"
    for name in ("kint", "Kss") if candidate.kd is None else ("kint",):
        own = prior[name]
        data["pk"]["parameters"][name] = {
            "value": own.value,
            "unit": own.unit,
            "cv": own.cv,
            "status": "assumed",
            "source": own.source,
            "note": f"taken over from {like.name}",
        }
    if candidate.kon and candidate.koff is not None:
        on, off = _per_day(candidate.kon), candidate.koff * SECONDS_A_DAY
        data["pk"]["parameters"]["Kss"] = {
            "value": (off + prior["kint"].value) / on,
            "unit": "nM",
            "cv": prior["Kss"].cv,
            "status": "derived",
            "source": candidate.binding_source,
            "note": f"(koff + kint) / kon of one arm; kint taken over from {like.name}",
        }
