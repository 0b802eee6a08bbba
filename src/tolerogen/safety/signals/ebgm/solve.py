"""One quantile of the posterior mixture, by Newton's method within a bracket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from tolerogen.safety.signals.counts import Floats, Ints

if TYPE_CHECKING:
    from tolerogen.safety.signals.ebgm.posterior import Mixture

STEPS = 80


def solve(
    n: Ints, u: Floats, mix: Mixture, p: float, guess: Floats | None = None
) -> tuple[Floats, Floats]:
    """Solve for the log of a quantile; return it and its slope in u.

    Parameters
    ----------
    n, u
        Count and log of the expected count.
    mix
        The posterior.
    p
        Probability of the quantile.
    guess
        Where to begin, if known.

    Notes
    -----
    The quantile of a mixture lies between those of its parts. Steps are relative: 1e-11 ends.
    """
    prior, expected = mix.prior, np.exp(u)
    share = mix.share(n, expected)
    a1, a2 = prior.alpha1 + n, prior.alpha2 + n
    b1, b2 = prior.beta1 + expected, prior.beta2 + expected
    one, two = np.log(_gamma(a1, p) / b1), np.log(_gamma(a2, p) / b2)
    low, high = np.minimum(one, two) - 1e-9, np.maximum(one, two) + 1e-9
    y = share * one + (1 - share) * two if guess is None else np.clip(guess, low, high)
    g1, g2 = special.gammaln(a1), special.gammaln(a2)
    active = np.arange(len(n))
    for _ in range(STEPS):
        s, x = share[active], np.exp(y[active])
        x1, x2 = x * b1[active], x * b2[active]
        off = s * special.gammainc(a1[active], x1) - p
        off += (1 - s) * special.gammainc(a2[active], x2)
        high[active] = np.where(off > 0, y[active], high[active])
        low[active] = np.where(off < 0, y[active], low[active])
        density = s * _density(a1[active], x1, g1[active])
        density += (1 - s) * _density(a2[active], x2, g2[active])
        ahead = y[active] - off / np.maximum(density, 1e-300)
        outside = ~((ahead > low[active]) & (ahead < high[active]))
        ahead = np.where(outside, (low[active] + high[active]) / 2, ahead)
        moved = np.abs(ahead - y[active])
        y[active] = ahead
        # Newton doubles the digits: after a step below 1e-7 the next would be below 1e-13
        active = active[(moved > np.where(outside, 1e-12, 1e-7)) & (off != 0)]
        if not len(active):
            break
    return y, _slope(n, expected, y, share, mix)


def _slope(n: Ints, expected: Floats, y: Floats, share: Floats, mix: Mixture) -> Floats:
    """Slope of the quantile in log E, from F(y, u) = p: dy/du = -F_u / F_y."""
    prior, x = mix.prior, np.exp(y)
    a1, a2 = prior.alpha1 + n, prior.alpha2 + n
    b1, b2 = prior.beta1 + expected, prior.beta2 + expected
    d1 = share * _density(a1, x * b1, special.gammaln(a1))
    d2 = (1 - share) * _density(a2, x * b2, special.gammaln(a2))
    f1, f2 = special.gammainc(a1, x * b1), special.gammainc(a2, x * b2)
    odds = expected * (a2 / b2 - a1 / b1)
    by_u = share * (1 - share) * odds * (f1 - f2) + expected * (d1 / b1 + d2 / b2)
    return np.asarray(-by_u / np.maximum(d1 + d2, 1e-300))


def _density(a: Floats, x: Floats, log_gamma: Floats) -> Floats:
    """Density of the log of a gamma variable."""
    return np.asarray(np.exp(a * np.log(x) - x - log_gamma))


def _gamma(a: Floats, p: float) -> Floats:
    """Quantile of a gamma variable: computed once for each different shape."""
    if len(a) and (a == a[0]).all():
        return np.full(len(a), special.gammaincinv(a[0], p))
    shapes, which = np.unique(a, return_inverse=True)
    return np.asarray(special.gammaincinv(shapes, p)[which])
