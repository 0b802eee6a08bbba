"""What a value would have been after a patient left: the reference-based assumptions.

Each strategy gives a patient of an active arm, who left after visit *d*, a vector of means over
all visits; missing values are then drawn given the seen ones.

========  =======================================================================
``mar``   own arm: as if the patient had stayed
``j2r``   jump to reference: own arm up to *d*, reference arm afterwards
``cir``   copy increments: own arm at *d*, then changes as in the reference arm
``cr``    copy reference: reference arm throughout
``lmcf``  last mean carried forward: own arm at *d*, then no change
========  =======================================================================

Values missing before the last seen one are always ``mar``.

References
----------
Carpenter JR, Roger JH, Kenward MG, J Biopharm Stat 2013;23:1352
(doi:10.1080/10543406.2013.834911).
"""

from __future__ import annotations

import numpy as np

from tolerogen.errors import AnalysisError, choices

Array = np.ndarray
STRATEGIES = ("mar", "j2r", "cir", "cr", "lmcf")


def strategy(name: str) -> str:
    """Return the name in short, or say what is allowed."""
    long = {
        "jump-to-reference": "j2r",
        "copy-increments": "cir",
        "copy-reference": "cr",
        "missing-at-random": "mar",
        "last-mean-carried-forward": "lmcf",
    }
    key = long.get(name.lower(), name.lower())
    if key not in STRATEGIES:
        raise AnalysisError(f"there is no strategy '{name}'; {choices(key, STRATEGIES)}")
    return key


def means(name: str, own: Array, reference: Array, last: int) -> Array:
    """Return the means of one patient.

    Parameters
    ----------
    name
        Strategy.
    own, reference
        Means of the visits in the patient's arm and in the reference arm.
    last
        Index of the last visit before the patient left; -1 for none.
    """
    if name == "mar":
        return own
    if name == "cr" or last < 0:  # who left before any visit never was in the arm
        return reference
    out = own.copy()
    after = slice(last + 1, None)
    if name == "j2r":
        out[after] = reference[after]
    elif name == "cir":
        out[after] = own[last] + reference[after] - reference[last]
    else:
        out[after] = own[last]
    return out


def conditional(mean: Array, sigma: Array, value: Array, seen: Array) -> tuple[Array, Array]:
    """Return means and covariance of the missing values given the seen ones."""
    gone = ~seen
    if not seen.any():
        return mean[gone], sigma[np.ix_(gone, gone)]
    gain = np.linalg.solve(sigma[np.ix_(seen, seen)], sigma[np.ix_(seen, gone)]).T
    centre = mean[gone] + gain @ (value[seen] - mean[seen])
    spread = sigma[np.ix_(gone, gone)] - gain @ sigma[np.ix_(seen, gone)]
    return centre, (spread + spread.T) / 2
