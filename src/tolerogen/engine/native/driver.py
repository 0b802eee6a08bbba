"""The loop that moves all lanes: one patient a lane, each with its own time and step.

It knows no model: it calls the kernels by address and reads the rows the layout names. When a
patient is done, the lane takes the next one, so no lane waits for another. Whatever happens in a
lane depends on its own patient alone; so results do not depend on who sits beside whom.
Written in the language of `translate`; runs without Python's lock.
"""

from __future__ import annotations

from tolerogen.engine.native import happenings, moments
from tolerogen.engine.native.happenings import differs
from tolerogen.engine.native.moments import (
    DONE,
    IDLE,
    NOT_FINITE,
    STUCK,
    TOO_LONG,
    enter,
    leave,
    moment,
    write,
)
from tolerogen.engine.native.problem import Problem
from tolerogen.engine.native.translate import call

LEAST, MOST, SAFETY = 0.2, 10.0, 0.9
"""Bounds of the change of a step, and the part of the ideal step that is tried."""
WORST_MISS = 0.1
GLANCES = 4
"""Places in a step where watched comparisons are looked at."""
BISECTIONS = 50
NUDGE = 1e-6
"""Relative change of a parameter in the lanes that go together."""
FINEST = 1e-7
"""Tolerance below which rounding errors, blown up by the nudge, would be taken for errors."""
MISSES = 60
"""Rejections in a row after which a patient is given up."""


def drive(p: Problem) -> None:
    """Run patients through the lanes until all are done, or a signal says stop."""
    for n in range(p.width):
        p.who[n] = IDLE
        enter(p, n)
    while p.signal[0] == 0 and any_left(p):
        propose(p)
        call(p.k_step, p.block)
        if p.lock != 0:
            together(p)
        call(p.k_pace, p.block)
        if judge(p):
            if p.n_watched > 0:
                call(p.k_dense, p.block)
                find_turns(p)
            report(p)
            if p.n_watched > 0:
                cut_short(p)
            call(p.k_commit, p.block)
        for n in range(p.width):
            if p.who[n] != IDLE:
                settle(p, n)


def any_left(p: Problem) -> bool:
    """Tell whether a lane still has a patient."""
    for n in range(p.width):
        if p.who[n] != IDLE:
            return True
    return False


def propose(p: Problem) -> None:
    """Choose the step of every lane: as wished, but to the next stop at the most."""
    if p.lock != 0:
        share_wish(p)
    for n in range(p.width):
        t = p.block[p.r_t, n]
        room = p.stop[n] - t
        h = p.next_h[n]
        p.hits[n] = 0
        if p.who[n] == IDLE:
            h = 1e-3 * (1.0 + abs(t))
        elif h * 1.001 >= room:
            h = room
            p.hits[n] = 1
        elif 2.0 * h > room:
            h = 0.5 * room
        p.block[p.r_h, n] = h


def share_wish(p: Problem) -> None:
    """Let lanes that go together wish for the same step, the smallest.

    A nudge moves the first step by a millionth, which is enough to fall on the other side of a
    limit in `propose`: one lane would then take other steps than the rest.
    """
    least = p.next_h[0]
    for n in range(1, p.width):
        if p.who[n] != IDLE and p.next_h[n] < least:
            least = p.next_h[n]
    for n in range(p.width):
        p.next_h[n] = least


def together(p: Problem) -> None:
    """Let all lanes share the largest error, so that they take the same steps.

    Lanes differ from the first by what a nudge of a parameter does. That difference, blown up to
    the size of the parameter, has an error of its own; a model at rest would show none other.
    """
    worst = 0.0
    for n in range(p.width):
        if not (p.block[p.r_error, n] <= worst):
            worst = p.block[p.r_error, n]
    for n in range(1, p.width):
        error = error_of_nudge(p, n)
        if error > worst:
            worst = error
    for n in range(p.width):
        p.block[p.r_error, n] = worst


def error_of_nudge(p: Problem, n: int) -> float:
    """Return the mean square error of what the nudge in a lane does, over its tolerance."""
    last = p.r_u + (p.stages - 1) * p.n_states
    total = 0.0
    for i in range(p.n_states):
        moved = (p.block[p.r_new + i, n] - p.block[p.r_new + i, 0]) / NUDGE
        size = max(abs(p.block[p.r_new + i, 0]), abs(moved))
        allowed = p.block[p.r_atol + i, 0] + p.rtol * size
        allowed = allowed * max(1.0, FINEST / p.rtol)
        part = p.block[last + i, n] - p.block[last + i, 0]
        part = part / (NUDGE * allowed)
        total += part * part
    return total / p.n_states


def judge(p: Problem) -> bool:
    """Accept or reject the step of every lane; tell whether any was accepted."""
    some = False
    for n in range(p.width):
        error = p.block[p.r_error, n]
        good = p.who[n] != IDLE and error <= 1.0
        some = some or good
        p.accepted[n] = good
        p.block[p.r_accept, n] = 1.0 if good else 0.0
        if p.who[n] == IDLE:
            continue
        h = p.block[p.r_h, n]
        p.change[n] = wished_change(p, n, error, good)
        if good:
            p.last_h[n] = h
            p.last_pace[n] = min(p.block[p.r_pace, n], p.calm)
            p.steps[n] += 1
            p.misses[n] = 0
        else:
            p.rejections[n] += 1
            p.misses[n] += 1
        p.after[n] = p.stop[n] if good and p.hits[n] != 0 else p.block[p.r_t, n] + h
        p.reach[n] = p.after[n] - p.near if p.hits[n] != 0 else p.after[n]
    return some


def wished_change(p: Problem, n: int, error: float, good: bool) -> float:
    """Return the change of the step by the controller of Gustafsson (doi:10.1145/198429.198437).

    ``pace`` is the error to the power of -1 / order, computed for all lanes at once.
    """
    if not (error <= 1e200):
        return WORST_MISS
    pace = p.block[p.r_pace, n]
    change = SAFETY * pace
    if not good:
        return min(max(change, WORST_MISS), SAFETY)
    if p.last_h[n] > 0.0 and p.fresh[n] == 0:
        trend = pace * pace / p.last_pace[n]
        change = min(change, SAFETY * p.block[p.r_h, n] / p.last_h[n] * trend)
    return min(max(change, LEAST), MOST)


def find_turns(p: Problem) -> None:
    """Find, in the steps just taken, the first moments at which watched comparisons turn."""
    found = False
    for n in range(p.width):
        p.turned[n] = 0
        p.low[n] = 0.0
        p.high[n] = 1.0
    for glance in range(GLANCES):
        theta = (glance + 1.0) / GLANCES
        for n in range(p.width):
            p.block[p.r_theta, n] = theta
        call(p.k_interpolate, p.block)
        call(p.k_trigger, p.block)
        for n in range(p.width):
            if p.accepted[n] != 0 and p.turned[n] == 0:
                if differs(p, n):
                    p.turned[n] = 1
                    p.high[n] = theta
                    found = True
                else:
                    p.low[n] = theta
    if found:
        bisect(p)
    for n in range(p.width):
        if p.turned[n] != 0:
            p.after[n] = p.block[p.r_t, n] + p.high[n] * p.block[p.r_h, n]
            p.reach[n] = p.block[p.r_t, n] + p.low[n] * p.block[p.r_h, n]
            p.hits[n] = 0


def bisect(p: Problem) -> None:
    """Close in on the turns of all lanes at once."""
    for _ in range(BISECTIONS):
        for n in range(p.width):
            p.block[p.r_theta, n] = 0.5 * (p.low[n] + p.high[n])
        call(p.k_interpolate, p.block)
        call(p.k_trigger, p.block)
        for n in range(p.width):
            if p.turned[n] != 0:
                if differs(p, n):
                    p.high[n] = p.block[p.r_theta, n]
                else:
                    p.low[n] = p.block[p.r_theta, n]


def report(p: Problem) -> None:
    """Write the outputs that lie inside the steps, all lanes side by side."""
    prepared = p.n_watched > 0
    while any_due(p):
        if not prepared:
            call(p.k_sketch, p.block)
            prepared = True
        call(p.k_glimpse, p.block)
        for n in range(p.width):
            if p.due[n] != 0:
                # t + theta h may miss it by a bit, and what jumps at a moment sees that
                p.block[p.r_stage_t, n] = p.times[p.output[n]]
        call(p.k_observe, p.block)
        for n in range(p.width):
            if p.due[n] != 0:
                write(p, n)


def any_due(p: Problem) -> bool:
    """Note in which lanes the next output lies inside the step, and where; tell whether in any."""
    some = False
    for n in range(p.width):
        p.due[n] = 0
        p.block[p.r_theta, n] = 1.0
        k = p.output[n]
        if p.accepted[n] != 0 and k < p.n_times and p.times[k] <= p.reach[n]:
            p.due[n] = 1
            p.block[p.r_theta, n] = (p.times[k] - p.block[p.r_t, n]) / p.block[p.r_h, n]
            some = True
    return some


def cut_short(p: Problem) -> None:
    """End the step of a lane in which a comparison turned just after the turn."""
    some = False
    for n in range(p.width):
        p.block[p.r_theta, n] = 1.0
        if p.turned[n] != 0:
            p.block[p.r_theta, n] = p.high[n]
            some = True
    if some:
        call(p.k_interpolate, p.block)
        for n in range(p.width):
            if p.turned[n] != 0:
                for i in range(p.n_states):
                    p.block[p.r_new + i, n] = p.block[p.r_stage_y + i, n]


def settle(p: Problem, n: int) -> None:
    """Draw the consequences of a step for one lane."""
    h = p.block[p.r_h, n]
    turned = p.n_watched > 0 and p.turned[n] != 0
    if p.accepted[n] != 0:
        p.block[p.r_t, n] = p.after[n]
        if p.fresh[n] != 0:
            # the first step after a moment of this kind is a good one to begin with next time
            p.first_h[p.kind[n], n] = 0.8 * h * min(p.change[n], 3.0)
            p.fresh[n] = 0
        if p.hits[n] == 0 and not turned:
            p.next_h[n] = h * p.change[n]
        else:
            if p.hits[n] != 0:
                p.block[p.r_t, n] = p.land[n]
            if moment(p, n):
                leave(p, n, DONE)
                enter(p, n)
                return
    else:
        p.next_h[n] = h * p.change[n]
    give_up(p, n)


def give_up(p: Problem, n: int) -> None:
    """Let a patient leave who cannot be computed."""
    why = DONE
    if p.fault[n] != 0:
        why = p.fault[n]
    elif p.steps[n] + p.rejections[n] > p.longest:
        why = TOO_LONG
    elif p.misses[n] > MISSES:
        error = p.block[p.r_error, n]
        why = STUCK if error <= 1e200 else NOT_FINITE
    if why != DONE:
        leave(p, n, why)
        enter(p, n)


FUNCTIONS = (
    *happenings.FUNCTIONS,
    *moments.FUNCTIONS,
    *(
        drive,
        any_left,
        propose,
        share_wish,
        together,
        error_of_nudge,
        judge,
        wished_change,
        find_turns,
        bisect,
        report,
    ),
    *(any_due, cut_short, settle, give_up),
)
