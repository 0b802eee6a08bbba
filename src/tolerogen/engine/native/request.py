"""What is asked of the lanes, checked already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.dose import Dose
from tolerogen.engine.native.tableau import RODAS5P, Tableau
from tolerogen.engine.rules import DosingRule


@dataclass(frozen=True)
class Request:
    """What is asked of the lanes, checked already.

    Attributes
    ----------
    sbml
        The model.
    columns, values
        What the patients bring: ids, and patient x id.
    doses
        One tuple per patient; the same object where they share it.
    times
        Output times, days.
    observables
        Ids to report.
    rtol, atol
        Tolerances.
    threads
        Most threads.
    method
        The Rosenbrock method.
    width
        Lanes; None for the width of this machine.
    check
        Whether to measure the error that was reached.
    rest
        Start every patient where the untreated model comes to rest.
    rules
        Dosing rules, the same for all.
    """

    @cached_property
    def dosed(self) -> tuple[str, ...]:
        """Species that doses enter, planned ones and those of rules."""
        groups = {id(group): group for group in self.doses}.values()
        planned = {dose.into for group in groups for dose in group}
        return tuple(sorted(planned | {rule.into for rule in self.rules if rule.into}))

    sbml: str
    columns: tuple[str, ...]
    values: NDArray[np.float64]
    doses: Sequence[tuple[Dose, ...]]
    times: NDArray[np.float64]
    observables: tuple[str, ...]
    rtol: float
    atol: float | None
    threads: int
    method: Tableau = RODAS5P
    width: int | None = None
    check: bool = True
    rest: bool = False
    rules: tuple[DosingRule, ...] = ()
