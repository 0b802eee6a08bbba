"""Mathematics as written in a model: steps in reverse Polish order.

``k * (S + 1)`` is the steps *k*, *S*, 1, *plus* of two, *times* of two. Evaluating needs a stack
and no recursion, so a sum of ten thousand terms is no deeper than a sum of two.
"""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """One step.

    Attributes
    ----------
    op
        ``number``, ``name``, ``time``, ``rate`` (of a name), ``call`` (of a function of the
        model), or the name of a MathML operation.
    takes
        Operands it takes off the stack.
    name
        The id meant by ``name``, ``rate`` and ``call``.
    value
        The number meant by ``number``.
    bare
        For a ``call``: the operands that are plain names, by position, empty elsewhere. A
        function may ask for the rate of its argument, which only a name has.
    """

    op: str
    takes: int = 0
    name: str = ""
    value: float = 0.0
    bare: tuple[str, ...] = ()


Formula = tuple[Step, ...]


def names(formula: Formula) -> frozenset[str]:
    """Return the ids whose values a formula takes.

    Examples
    --------
    >>> sorted(names((Step("name", name="k"), Step("name", name="S"), Step("times", takes=2))))
    ['S', 'k']
    """
    return frozenset(step.name for step in formula if step.op == "name")
