"""Further ways to look: as reports come in.

`poisson_limit` and `binomial_limit` give the critical values of the maximised sequential
probability ratio test (MaxSPRT): how high the log-likelihood ratio may climb while one looks after
every event.
"""

from __future__ import annotations

from tolerogen.safety.methods.maxsprt import (
    binomial_limit,
    binomial_llr,
    poisson_limit,
    poisson_llr,
)

__all__ = ["binomial_limit", "binomial_llr", "poisson_limit", "poisson_llr"]
