"""The structure the driver works on: everything it needs to know, as numbers and arrays.

Names: ``r_`` first row of a group in the block (see `layout`), ``n_`` how many, ``k_`` address of
a kernel. Arrays with two indices have a row length; lanes are always the last index.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.engine.native.blueprint import KERNELS, EventTable
from tolerogen.engine.native.layout import Layout, Sizes
from tolerogen.engine.native.translate import Field, structure

PAIR = 16
"""Numbers in a pair of cache lines."""
KINDS = 12
"""Kinds of moment after which the first step is remembered, per patient."""

_COUNTS = (
    *("n_given", "n_held", "n_inputs", "n_states", "n_doseable", "n_switches"),
    *("n_observables", "n_events", "n_times", "n_patients", "n_effects"),
    *("n_massless", "n_start"),
)
_WHOLE = (
    "width",
    "stages",
    "out_first",
    "out_block",
    "longest",
    "lock",
    "n_watched",
    "pending",
    *_COUNTS,
)
_REAL = ("rtol", "calm", "atol", "end", "near")
_LANE_WHOLE = (
    *("who", "output", "plan_at", "fresh", "kind", "steps", "rejections", "misses"),
    *("fault", "hits", "accepted", "turned", "due", "unsound", "queued", "chance"),
)
_LANE_REAL = (
    *("stop", "land", "next_h", "last_h", "last_pace", "change"),
    *("after", "reach", "low", "high"),
)

FIELDS: tuple[Field, ...] = (
    *(Field(f"k_{k}", "int") for k in KERNELS),
    *(Field(f"r_{f.name}", "int") for f in fields(Layout)),
    *(Field(name, "int") for name in _WHOLE),
    *(Field(name, "float") for name in _REAL),
    Field("block", "floats", "width"),
    # patients
    Field("values", "floats", "n_given"),
    Field("begin", "floats", "n_states"),
    Field("final", "floats", "n_states"),
    Field("massless", "ints"),
    Field("times", "floats"),
    Field("out", "floats"),
    *(Field(name, "ints") for name in ("status", "steps_of", "rejections_of", "unsound_of")),
    Field("time_of", "floats"),
    # 0: stop when not 0; 1: patients done; 2, 3: first and end of those taken and not yet begun
    Field("signal", "ints"),
    Field("taken", "ints"),  # runs of patients taken, by all threads that share it
    # doses: a plan is a list of stops, a stop has boluses and infusion rates
    *(Field(name, "ints") for name in ("plan_of", "plan_first", "stop_kind")),
    Field("stop_time", "floats"),
    *(Field(name, "ints") for name in ("bolus_first", "bolus_what", "dose_state")),
    Field("bolus_amount", "floats"),
    Field("flow", "floats", "n_inputs"),
    Field("flow_what", "ints"),
    Field("largest", "floats", "n_doseable"),
    # events
    *(Field(f"event_{f.name}", "ints") for f in fields(EventTable)),
    # lanes: state of each
    *(Field(n, "ints") for n in _LANE_WHOLE),
    *(Field(n, "floats") for n in _LANE_REAL),
    Field("first_h", "floats", "width"),
    Field("was", "ints", "width"),
    Field("seen", "ints", "width"),
    Field("queue_event", "ints", "width"),
    Field("queue_time", "floats", "width"),
    Field("queue_value", "floats", "width"),
)

_Structure = structure("Problem", FIELDS)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    class Problem:
        """The structure, as far as the type checker is concerned."""

        def __getattr__(self, name: str) -> Any: ...

else:
    Problem = _Structure


def problem(values: Mapping[str, Any]) -> ctypes.Structure:
    """Fill the structure; arrays must be contiguous and outlive it.

    Raises
    ------
    KeyError
        When a field is missing.
    """
    filled = {}
    for field in FIELDS:
        value = values[field.name]
        if field.array:
            wanted = np.int64 if field.kind == "ints" else np.float64
            if value.dtype != wanted or not value.flags.c_contiguous:
                raise TypeError(f"{field.name} must be a contiguous array of {wanted.__name__}")
            value = value.ctypes.data
        filled[field.name] = value
    return _Structure(**filled)


def pending(events: int) -> int:
    """Return how many events may wait in one patient at a time."""
    return 64 + 2 * events if events else 1


def lane_arrays(width: int, sizes: Sizes) -> dict[str, Any]:
    """Return the arrays that hold the state of the lanes."""
    waiting = pending(sizes.triggers)
    whole = {
        **dict.fromkeys(_LANE_WHOLE, 1),
        "was": max(sizes.triggers, 1),
        "seen": max(sizes.watched, 1),
        "queue_event": waiting,
    }
    real = {
        **dict.fromkeys(_LANE_REAL, 1),
        "first_h": KINDS,
        "queue_time": waiting,
        "queue_value": waiting * max(sizes.effects, 1),
    }
    # one piece of memory a thread: small arrays on their own may lie in one cache line with those
    # of another thread, and every step writes to them
    memory = apart(sum(whole.values()) + sum(real.values()), width)
    arrays, row = {}, 0
    for name, rows in (*whole.items(), *real.items()):
        arrays[name] = memory[row : row + rows]
        row += rows
    return arrays | {name: arrays[name].view(np.int64) for name in whole}


def apart(rows: int, width: int) -> NDArray[np.float64]:
    """Return zeroed memory, shape (rows, width), that shares no cache line with anything else.

    A pair of lines lies free on either side: processors fetch them in pairs.
    """
    raw = np.zeros(rows * width + 3 * PAIR)
    first = PAIR + (-raw.ctypes.data % (8 * PAIR)) // 8
    return raw[first : first + rows * width].reshape(rows, width)
