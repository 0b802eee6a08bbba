"""Expressions as a graph in which equal things are one thing.

A `Graph` holds expressions as nodes; a node is an integer. Asking twice for ``k*x`` gives the
same integer (*hash consing*), so a sub-expression shared by a hundred rates is stored, derived
and computed once. Constructors simplify as they build: constants fold, ``x + 0`` is ``x``,
factors that do not depend on the state are gathered so that they can be computed once per
patient instead of once per step.

Symbols are of five kinds, by when they change:

=========  ===========================================================
``given``  a value the patient brings, fixed for the run
``held``   a variable that only events change
``input``  the rate at which an infusion enters, piecewise constant
``state``  a variable the equations move
``time``   the time
=========  ===========================================================

`derivative` differentiates exactly. `evaluate` computes a node with ordinary numbers, slowly and
plainly: it is what the compiled code is tested against.
"""

from __future__ import annotations

from tolerogen.engine.expression.derivative import Derivative
from tolerogen.engine.expression.evaluate import evaluate
from tolerogen.engine.expression.graph import Graph

__all__ = ["Derivative", "Graph", "evaluate"]
