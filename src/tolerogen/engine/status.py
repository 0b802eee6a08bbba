"""How a patient's simulation ended, in words a person can act on.

The codes of the solver are those of CVODE (Hindmarsh et al. 2005,
doi:10.1145/1089014.1089020), named in the messages libRoadRunner passes on.
"""

from __future__ import annotations

import re
from enum import IntEnum


class Status(IntEnum):
    """End of one patient's simulation; 0 is success.

    Examples
    --------
    >>> Status(4).cause
    'a value became infinite or undefined'
    """

    OK = 0
    TOO_MANY_STEPS = 1
    NO_CONVERGENCE = 2
    ERROR_TEST = 3
    NOT_FINITE = 4
    RIGHT_HAND_SIDE = 5
    EVENTS = 6
    NO_REST = 7
    OTHER = 9

    @property
    def cause(self) -> str:
        """What happened, as a clause."""
        return _CAUSES[self]


_CAUSES = {
    Status.OK: "finished",
    Status.TOO_MANY_STEPS: (
        "the solver needed too many steps: a process is much faster than the output interval, "
        "or oscillates"
    ),
    Status.NO_CONVERGENCE: (
        "the equations could not be solved for a step: often a state that runs away to infinity "
        "or a rate undefined for the value reached (root or logarithm of a negative number)"
    ),
    Status.ERROR_TEST: (
        "no step was small enough for the tolerance asked: often a rate that jumps, or a "
        "tolerance below what double precision can give"
    ),
    Status.NOT_FINITE: "a value became infinite or undefined",
    Status.RIGHT_HAND_SIDE: "a rate could not be evaluated at the value reached",
    Status.EVENTS: "events set off one another without end, or too many wait at one time",
    Status.NO_REST: "the untreated model did not come to rest, so there is no state to start in",
    Status.OTHER: "the solver stopped",
}

_CVODE = {
    "CV_TOO_MUCH_WORK": Status.TOO_MANY_STEPS,
    "CV_CONV_FAILURE": Status.NO_CONVERGENCE,
    "CV_ERR_FAILURE": Status.ERROR_TEST,
    "CV_TOO_MUCH_ACC": Status.ERROR_TEST,
    "CV_RHSFUNC_FAIL": Status.RIGHT_HAND_SIDE,
    "CV_FIRST_RHSFUNC_ERR": Status.RIGHT_HAND_SIDE,
    "CV_REPTD_RHSFUNC_ERR": Status.RIGHT_HAND_SIDE,
    "CV_UNREC_RHSFUNC_ERR": Status.RIGHT_HAND_SIDE,
}


def from_message(text: str) -> Status:
    """Read the status out of a solver's message.

    Examples
    --------
    >>> from_message("CVODE Error: CV_TOO_MUCH_WORK: ...").name
    'TOO_MANY_STEPS'
    """
    found = re.search(r"CV_[A-Z_]+", text)
    return _CVODE.get(found.group(), Status.OTHER) if found else Status.OTHER
