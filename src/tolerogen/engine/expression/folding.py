"""What operations do to plain numbers, with infinities instead of exceptions."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

SIGNS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "pow": "^",
    "lt": "<",
    "le": "<=",
    "eq": "==",
    "and": "&&",
}

RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "eq": operator.eq,
}


def _guarded(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return a function that answers NaN outside its domain, and infinity beyond its range."""

    def safe(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan

    return safe


def _ln(x: float) -> float:
    return -math.inf if x == 0 else math.log(x)


def _round_with(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda x: float(function(x)) if math.isfinite(x) else x


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": _guarded(math.exp),
    "ln": _guarded(_ln),
    "sqrt": _guarded(math.sqrt),
    "abs": abs,
    "floor": _round_with(math.floor),
    "ceil": _round_with(math.ceil),
    "gamma": _guarded(math.gamma),
    **{
        name: _guarded(getattr(math, name))
        for name in (
            *("sin", "cos", "tan", "asin", "acos", "atan"),
            *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
        )
    },
}
"""Functions of one number, as the standard library computes them."""


def power(x: float, y: float) -> float:
    """Return x ** y, NaN where it is not real and infinity where it overflows."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if x == 0 else math.nan


def divide(x: float, y: float) -> float:
    """Return x / y as IEEE 754 does: infinite or NaN where y is 0."""
    if y != 0:
        return x / y
    if x == 0 or math.isnan(x):
        return math.nan
    return math.copysign(math.inf, x) * math.copysign(1.0, y)
