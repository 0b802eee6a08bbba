"""Where everything lies: rows of one block of memory, each with one number a lane."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

GUARD = 2
"""Rows kept free at the end, so that no vector load reaches past the block."""


@dataclass(frozen=True)
class Sizes:
    """How many of each thing a compiled model has."""

    given: int
    held: int
    inputs: int
    hoisted: int
    states: int
    stages: int
    dense: int
    factors: int
    observables: int
    triggers: int
    watched: int
    switches: int
    effects: int
    doseable: int


@dataclass(frozen=True)
class Layout:
    """First row of each group.

    Attributes
    ----------
    given, held, input
        What patients bring, what events set, infusion rates.
    hoisted
        Sub-expressions that are steady while the solver steps, computed by ``prepare``.
    switch, share, dose, scale
        Also by ``prepare``: times at which conditions turn; part of planned doses that is given;
        change of a state per amount dosed;
        change of a state per unit of what it is reported as.
    y, new, stage_y
        States: at the start of the step, at its end, where a stage or an output is evaluated.
    u, ft, lu
        Stages (one whole stage after the other: those in use then fill the processor's nearest
        memory evenly), the time derivative of the rates, the factors.
    dense
        Coefficients of the continuous output.
    t, h, error, pace, stage_t, theta, accept, atol, rtol
        One row each, but for ``atol`` (one per state).
    sound
        0 where all observables are finite.
    observable, trigger, effect
        Computed where ``stage_y`` and ``stage_t`` stand. Watched comparisons follow the triggers.
    first_y, first_held
        Values a patient starts with.
    rows
        Rows in all.
    """

    given: int
    held: int
    input: int
    hoisted: int
    switch: int
    share: int
    dose: int
    scale: int
    y: int
    new: int
    stage_y: int
    u: int
    ft: int
    lu: int
    dense: int
    t: int
    h: int
    error: int
    pace: int
    stage_t: int
    theta: int
    accept: int
    atol: int
    rtol: int
    sound: int
    observable: int
    trigger: int
    effect: int
    first_y: int
    first_held: int
    rows: int

    def as_dict(self) -> dict[str, int]:
        """Return the rows by name."""
        return asdict(self)


def arrange(sizes: Sizes) -> Layout:
    """Give every group its rows."""
    n = sizes.states
    lengths = {
        "given": sizes.given,
        "held": sizes.held,
        "input": sizes.inputs,
        "hoisted": sizes.hoisted,
        "switch": sizes.switches,
        "share": sizes.doseable,
        "dose": sizes.doseable,
        "scale": n,
        "y": n,
        "new": n,
        "stage_y": n,
        "u": n * sizes.stages,
        "ft": n,
        "lu": sizes.factors,
        "dense": n * sizes.dense,
        "t": 1,
        "h": 1,
        "error": 1,
        "pace": 1,
        "stage_t": 1,
        "theta": 1,
        "accept": 1,
        "atol": n,
        "rtol": 1,
        "sound": 1,
        "observable": sizes.observables,
        "trigger": sizes.triggers + sizes.watched,
        "effect": sizes.effects,
        "first_y": n,
        "first_held": sizes.held,
    }
    starts: dict[str, int] = {}
    at = 0
    for field in fields(Layout):
        if field.name == "rows":
            continue
        starts[field.name] = at
        at += lengths[field.name]
    return Layout(**starts, rows=at + GUARD)
