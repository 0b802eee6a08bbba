"""Therapies: a drug and its regimen, ready to be joined to a model of a disease.

A `Therapy` is the one object on which targets, molecules and trials meet. It says at which node
of the immune network it acts and how (block, neutralise, deplete, knock down), how the body handles
it, how sure each number is and where it was published. It knows no disease: `attach` joins it to
any model that offers its target.

``library/*.toml``
    Published drugs, one file each; `load_therapy` finds them by name or synonym.
``pk/*.ant``, ``pk/templates.toml``
    Pharmacokinetics as Antimony fragments, one idea a file. Elimination is ``linear``,
    ``michaelis_menten``, ``qss`` or ``full_tmdd``; in the last two the target pool is the
    disease model's own species. What a therapy does not bring, a template fills in from its
    class, marked as assumed.

What a therapy adds to a model
------------------------------
For a therapy ``d``: the amounts ``d_depot``, ``d_central``, ``d_peripheral`` (mg), the free
concentration ``d_C`` (mg/L) and ``d_nM``, the share of the target held ``d_occupancy`` (0 to 1), or
of antisense the share of its RNA that is gone, ``d_knock_down``, or spliced to another isoform,
``d_isoform_shift``; and its parameters as ``d_CL``,
``d_V1``, ... at the reference weight. The patient's ``weight`` (kg) scales them. At the disease's
target the handles are set by assignment rules.

Where the pool lives
--------------------
A target pool is taken as a concentration in the drug's central volume: ``qss`` removes
``kint x complex x V1`` of drug while the disease removes ``complex_loss x complex`` of target,
``complex_loss`` being ``kint``. Per litre the two agree exactly; in amount they agree as far as
the drug's central volume equals the volume of the disease's plasma.

Examples
--------
>>> from tolerogen.therapies import load_therapy
>>> drug = load_therapy("OSE-127")
>>> drug.id, drug.target, drug.action
('s95011', 'IL7R', 'block')
>>> [dose.time for dose in drug.regimen("phase2a").doses(drug, weight_kg=70)]
[0.0, 14.0, 28.0, 49.0, 70.0]
"""

from __future__ import annotations

from tolerogen.therapies.antidrug import forms_antibodies
from tolerogen.therapies.attach import Node, attach
from tolerogen.therapies.catalogue import list_therapies, load_therapy
from tolerogen.therapies.change import with_numbers
from tolerogen.therapies.disposition import half_lives
from tolerogen.therapies.dosing import DoseRule, dose_rule
from tolerogen.therapies.from_antibody import therapy_from_antibody
from tolerogen.therapies.from_oligo import therapy_from_oligo, therapy_from_splice
from tolerogen.therapies.reader import read_regimen, read_therapy
from tolerogen.therapies.regimen import Regimen
from tolerogen.therapies.therapy import (
    Binding,
    Immunogenicity,
    Pharmacokinetics,
    Therapy,
)
from tolerogen.therapies.writer import therapy_toml

__all__ = [
    "Binding",
    "DoseRule",
    "Immunogenicity",
    "Node",
    "Pharmacokinetics",
    "Regimen",
    "Therapy",
    "attach",
    "dose_rule",
    "forms_antibodies",
    "half_lives",
    "list_therapies",
    "load_therapy",
    "read_regimen",
    "read_therapy",
    "therapy_from_antibody",
    "therapy_from_oligo",
    "therapy_from_splice",
    "therapy_toml",
    "with_numbers",
]
