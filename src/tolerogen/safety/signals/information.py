"""The information component: a log₂ ratio of observed to expected that is shrunk towards zero.

Two forms are in use. `ic` shrinks by half a report on either side and takes its interval from a
gamma posterior (Norén GN, Hopstadius J, Bate A, Stat Methods Med Res 2013;22:57-69,
doi:10.1177/0962280211403604); pvda and VigiBase use it. `bcpnn` is the older Bayesian confidence
propagation network with beta and Dirichlet posteriors and a normal interval (Bate A et al., Eur J
Clin Pharmacol 1998;54:315-321, doi:10.1007/s002280050466), as PhViD computes it.
"""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from tolerogen.errors import SpecError
from tolerogen.safety.signals.chunks import by_pieces
from tolerogen.safety.signals.counts import Floats, Ints, PairCounts, Scores

SHRINKAGE = 0.5


def ic(counts: PairCounts, level: float = 0.95) -> Scores:
    """Information component with credible interval; expected counts may be stratified.

    Returns
    -------
    Scores
        IC, lower limit (IC025 at level 0.95), upper limit, lower limit again: what
        pairs are ranked by.
    """
    _check(level)
    from tolerogen.safety.signals import native

    # all but the expected count depends on the count alone: one entry for each that occurs
    present, at = _occurring(counts.n)
    shape = present + SHRINKAGE
    lower, upper = (np.log2(special.gammaincinv(shape, 0.5 + x)) for x in (-level / 2, level / 2))
    tables = (np.log2(shape), lower, upper)

    def score(piece: slice) -> tuple[Floats, ...]:
        out = np.empty((3, len(at[piece])))
        native.information(at[piece], counts.expected[piece], *tables, out)
        return tuple(out)

    estimate, low, high = by_pieces(score, len(counts), 3)
    return Scores(estimate, low, high, low)


def bcpnn(counts: PairCounts, level: float = 0.95) -> Scores:
    """Information component of the original BCPNN, normal approximation.

    Returns the same rows as `ic`. Needs margins.

    Raises
    ------
    SpecError
        When the counts have no margins or are stratified.
    """
    _check(level)
    if counts.margins is None or counts.strata:
        raise SpecError("bcpnn needs unstratified margins: n_drug, n_event and n_total. Use ic.")
    by_drug, by_event = counts.margins.n_drug, counts.margins.n_event
    total, z = counts.margins.n_total, float(stats.norm.ppf(0.5 + level / 2))

    def score(piece: slice) -> tuple[Floats, ...]:
        p, q = 1 + by_drug[counts.drug[piece]], 1 + by_event[counts.event[piece]]
        r = 1.0 + counts.n[piece]
        all_r = total + (2 + total) ** 2 / (q * p)
        mean = special.psi(r) - special.psi(all_r)
        mean -= special.psi(p) + special.psi(q) - 2 * special.psi(2 + total)
        spread = _trigamma(r) - _trigamma(all_r)
        spread = spread + _trigamma(p) + _trigamma(q) - 2 * _trigamma(2 + total)
        mean, width = mean / np.log(2), z * np.sqrt(spread) / np.log(2)
        return mean, mean - width, mean + width

    estimate, low, high = by_pieces(score, len(counts), 3)
    return Scores(estimate, low, high, low)


def _occurring(n: Ints) -> tuple[Ints, Ints]:
    """Return different counts, and which of them each pair has."""
    if len(n) and int(n.max()) < max(len(n), 1_000):
        return np.arange(int(n.max()) + 1), n
    return np.unique(n, return_inverse=True)


def _trigamma(x: Floats | float) -> Floats:
    return np.asarray(special.zeta(2, x))


def _check(level: float) -> None:
    if not 0 < level < 1:
        raise SpecError(f"level must lie between 0 and 1, for example 0.95; it is {level}.")
