"""Exponential, logarithm and power for all lanes at once; everything else lane by lane.

exp2 reduces to [-1/2, 1/2] and uses a polynomial of degree 11; log2 reduces to
[sqrt(1/2), sqrt(2)] and uses 2 atanh((m - 1)/(m + 1)). Both were fitted by Chebyshev
interpolation in 40 digits; the tests hold them to a few units in the last place. Rarer functions
are the C library's, called for each lane.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolerogen.engine.native.lanes import Lanes

LIBM = {
    **{name: name for name in ("sin", "cos", "tan", "asin", "acos", "atan")},
    **{name: name for name in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
    "gamma": "tgamma",
}
"""Functions of the C library by our name for them."""

_EXP2 = tuple(
    float.fromhex(x)
    for x in (
        *("0x1.0000000000000p+0", "0x1.62e42fefa39efp-1", "0x1.ebfbdff82c5aep-3"),
        *("0x1.c6b08d704a0c6p-5", "0x1.3b2ab6fb9f1a5p-7", "0x1.5d87fe78a3f9cp-10"),
        *("0x1.430913112c61bp-13", "0x1.ffcbfc6da6ed1p-17", "0x1.62bfc2c86d700p-20"),
        *("0x1.b524ebd13a55fp-24", "0x1.e6228acd1c6e5p-28", "0x1.e9ec1fcb69a7fp-32"),
    )
)
_LOG2 = tuple(
    float.fromhex(x)
    for x in (
        *("0x1.71547652b82fep+1", "0x1.ec709dc3a03fcp-1", "0x1.2776c50ef9fccp-1"),
        *("0x1.a61762a7085b9p-2", "0x1.484b14487386ep-2", "0x1.0c9a5991b72d8p-2"),
        *("0x1.c6a2979e03137p-3", "0x1.8774039897f75p-3", "0x1.87d8ebae99ae1p-3"),
    )
)
_ROUND = float.fromhex("0x1.8p52")
"""Adding this to a double leaves its nearest whole number in the low bits."""
_SMALL = 1e-300
_HALF_ROOT = 0x3FE6A09E667F3BCD
"""Bits of sqrt(1/2)."""
_ROUND_BITS = 0x4338000000000000
"""Bits of `_ROUND`."""


def _polynomial(b: Lanes, coefficients: tuple[float, ...], x: str) -> str:
    """Evaluate by Estrin's scheme: short chains, so that the processor can overlap them."""
    terms = [b.const(c) for c in coefficients]
    power = x
    while len(terms) > 1:
        paired = [b.fma(terms[i + 1], power, terms[i]) for i in range(0, len(terms) - 1, 2)]
        terms = paired + (terms[-1:] if len(terms) % 2 else [])
        if len(terms) > 1:
            power = b.do("mul", power, power)
    return terms[0]


def _whole(b: Lanes, value: int) -> str:
    return "<" + ", ".join([f"i64 {value}"] * b.width) + ">"


def _exp2(b: Lanes) -> str:
    bits = f"<{b.width} x i64>"
    low = b.larger("%x", b.const(-1022.0))
    x = b.choose(b.compare("olt", low, b.const(1023.0)), low, b.const(1023.0))
    shifted = b.put(f"fadd {b.type} {x}, {b.const(_ROUND)}")
    whole = b.put(f"fsub {b.type} {shifted}, {b.const(_ROUND)}")
    fraction = b.do("sub", x, whole)
    found = _polynomial(b, _EXP2, fraction)
    exponent = b.put(f"bitcast {b.type} {shifted} to {bits}")
    exponent = b.put(f"shl {bits} {exponent}, {_whole(b, 52)}")
    scaled = b.put(f"add {bits} {b.put(f'bitcast {b.type} {found} to {bits}')}, {exponent}")
    result = b.put(f"bitcast {bits} {scaled} to {b.type}")
    result = b.choose(b.compare("ogt", "%x", b.const(1023.0)), b.const(math.inf), result)
    result = b.choose(b.compare("olt", "%x", b.const(-1022.0)), b.const(0.0), result)
    return b.choose(b.compare("uno", "%x", "%x"), "%x", result)


def _log2(b: Lanes) -> str:
    """Logarithm of a normal positive number."""
    bits = f"<{b.width} x i64>"
    x = b.put(f"bitcast {b.type} %x to {bits}")
    exponent = b.put(f"sub {bits} {x}, {_whole(b, _HALF_ROOT)}")
    exponent = b.put(f"ashr {bits} {exponent}, {_whole(b, 52)}")
    mantissa = b.put(f"sub {bits} {x}, {b.put(f'shl {bits} {exponent}, {_whole(b, 52)}')}")
    mantissa = b.put(f"bitcast {bits} {mantissa} to {b.type}")
    whole = b.put(f"add {bits} {exponent}, {_whole(b, _ROUND_BITS)}")
    whole = b.put(f"bitcast {bits} {whole} to {b.type}")
    whole = b.put(f"fsub {b.type} {whole}, {b.const(_ROUND)}")
    z = b.do("div", b.do("sub", mantissa, b.const(1)), b.do("add", mantissa, b.const(1)))
    return b.fma(_polynomial(b, _LOG2, b.do("mul", z, z)), z, whole)


def _exp(b: Lanes) -> str:
    """e^x = 2^k e^r with r = x - k ln 2, the product in two parts so that it stays exact."""
    inside = b.choose(b.compare("olt", "%x", b.const(720.0)), "%x", b.const(720.0))
    inside = b.larger(inside, b.const(-720.0))
    scaled = b.do("mul", inside, b.const(1 / math.log(2)))
    shifted = b.put(f"fadd {b.type} {scaled}, {b.const(_ROUND)}")
    whole = b.put(f"fsub {b.type} {shifted}, {b.const(_ROUND)}")
    high, low = float.fromhex("0x1.62e42fee00000p-1"), float.fromhex("0x1.a39ef35793c76p-33")
    rest = b.do("sub", inside, b.do("mul", whole, b.const(high)))
    rest = b.do("sub", rest, b.do("mul", whole, b.const(low)))
    part = b.call("lane_exp2", b.do("mul", rest, b.const(1 / math.log(2))))
    result = b.do("mul", part, b.call("lane_exp2", whole))
    result = b.choose(b.compare("ogt", "%x", b.const(709.782712893384)), b.const(math.inf), result)
    return b.choose(b.compare("uno", "%x", "%x"), "%x", result)


def _ln(b: Lanes) -> str:
    safe = b.larger("%x", b.const(_SMALL))
    found = b.do("mul", b.call("lane_log2", safe), b.const(math.log(2)))
    zero = b.choose(b.compare("oeq", "%x", b.const(0)), b.const(-math.inf), b.const(math.nan))
    found = b.choose(b.compare("ogt", "%x", b.const(0)), found, zero)
    return b.choose(b.compare("oeq", "%x", b.const(math.inf)), b.const(math.inf), found)


def _root(b: Lanes) -> str:
    """x^y for a positive fraction y; 0 where x is not positive, as solvers overshoot."""
    safe = b.larger("%x", b.const(_SMALL))
    found = b.call("lane_exp2", b.do("mul", "%y", b.call("lane_log2", safe)))
    return b.choose(b.compare("ogt", "%x", b.const(_SMALL)), found, b.const(0))


def _pow(b: Lanes) -> str:
    """x^y for any y; 0 for a fraction of a negative number, as solvers overshoot."""
    size = b.intrinsic("fabs", "%x")
    safe = b.larger(size, b.const(_SMALL))
    found = b.call("lane_exp2", b.do("mul", "%y", b.call("lane_log2", safe)))
    up = b.choose(b.compare("ogt", "%y", b.const(0)), b.const(0), b.const(math.inf))
    found = b.choose(b.compare("olt", size, b.const(_SMALL)), up, found)
    whole = b.compare("oeq", b.intrinsic("floor", "%y"), "%y")
    half = b.do("mul", "%y", b.const(0.5))
    even = b.compare("oeq", b.intrinsic("floor", half), half)
    signed = b.choose(whole, b.choose(even, found, b.negate(found)), b.const(0))
    found = b.choose(b.compare("olt", "%x", b.const(0)), signed, found)
    return b.choose(b.compare("oeq", "%y", b.const(0)), b.const(1), found)


_OURS = {
    "exp2": (_exp2, "%x"),
    "log2": (_log2, "%x"),
    "exp": (_exp, "%x"),
    "ln": (_ln, "%x"),
    "root": (_root, "%x, %y"),
    "pow": (_pow, "%x, %y"),
}
_USES = {"exp": ("exp2",), "ln": ("log2",), "root": ("exp2", "log2"), "pow": ("exp2", "log2")}


def definitions(width: int, functions: set[str]) -> str:
    """Return the functions asked for, those they use, and the intrinsics, as text."""
    from tolerogen.engine.native.lanes import Lanes

    wanted = set(functions)
    for name in functions:
        wanted.update(_USES.get(name, ()))
    vector, suffix = f"<{width} x double>", f"v{width}f64"
    parts = [
        f"declare {vector} @llvm.{n}.{suffix}({vector})" for n in ("sqrt", "fabs", "floor", "ceil")
    ]
    for name in sorted(wanted):
        b = Lanes(width)
        if name in _OURS:
            body, given = _OURS[name]
            result = body(b)
        else:
            given, result = "%x", _lane_by_lane(b, name)
            parts.append(f"declare double @{LIBM[name]}(double)")
        listed = ", ".join(f"{vector} {x}" for x in given.split(", "))
        inline = "alwaysinline" if name in ("exp2", "log2") else "noinline"
        parts.append(
            f"define internal {vector} @lane_{name}({listed}) {inline} #0 {{\n"
            + "\n".join(b.lines)
            + f"\n  ret {vector} {result}\n}}"
        )
    return "\n".join(parts)


def _lane_by_lane(b: Lanes, name: str) -> str:
    result = "undef"
    for lane in range(b.width):
        one = b.put(f"extractelement {b.type} %x, i32 {lane}")
        value = b.put(f"call double @{LIBM[name]}(double {one})")
        result = b.put(f"insertelement {b.type} {result}, double {value}, i32 {lane}")
    return result
