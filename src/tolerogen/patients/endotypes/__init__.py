"""Endotypes: kinds of virtual patients who share a mechanism, and how sure one can be of them.

Patients are sorted by what a clinic could measure at a first visit and by states of the model
(``endotypes.toml`` of the disease says which), by model-based clustering: a mixture of normal
distributions in the logarithms, each class with its share, centre and covariance. The shape of
the covariance and the number of classes are those with the smallest BIC (Fraley & Raftery 2002,
J Am Stat Assoc 97:611). Everybody gets a probability for every class.

Three numbers tell how much a class is worth:

adjusted Rand index
    of the classes of bootstrap samples with those of the sample: 1 is the same, 0 is chance.
kept
    share of patients whose most probable class is the same when everything is measured again a
    year later without treatment; published classes of symptoms were kept by 57 to 60 %.
certain
    share of patients whose most probable class has a probability of at least 0.8.

A virtual population has the classes that its covariates and correlations put there. BIC finds
few where patients form a continuum, and that is an answer.

`centres` is a small table by which others turn a few biomarkers into probabilities of classes::

    found = find_endotypes([load_disease("sjogren")], patients=2000, seed=1)
    found.centres.probabilities({"rf": 120.0, "igg": 21.0})

scikit-learn fits the mixtures and is imported when needed.
"""

from __future__ import annotations

from tolerogen.patients.endotypes.centres import Centres, read_centres
from tolerogen.patients.endotypes.definition import EndotypePlan, Feature, read_endotype_plan
from tolerogen.patients.endotypes.features import feature_table
from tolerogen.patients.endotypes.find import find_endotypes
from tolerogen.patients.endotypes.mixture import Mixture, fit_mixture
from tolerogen.patients.endotypes.result import Endotype, Endotypes

__all__ = [
    "Centres",
    "Endotype",
    "EndotypePlan",
    "Endotypes",
    "Feature",
    "Mixture",
    "feature_table",
    "find_endotypes",
    "fit_mixture",
    "read_centres",
    "read_endotype_plan",
]
