"""The model's events in one lane: fire, wait, happen (SBML L3V2, section 4.11).

An event fires when its trigger turns from false to true, and happens after its delay. Of the
events due at one time that of the highest priority happens first; then all triggers are looked
at again, since it may have set off others or, where they are not persistent, called them off.
Written in the language of `translate`.
"""

from __future__ import annotations

from tolerogen.engine.native.problem import Problem
from tolerogen.engine.native.translate import call

CROWDED = 6
NEWTON = 30
TINY = 1e-14
"""Step, over the whole time, so short that nothing moves but what must."""
ENDLESS = 10_000
"""Events at one moment after which the patient is given up: they set off one another."""


def here(p: Problem, n: int) -> None:
    """Let the evaluation rows of a lane show its present state and time."""
    for i in range(p.n_states):
        p.block[p.r_stage_y + i, n] = p.block[p.r_y + i, n]
    p.block[p.r_stage_t, n] = p.block[p.r_t, n]


def differs(p: Problem, n: int) -> bool:
    """Tell whether a watched comparison of a lane has turned."""
    for k in range(p.n_watched):
        now = p.block[p.r_trigger + p.n_events + k, n] != 0.0
        if now != (p.seen[k, n] != 0):
            return True
    return False


def look(p: Problem, n: int) -> None:
    """Compute the triggers of a lane as it is now, and keep what is watched."""
    here(p, n)
    call(p.k_trigger, p.block)
    for k in range(p.n_watched):
        p.seen[k, n] = p.block[p.r_trigger + p.n_events + k, n] != 0.0


def fire(p: Problem, n: int) -> bool:
    """Let events fire and happen until nothing more is due; tell whether any happened."""
    happened = False
    for _ in range(ENDLESS):
        look(p, n)
        computed = False
        for e in range(p.n_events):
            now = p.block[p.r_trigger + e, n] != 0.0
            before = p.was[e, n] != 0
            if now and not before:
                if not computed:
                    call(p.k_effect, p.block)
                    computed = True
                enqueue(p, n, e)
            elif before and not now and p.event_persistent[e] == 0:
                forget(p, n, e)
            p.was[e, n] = now
        due = choose(p, n)
        if due < 0:
            return happened
        happen(p, n, due)
        happened = True
    p.fault[n] = CROWDED
    return happened


def enqueue(p: Problem, n: int, e: int) -> None:
    """Put a fired event among those that wait."""
    q = p.queued[n]
    if q >= p.pending:
        p.fault[n] = CROWDED
        return
    first = p.event_first[e]
    p.queue_event[q, n] = e
    p.queue_time[q, n] = p.block[p.r_t, n] + max(0.0, p.block[p.r_effect + first, n])
    for k in range(first, p.event_last[e]):
        p.queue_value[q * p.n_effects + k - first, n] = p.block[p.r_effect + k, n]
    p.queued[n] = q + 1


def remove(p: Problem, n: int, q: int) -> None:
    """Take an event out of those that wait; the others keep their order."""
    last = p.queued[n] - 1
    for k in range(q, last):
        p.queue_event[k, n] = p.queue_event[k + 1, n]
        p.queue_time[k, n] = p.queue_time[k + 1, n]
        for v in range(p.n_effects):
            at = k * p.n_effects + v
            p.queue_value[at, n] = p.queue_value[at + p.n_effects, n]
    p.queued[n] = last


def forget(p: Problem, n: int, e: int) -> None:
    """Drop an event whose trigger has turned false before it happened."""
    q = 0
    while q < p.queued[n]:
        if p.queue_event[q, n] == e:
            remove(p, n, q)
        else:
            q += 1


def choose(p: Problem, n: int) -> int:
    """Choose what happens next: due and of the highest priority; -1 for nothing.

    Events of one priority are drawn by lot, as the standard asks; those without one happen in
    the order in which they fired.
    """
    found = -1
    best = 0.0
    equals = 1
    computed = False
    t = p.block[p.r_t, n]
    for q in range(p.queued[n]):
        if p.queue_time[q, n] > t + 1e-12 * (abs(t) + p.near):
            continue
        e = p.queue_event[q, n]
        priority = -1e300
        if p.event_prioritised[e] != 0:
            if not computed:
                call(p.k_effect, p.block)
                computed = True
            priority = p.block[p.r_effect + p.event_first[e] + 1, n]
        if found < 0 or priority > best:
            found = q
            best = priority
            equals = 1
        elif priority == best and p.event_prioritised[e] != 0:
            equals += 1
            if lot(p, n) * equals < 1.0:
                found = q
    return found


def lot(p: Problem, n: int) -> float:
    """Draw a number between 0 and 1; each patient draws the same ones (Park & Miller 1988)."""
    p.chance[n] = (p.chance[n] * 48271) % 2147483647
    return p.chance[n] / 2147483647.0


def restore(p: Problem, n: int) -> None:
    """Let the states that algebraic rules determine meet their rules (Newton's method)."""
    if p.n_massless == 0:
        return
    h = p.block[p.r_h, n]
    for _ in range(NEWTON):
        p.block[p.r_h, n] = TINY * (abs(p.block[p.r_t, n]) + p.end)
        call(p.k_restore, p.block)
        moved = False
        for k in range(p.n_massless):
            i = p.massless[k]
            change = p.block[p.r_u + i, n]
            p.block[p.r_y + i, n] += change
            if abs(change) > 1e-14 * abs(p.block[p.r_y + i, n]) + 1e-300:
                moved = True
        if not moved:
            break
    p.block[p.r_h, n] = h


def happen(p: Problem, n: int, q: int) -> None:
    """Carry out a waiting event: all its assignments at once."""
    e = p.queue_event[q, n]
    first = p.event_first[e]
    at = q * p.n_effects - first
    call(p.k_effect, p.block)
    for k in range(first + 2, p.event_last[e]):
        value = p.queue_value[at + k, n]
        if p.event_from_trigger[e] == 0:
            value = p.block[p.r_effect + k, n]
        if p.event_factor[k] >= 0:
            value = value * p.block[p.r_effect + p.event_factor[k], n]
        target = p.event_target[k]
        if target >= 0:
            p.block[p.r_y + target, n] = value
        else:
            p.block[p.r_held - 1 - target, n] = value
    remove(p, n, q)
    call(p.k_prepare, p.block)
    call(p.k_infuse, p.block)
    restore(p, n)


FUNCTIONS = (here, differs, look, fire, enqueue, remove, forget, choose, lot, restore, happen)
