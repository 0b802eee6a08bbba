"""What is asked of the lanes, checked already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tolerogen.engine.dose import Dose
from tolerogen.engine.native.tableau import RODAS5P, Tableau


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
    """

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
