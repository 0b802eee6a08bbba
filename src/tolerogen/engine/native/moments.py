"""What happens to one lane at one moment: a patient enters or leaves, a dose is given.

Between moments all lanes are moved side by side; at a moment one lane is handled alone. The
kernels still compute all lanes, and only the one in question is read: their results for the
others go to scratch rows.

Order at one moment: events that are due, then the outputs, then doses, then events that the
doses set off. So an output shows the state after the model's events and before the dose.
Written in the language of `translate`.
"""

from __future__ import annotations

from math import sqrt

from tolerogen.engine.native.happenings import fire, here, restore
from tolerogen.engine.native.problem import KINDS, Problem
from tolerogen.engine.native.translate import call, claim

DONE, TOO_LONG, STUCK, NOT_FINITE = 0, 1, 3, 4
"""How a patient ends; the codes of `Status`."""
IDLE = -1
NAN = float("nan")
AT_START, UNDOSED = KINDS - 1, KINDS - 2
SMALLEST_SHARE = 1e-3
"""Absolute over relative tolerance, times the state's own scale."""
EMPTY = 1e-2
"""Scale of a state that starts at 0 and is not dosed, in its own unit of concentration."""
LEAST_SCALE = 1e-9
RUN = 32
"""Patients that a thread takes at once: results of neighbours lie in one cache line."""


def leave(p: Problem, n: int, status: int) -> None:
    """Note how a patient ended."""
    who = p.who[n]
    p.status[who] = status
    p.steps_of[who] = p.steps[n]
    p.rejections_of[who] = p.rejections[n]
    p.unsound_of[who] = p.unsound[n]
    p.time_of[who] = p.block[p.r_t, n]
    first = (p.out_first + who) * p.n_times
    for k in range(p.output[n], p.n_times):
        for j in range(p.n_observables):
            p.out[first + k + j * p.out_block] = NAN
    for i in range(p.n_states):
        p.final[who, i] = p.block[p.r_y + i, n]
    p.signal[1] += 1


def next_patient(p: Problem) -> int:
    """Return the next patient of this thread, a number past the last where there is none."""
    if p.signal[2] >= p.signal[3]:
        p.signal[2] = RUN * claim(p.taken)
        p.signal[3] = min(p.signal[2] + RUN, p.n_patients)
    p.signal[2] += 1
    return p.signal[2] - 1


def enter(p: Problem, n: int) -> None:
    """Let the next patients enter a lane until one has something to integrate."""
    who = next_patient(p)
    while who < p.n_patients:
        p.who[n] = who
        p.output[n] = 0
        p.steps[n] = 0
        p.rejections[n] = 0
        p.misses[n] = 0
        p.fault[n] = 0
        p.unsound[n] = 0
        p.queued[n] = 0
        p.chance[n] = 20_011
        p.plan_at[n] = p.plan_first[p.plan_of[who]]
        for k in range(KINDS):
            p.first_h[k, n] = 0.0
        for e in range(p.n_events):
            p.was[e, n] = p.event_initially[e]
        furnish(p, n, who)
        p.kind[n] = AT_START
        if not moment(p, n):
            return
        leave(p, n, DONE)
        who = next_patient(p)
    if p.who[n] == IDLE and p.n_patients > 0:
        furnish(p, n, 0)  # a lane without a patient still computes, so give it numbers that can
    p.who[n] = IDLE


def furnish(p: Problem, n: int, who: int) -> None:
    """Give a lane a patient's values, initial state and tolerances."""
    for k in range(p.n_given):
        p.block[p.r_given + k, n] = p.values[who, k]
    for k in range(p.n_inputs):
        p.block[p.r_input + k, n] = 0.0
    p.block[p.r_t, n] = 0.0
    p.block[p.r_stage_t, n] = 0.0
    p.block[p.r_rtol, n] = p.rtol
    call(p.k_start, p.block)
    for k in range(p.n_held):
        p.block[p.r_held + k, n] = p.block[p.r_first_held + k, n]
    for i in range(p.n_states):
        p.block[p.r_y + i, n] = p.block[p.r_first_y + i, n]
        p.block[p.r_new + i, n] = p.block[p.r_first_y + i, n]
    call(p.k_prepare, p.block)
    call(p.k_infuse, p.block)
    if p.n_start > 0:
        for i in range(p.n_states):
            p.block[p.r_y + i, n] = p.begin[who, i]
            p.block[p.r_new + i, n] = p.begin[who, i]
    restore(p, n)
    for i in range(p.n_states):
        p.block[p.r_atol + i, n] = absolute(p, n, who, i)


def absolute(p: Problem, n: int, who: int, i: int) -> float:
    """Return the absolute tolerance of a state."""
    per_unit = abs(p.block[p.r_scale + i, n])
    if p.atol > 0.0:
        return p.atol * per_unit
    scale = abs(p.block[p.r_y + i, n])
    for d in range(p.n_doseable):
        if p.dose_state[d] == i:
            scale = max(scale, p.largest[p.plan_of[who], d] * abs(p.block[p.r_dose + d, n]))
    if not (scale > 0.0):
        scale = EMPTY * per_unit
    return p.rtol * SMALLEST_SHARE * max(scale, LEAST_SCALE * per_unit)


def moment(p: Problem, n: int) -> bool:
    """Handle everything due in a lane now; tell whether the patient is done."""
    changed = False
    if p.n_events > 0:
        changed = fire(p, n)
    show(p, n)
    if p.output[n] >= p.n_times:
        return True
    kind = UNDOSED
    at = p.plan_at[n]
    if at < p.plan_first[p.plan_of[p.who[n]] + 1] and p.stop_time[at] <= p.block[p.r_t, n] + p.near:
        kind = p.stop_kind[at]
        dose(p, n, at)
        p.plan_at[n] = at + 1
        call(p.k_infuse, p.block)
        restore(p, n)
        changed = True
        if p.n_events > 0:
            fire(p, n)
    next_stop(p, n)
    if changed or p.kind[n] == AT_START or p.next_h[n] <= 0.0:
        p.kind[n] = kind
        p.fresh[n] = 1
        p.last_h[n] = 0.0
        p.next_h[n] = p.first_h[kind, n]
        if p.next_h[n] <= 0.0 or p.n_events > 0:
            p.next_h[n] = first_step(p, n)
    return False


def show(p: Problem, n: int) -> None:
    """Write the outputs that lie at this moment."""
    ready = False
    while p.output[n] < p.n_times and p.times[p.output[n]] <= p.block[p.r_t, n] + p.near:
        if not ready:
            here(p, n)
            call(p.k_observe, p.block)
            ready = True
        write(p, n)


def write(p: Problem, n: int) -> None:
    """Copy the observables of a lane to the patient's next output."""
    at = (p.out_first + p.who[n]) * p.n_times + p.output[n]
    for j in range(p.n_observables):
        p.out[at + j * p.out_block] = p.block[p.r_observable + j, n]
    if p.block[p.r_sound, n] != 0.0:
        p.unsound[n] = 1
    p.output[n] += 1


def dose(p: Problem, n: int, at: int) -> None:
    """Give the boluses of a stop and set the infusion rates."""
    for b in range(p.bolus_first[at], p.bolus_first[at + 1]):
        what = p.bolus_what[b]
        share = p.block[p.r_share + what, n]
        change = p.bolus_amount[b] * share * p.block[p.r_dose + what, n]
        p.block[p.r_y + p.dose_state[what], n] += change
    for k in range(p.n_inputs):
        p.block[p.r_input + k, n] = p.flow[at, k] * p.block[p.r_share + p.flow_what[k], n]


def next_stop(p: Problem, n: int) -> None:
    """Find where the next steps must stop: a dose, an event, a turning condition, the end."""
    t = p.block[p.r_t, n]
    stop = p.end
    land = p.end
    if p.plan_at[n] < p.plan_first[p.plan_of[p.who[n]] + 1]:
        due = p.stop_time[p.plan_at[n]]
        if due < stop:
            stop = due
            land = due
    for q in range(p.queued[n]):
        due = p.queue_time[q, n]
        if due < stop:
            stop = max(due, t)
            land = stop
    for k in range(p.n_switches):
        due = p.block[p.r_switch + k, n]
        margin = 1e-13 * (abs(due) + p.end)
        if due - margin > t and due - margin < stop:
            stop = due - margin
            land = due + margin
    p.stop[n] = stop
    p.land[n] = land


def first_step(p: Problem, n: int) -> float:
    """Guess a first step from how fast the states move (Hairer, Norsett & Wanner 1993, II.4)."""
    here(p, n)
    call(p.k_rates, p.block)
    size = 0.0
    speed = 0.0
    for i in range(p.n_states):
        allowed = p.block[p.r_atol + i, n] + p.rtol * abs(p.block[p.r_y + i, n])
        s = p.block[p.r_y + i, n] / allowed
        f = p.block[p.r_u + i, n] / allowed
        size += s * s
        speed += f * f
    room = p.stop[n] - p.block[p.r_t, n]
    size = sqrt(size / p.n_states)
    speed = sqrt(speed / p.n_states)
    guess = 1e-3 * room
    if size > 1e-5 and speed > 1e-10:
        guess = 0.01 * size / speed
    elif speed > 1e-10:
        guess = 1.0 / speed
    if not (guess > 0.0 and guess <= room):
        guess = room
    return max(guess, 1e-9 * room)


FUNCTIONS = (
    *(leave, next_patient, enter, furnish, absolute, moment, show, write, dose, next_stop),
    first_step,
)
