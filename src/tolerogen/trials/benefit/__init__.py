"""Who is helped: the benefit of a therapy patient by patient, and what follows for a trial.

A virtual patient can be seen twice: on the drug and on placebo, with the same expectation, the
same good and bad days and the same assessor. The difference at the visit is the patient's own
benefit, which no trial of parallel arms can see. From it follow

by endotype
    mean benefit, and the share who are helped: at least the published improvement (3 points of
    ESSDAI) better than on placebo.
a rule
    a tree of few questions about what a clinic measures, grown on half of the patients and
    checked on the other half.
by decile
    patients in order of the benefit that their markers predict (gradient boosting, out of
    fold), with the number needed to treat for one more responder.
enrichment
    all comers against only those with the best prediction, at equal cost: whoever is turned
    away was screened and tested, and that is paid for.

Draws of a posterior may stand for the disease; the spread between draws is told apart from the
standard error between patients.
"""

from __future__ import annotations

from tolerogen.trials.benefit.enrichment import Costs, Design, read_costs
from tolerogen.trials.benefit.groups import Decile, GroupBenefit
from tolerogen.trials.benefit.result import BenefitResult, TherapyBenefit
from tolerogen.trials.benefit.rule import Leaf, Rule
from tolerogen.trials.benefit.run import who_benefits

__all__ = [
    "BenefitResult",
    "Costs",
    "Decile",
    "Design",
    "GroupBenefit",
    "Leaf",
    "Rule",
    "TherapyBenefit",
    "read_costs",
    "who_benefits",
]
