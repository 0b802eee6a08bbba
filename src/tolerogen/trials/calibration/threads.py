"""Small products of matrices on one thread: on two they are slower, on busy ones far slower."""

from __future__ import annotations

from contextlib import AbstractContextManager


def one_thread() -> AbstractContextManager[object]:
    """Keep linear algebra to one thread within a ``with`` block."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1)
    return limits
