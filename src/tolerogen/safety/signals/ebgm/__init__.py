"""EBGM: the gamma-Poisson shrinker, fitted with the cells that nobody reported.

A ratio of observed to expected is wild where little was expected. The shrinker draws it towards
what is usual in the table: the prior, a mixture of two gammas, is fitted to all pairs, and each
pair's ratio is what prior and count together say (`ebgm`), with a credible interval. `fit_prior`
offers three likelihoods (see `likelihood`) and says what is wrong with a fit.
"""

from __future__ import annotations

from tolerogen.safety.signals.ebgm.fit import Fit, fit_points, fit_prior
from tolerogen.safety.signals.ebgm.likelihood import FORMS, Form, Points, check_form
from tolerogen.safety.signals.ebgm.posterior import ebgm
from tolerogen.safety.signals.ebgm.prior import Prior, read_prior
from tolerogen.safety.signals.ebgm.squash import points_of

__all__ = [
    "FORMS",
    "Fit",
    "Form",
    "Points",
    "Prior",
    "check_form",
    "ebgm",
    "fit_points",
    "fit_prior",
    "points_of",
    "read_prior",
]
