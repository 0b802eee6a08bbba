"""The compiled part of local folding: weights of loops, sums inside of stretches, pairs, runs.

One file, because what numba keeps on disk is renewed when its own file changes, and only then.

Sums over structures are those of McCaskill (1990, doi:10.1002/bip.360290621), added up over windows
as Bernhart does it (2006, doi:10.1093/bioinformatics/btl014; 2011, doi:10.1186/1748-7188-6-3).
Tables are banded: ``table[i, d]`` is of the stretch from i to i + d. Bases are codes of `BASES`,
pairs are places in `PAIRS`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tolerogen.oligos.structure.energies import BASES, LOOP, MIN_HAIRPIN, PAIRS

KIND = np.full((len(BASES), len(BASES)), -1, np.int64)
for _place, (_a, _b) in enumerate(PAIRS):
    KIND[BASES.index(_a), BASES.index(_b)] = _place
OTHER = np.array([PAIRS.index(_b + _a) for _a, _b in PAIRS])
"""The same pair seen from the other strand."""


@njit(inline="always")
def hairpin_weight(s, i, j, kind, special, w):
    """Weigh the hairpin that i, j closes; `special` holds those with a weight of their own."""
    size = j - i - 1
    if size < MIN_HAIRPIN:
        return 0.0
    own = -1.0
    if size == 3:
        own = special[i, 0]
    elif size == 4:
        own = special[i, 1]
    elif size == 6:
        own = special[i, 2]
    if own >= 0.0:
        return own
    found = w.hairpin[min(size, LOOP)]
    if size > LOOP:
        found *= (size / LOOP) ** w.beyond
    if size == 3:
        return found * w.weak[kind]
    return found * w.mismatch_hairpin[kind, s[i + 1], s[j - 1]]


@njit(inline="always")
def interior_weight(s, i, j, k, m, kind, inner, w):
    """Weigh the stack, bulge or internal loop between the pairs i, j and k, m.

    `inner` is the kind of k, m seen from the other strand.
    """
    left, right = k - i - 1, j - m - 1
    more, less = max(left, right), min(left, right)
    if more == 0:
        return w.stack[kind, inner]
    if less == 0:
        if more == 1:
            return w.bulge[1] * w.stack[kind, inner]
        return w.bulge[more] * w.weak[kind] * w.weak[inner]
    a, b, c, d = s[i + 1], s[j - 1], s[k - 1], s[m + 1]
    if less == 1:
        if more == 1:
            return w.int11[kind, inner, a, b]
        if more == 2:
            if left == 1:
                return w.int21[kind, inner, a, d, b]
            return w.int21[inner, kind, d, a, c]
        found = w.internal[more + 1] * w.asymmetry[more - 1]
        return found * w.mismatch_1n[kind, a, b] * w.mismatch_1n[inner, d, c]
    if less == 2:
        if more == 2:
            return w.int22[kind, inner, a, c, d, b]
        if more == 3:
            found = w.internal[5] * w.asymmetry[1]
            return found * w.mismatch_23[kind, a, b] * w.mismatch_23[inner, d, c]
    found = w.internal[more + less] * w.asymmetry[more - less]
    return found * w.mismatch_internal[kind, a, b] * w.mismatch_internal[inner, d, c]


@njit(inline="always")
def plain(left, right):
    """Tell whether an internal loop is weighed by its size and its two mismatches alone."""
    return left >= 2 and right >= 2 and left + right > 5


@njit(inline="always")
def facing(s, i, j, kind, w):
    """Weigh the mismatch that the pair i, j shows to a plain internal loop inside of it."""
    return w.mismatch_internal[kind, s[i + 1], s[j - 1]]


@njit(inline="always")
def behind(s, k, m, w):
    """Weigh the mismatch that the pair k, m shows to a plain internal loop around it."""
    before = s[k - 1] if k > 0 else 0
    after = s[m + 1] if m + 1 < s.size else 0
    return w.mismatch_internal[OTHER[KIND[s[k], s[m]]], after, before]


@njit(inline="always")
def sized(left, right, w):
    """Weigh the size of a plain internal loop."""
    return w.internal[left + right] * w.asymmetry[abs(left - right)]


# ── sums inside of stretches ────────────────────────────────────────────────────────────────


@njit(nogil=True, cache=True)
def fill_inside(s, span, special, w):
    """Return the sums of stretches that are closed by a pair, and of parts of multiloops.

    Parameters
    ----------
    s
        Codes of the bases.
    span
        Bases from one partner of a pair to the other, both included, at most.
    special
        Weights of hairpins with a weight of their own, base x (3, 4, 6 unpaired); -1 for none.
    w
        Weights.

    Returns
    -------
    tuple of arrays
        Closed; closed, with the mismatch shown to a plain loop outside; one helix or more; two or
        more.
    """
    n = s.size
    closed = np.zeros((n, span))
    shown = np.zeros((n, span))
    first = np.zeros((n, span))
    some = np.zeros((n, span))
    several = np.zeros((n, span))
    for d in range(MIN_HAIRPIN + 1, span):
        for i in range(n - d):
            j = i + d
            kind = KIND[s[i], s[j]]
            if kind >= 0:
                closed[i, d] = _closed(s, i, j, kind, (closed, shown, first, some), special, w)
                shown[i, d] = closed[i, d] * behind(s, i, j, w)
            before = s[i - 1] if i > 0 else 0
            after = s[j + 1] if j + 1 < n else 0
            helix = closed[i, d] * w.multi_stem[kind, before, after] if kind >= 0 else 0.0
            first[i, d] = first[i, d - 1] * w.multi_base + helix
            one, more, empty = 0.0, 0.0, 1.0
            for u in range(i, j - MIN_HAIRPIN):
                begun = first[u, j - u]
                one += empty * begun
                if u > i:
                    more += some[i, u - 1 - i] * begun
                empty *= w.multi_base
            some[i, d] = one + more
            several[i, d] = more
    return closed, shown, some, several


@njit(nogil=True, inline="always")
def _closed(s, i, j, kind, tables, special, w):
    closed, shown, first, some = tables
    total, rest = hairpin_weight(s, i, j, kind, special, w), 0.0
    for k in range(i + 1, min(i + LOOP + 2, j - MIN_HAIRPIN - 1)):
        left = k - i - 1
        for m in range(j - 1, max(k + MIN_HAIRPIN, j - 2 - LOOP + left), -1):
            right = j - m - 1
            if plain(left, right):
                rest += shown[k, m - k] * sized(left, right, w)
            elif closed[k, m - k] > 0.0:
                inner = OTHER[KIND[s[k], s[m]]]
                total += closed[k, m - k] * interior_weight(s, i, j, k, m, kind, inner, w)
    total += rest * facing(s, i, j, kind, w)
    branched = 0.0
    for u in range(i + 3 + MIN_HAIRPIN, j - MIN_HAIRPIN - 1):
        branched += some[i + 1, u - i - 2] * first[u, j - 1 - u]
    return total + branched * closing(s, i, j, kind, w)


@njit(nogil=True, inline="always")
def closing(s, i, j, kind, w):
    """Weigh the pair that closes a multiloop."""
    return w.multi_closing * w.multi_stem[OTHER[kind], s[j - 1], s[i + 1]]


@njit(nogil=True, cache=True)
def fill_outer(s, window, closed, w):
    """Return the sums of stretches up to a window, ends free: ``table[i, length]``."""
    n, span = closed.shape
    outer = np.ones((n + 1, window + 1))
    for length in range(1, window + 1):
        for i in range(n - length + 1):
            j = i + length - 1
            total = outer[i, length - 1]
            for k in range(max(i, j - span + 1), j - MIN_HAIRPIN):
                inside = closed[k, j - k]
                if inside > 0.0:
                    total += outer[i, k - i] * inside * exterior(s, k, j, w)
            outer[i, length] = total
    return outer


@njit(nogil=True, inline="always")
def exterior(s, k, m, w):
    """Weigh the end of a helix that no loop encloses."""
    before = s[k - 1] if k > 0 else 5
    after = s[m + 1] if m + 1 < s.size else 5
    return w.exterior_stem[KIND[s[k], s[m]], before, after]


# ── pairs ───────────────────────────────────────────────────────────────────────────────────


@njit(nogil=True, cache=True)
def fill_pairs(s, window, closed, some, several, outer, w):
    """Return the probability of every pair, added up over the windows that hold it.

    What a pair encloses does not depend on the window, so only the outermost pairs are counted
    window by window; the others follow from those that enclose them.

    Returns
    -------
    tuple of arrays
        Sums of pairs over what each encloses; and of the multiloops whose closing pair begins
        before i and ends at i + d: with nothing paired between its beginning and i, with helices
        there, with two or more.
    """
    n, span = closed.shape
    share = np.zeros((n, span))
    open_to = np.zeros((n, span))  # the same, with the mismatch shown to a plain loop inside
    bare = np.zeros((n, span))
    helices = np.zeros((n, span))
    full = np.zeros((n, span))
    before = (bare, helices, full)
    for d in range(span - 1, 0, -1):
        for i in range(n - d):
            j = i + d
            _before(s, i, j, some, several, share, before, w)
            if closed[i, d] > 0.0:
                total = _outermost(s, i, j, window, outer, w)
                total += _in_loops(s, i, j, share, open_to, w)
                total += _in_multiloops(s, i, j, some, bare, helices, w)
                share[i, d] = total
                open_to[i, d] = total * facing(s, i, j, KIND[s[i], s[j]], w)
    return share, before


@njit(nogil=True, inline="always")
def _outermost(s, i, j, window, outer, w):
    n = s.size
    total = 0.0
    for a in range(max(0, j - window + 1), min(i, n - window) + 1):
        total += outer[a, i - a] * outer[j + 1, a + window - 1 - j] / outer[a, window]
    return total * exterior(s, i, j, w)


@njit(nogil=True, inline="always")
def _in_loops(s, k, m, share, open_to, w):
    n, span = share.shape
    inner = OTHER[KIND[s[k], s[m]]]
    total, rest = 0.0, 0.0
    for i in range(k - 1, max(-1, k - LOOP - 2), -1):
        left = k - i - 1
        for j in range(m + 1, min(n, m + 2 + LOOP - left, i + span)):
            right = j - m - 1
            if plain(left, right):
                rest += open_to[i, j - i] * sized(left, right, w)
            elif share[i, j - i] > 0.0:
                kind = KIND[s[i], s[j]]
                total += share[i, j - i] * interior_weight(s, i, j, k, m, kind, inner, w)
    return total + rest * behind(s, k, m, w)


@njit(nogil=True, inline="always")
def _before(s, k, j, some, several, share, before, w):
    """Add up the multiloops closed by i, j with i before k: what lies between i and k."""
    span = some.shape[1]
    bare, helices, full = before
    empty, filled, twice, unpaired = 0.0, 0.0, 0.0, 1.0
    for i in range(k - 1, max(-1, j - span), -1):
        if share[i, j - i] > 0.0:
            shut = share[i, j - i] * closing(s, i, j, KIND[s[i], s[j]], w)
            empty += shut * unpaired
            if k - 2 - i > 0:
                filled += shut * some[i + 1, k - 2 - i]
                twice += shut * several[i + 1, k - 2 - i]
        unpaired *= w.multi_base
    bare[k, j - k] = empty
    helices[k, j - k] = filled
    full[k, j - k] = twice


@njit(nogil=True, inline="always")
def _in_multiloops(s, k, m, some, bare, helices, w):
    n, span = some.shape
    total, unpaired = 0.0, 1.0
    for j in range(m + 1, min(n, k + span)):
        after = some[m + 1, j - 2 - m] if j - 2 - m > 0 else 0.0
        total += bare[k, j - k] * after + helices[k, j - k] * (unpaired + after)
        unpaired *= w.multi_base
    before_base = s[k - 1] if k > 0 else 0
    after_base = s[m + 1] if m + 1 < n else 0
    return total * w.multi_stem[KIND[s[k], s[m]], before_base, after_base]


@njit(nogil=True, cache=True)
def fill_runs(s, closed, shown, share, special, w):
    """Return how often a run of bases from i to i + d is all that is unpaired on a side of a loop.

    Hairpins, bulges and internal loops; multiloops and the outside are added elsewhere.
    """
    n, span = closed.shape
    runs = np.zeros((n, span))
    for i in range(n):
        for d in range(MIN_HAIRPIN + 1, min(span, n - i)):
            if share[i, d] > 0.0:
                _runs_of(s, i, i + d, closed, shown, share[i, d], special, runs, w)
    return runs


@njit(nogil=True, inline="always")
def _runs_of(s, i, j, closed, shown, share, special, runs, w):
    kind = KIND[s[i], s[j]]
    runs[i + 1, j - i - 2] += share * hairpin_weight(s, i, j, kind, special, w)
    wide = share * facing(s, i, j, kind, w)
    for k in range(i + 1, min(i + LOOP + 2, j - MIN_HAIRPIN - 1)):
        left, all_right = k - i - 1, 0.0
        for m in range(j - 1, max(k + MIN_HAIRPIN, j - 2 - LOOP + left), -1):
            right = j - m - 1
            weight = 0.0
            if plain(left, right):
                weight = wide * shown[k, m - k] * sized(left, right, w)
            elif closed[k, m - k] > 0.0:
                inner = OTHER[KIND[s[k], s[m]]]
                weight = closed[k, m - k] * interior_weight(s, i, j, k, m, kind, inner, w) * share
            if right > 0:
                runs[m + 1, right - 1] += weight
            all_right += weight
        if left > 0:
            runs[i + 1, left - 1] += all_right


# ── unpaired stretches ──────────────────────────────────────────────────────────────────────


@njit(nogil=True, cache=True)
def fill_unpaired(longest, window, tables, outer, base):
    """Return the probability that the bases from i to i + u - 1 are unpaired: ``table[i, u - 1]``.

    Parameters
    ----------
    longest
        Bases of the longest stretch asked for.
    window
        Bases folded together.
    tables
        One or more helices, two or more; multiloops with nothing before, with helices before, with
        two helices or more before; runs in other loops.
    outer
        Sums with free ends.
    base
        Weight of an unpaired base of a multiloop.
    """
    some, several, bare, helices, full, runs = tables
    n, span = some.shape
    found = np.full((n, longest), np.nan)
    reach = np.zeros((n, span))  # runs that begin at s and reach at least to s + d
    for i in range(n):
        more = 0.0
        for d in range(span - 1, -1, -1):
            more += runs[i, d]
            reach[i, d] = more
    for i in range(n):
        for u in range(1, min(longest, n - i, window) + 1):
            j = i + u - 1
            total, windows = _outside(i, j, window, n, outer)
            for begin in range(max(0, j - span + 1), i + 1):
                total += reach[begin, j - begin]
            total += _multiloops(i, j, some, several, bare, helices, full, base) * base**u
            found[i, u - 1] = total / windows
    return found


@njit(nogil=True, inline="always")
def _outside(i, j, window, n, outer):
    total, windows = 0.0, 0
    for a in range(max(0, j - window + 1), min(i, n - window) + 1):
        total += outer[a, i - a] * outer[j + 1, a + window - 1 - j] / outer[a, window]
        windows += 1
    return total, windows


@njit(nogil=True, inline="always")
def _multiloops(i, j, some, several, bare, helices, full, base):
    """Add up the multiloops in which the stretch lies before, between or after the helices."""
    n, span = some.shape
    total, unpaired = 0.0, 1.0
    for end in range(j + 1, min(n, i + span)):
        after = end - 2 - j
        if after > 0:
            total += (
                bare[i, end - i] * several[j + 1, after] + helices[i, end - i] * some[j + 1, after]
            )
        total += full[i, end - i] * unpaired
        unpaired *= base
    return total
