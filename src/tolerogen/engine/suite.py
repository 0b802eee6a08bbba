"""The public SBML Test Suite on the native engine: which cases pass, fail, are refused, and why.

A case is a folder with a model, settings and expected results. It passes when every value meets
the suite's own rule, ``|got - expected| <= absolute + relative * |expected|``, computed by the
native lanes: nothing falls back on another solver.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tolerogen.errors import ModelError, SpecError

RTOL = 1e-8
"""Well below the suite's tolerances, so that a failure is one of meaning, not of accuracy."""
ATOL = 1e-14
"""Largest absolute tolerance: the suite has models with values of 1e-13 and less."""

Verdict = Literal["passed", "failed", "refused"]


@dataclass(frozen=True)
class CaseResult:
    """What became of a case; `reason` is empty when it passed."""

    case: str
    status: Verdict
    reason: str = ""


@dataclass(frozen=True)
class SuiteResult:
    """What became of all cases."""

    cases: tuple[CaseResult, ...]

    def summary(self) -> dict[str, Any]:
        """Return counts, and the reasons of those that did not pass with how often."""
        counts = Counter(case.status for case in self.cases)
        return {
            "cases": len(self.cases),
            **{name: counts.get(name, 0) for name in ("passed", "failed", "refused")},
            "refused_by": dict(Counter(c.reason for c in self.cases if c.status == "refused")),
            "failed_by": dict(Counter(c.reason for c in self.cases if c.status == "failed")),
        }

    def document(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {"cases": [asdict(case) for case in self.cases], "summary": self.summary()}


@dataclass(frozen=True)
class Case:
    """A case as it lies in its folder."""

    name: str
    sbml: str
    variables: tuple[str, ...]
    amounts: frozenset[str]
    absolute: float
    relative: float
    times: NDArray[np.float64]
    expected: NDArray[np.float64]


def read_case(folder: Path) -> Case:
    """Read one case.

    Raises
    ------
    SpecError
        When a file is missing or cannot be understood.
    """
    name = folder.name
    try:
        models = sorted(folder.glob(f"{name}-sbml-l*.xml"))
        sbml = models[-1].read_text(encoding="utf-8")  # the highest level sorts last
        lines = (folder / f"{name}-settings.txt").read_text(encoding="utf-8").splitlines()
        settings = {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        with (folder / f"{name}-results.csv").open(newline="", encoding="utf-8") as handle:
            rows = [row for row in csv.reader(handle) if row]
        head = [cell.strip() for cell in rows[0]]
        table = np.array([[float(cell) for cell in row] for row in rows[1:]])
        variables = tuple(_ids(settings["variables"]))
        expected = table[:, [head.index(v, 1) for v in variables]]
        return Case(
            name,
            sbml,
            variables,
            frozenset(_ids(settings.get("amount", ""))),
            float(settings["absolute"]),
            float(settings["relative"]),
            table[:, 0],
            expected,
        )
    except (OSError, IndexError, KeyError, ValueError) as error:
        raise SpecError(f"{folder}: this is no case of the suite ({error}).") from None


def _ids(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,]+", text) if part]


def check_case(folder: Path) -> CaseResult:
    """Run one case on the native engine."""
    from tolerogen.engine.reader import Refusal

    try:
        case = read_case(folder)
        return _compare(case)
    except Refusal as refusal:
        return CaseResult(folder.name, "refused", refusal.feature)
    except (SpecError, ModelError) as error:
        return CaseResult(folder.name, "failed", f"cannot be read: {error}")
    except Exception as error:  # a defect of ours must not take the other cases with it
        return CaseResult(folder.name, "failed", f"{type(error).__name__}: {error}")


def _compare(case: Case) -> CaseResult:
    from tolerogen.engine.native.request import Request
    from tolerogen.engine.native.solve import solve
    from tolerogen.engine.sbml import outline, parse
    from tolerogen.engine.status import Status

    declared = outline(parse(case.sbml))
    species = [v for v in case.variables if v in declared.species]
    homes = sorted({declared.home[s] for s in species} - set(case.variables))
    names = (*case.variables, *homes)
    scale = np.abs(case.expected[np.isfinite(case.expected)])
    smallest = float(scale[scale > 0].min()) if (scale > 0).any() else 1.0
    request = Request(
        sbml=case.sbml,
        columns=(),
        values=np.zeros((1, 0)),
        doses=[()],
        times=case.times,
        observables=names,
        rtol=RTOL,
        atol=min(ATOL, 1e-6 * smallest, 1e-2 * case.absolute),
        threads=1,
        check=False,
    )
    solved = solve(request)
    if solved.status[0] != 0:
        return CaseResult(case.name, "failed", Status(int(solved.status[0])).cause)
    got = {name: solved.courses[0, :, i] for i, name in enumerate(names)}
    for i, name in enumerate(case.variables):
        value = got[name]
        if name in species:
            power = int(name in case.amounts) - int(name in declared.amounts)
            value = value * got[declared.home[name]] ** power
        if not _agree(value, case.expected[:, i], case):
            return CaseResult(case.name, "failed", f"values of {name} differ")
    return CaseResult(case.name, "passed")


def _agree(got: NDArray[np.float64], expected: NDArray[np.float64], case: Case) -> bool:
    usual = np.isfinite(expected)
    odd = (got == expected) | (np.isnan(got) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        close = np.abs(got - expected) <= case.absolute + case.relative * np.abs(expected)
    return bool(np.where(usual, close, odd).all())


def check_suite(
    folder: str | Path,
    progress: Callable[[int, int], None] | None = None,
    processes: int | None = None,
) -> SuiteResult:
    """Run every case in a folder on the native engine.

    Parameters
    ----------
    folder
        Holds one folder a case, named by its number.
    progress
        Called with (cases done, cases in all).
    processes
        Cases run at a time; one per core by default.

    Returns
    -------
    SuiteResult
        One result a case, in the order of their names.

    Raises
    ------
    SpecError
        When there are no cases in the folder.
    """
    folders = sorted(p for p in Path(folder).glob("*") if (p / f"{p.name}-settings.txt").is_file())
    if not folders:
        raise SpecError(
            f"{folder}: no case of the SBML Test Suite is here; give the folder that holds the "
            "numbered case folders."
        )
    results = []
    for result in _each(folders, processes):
        results.append(result)
        if progress is not None:
            progress(len(results), len(folders))
    return SuiteResult(tuple(results))


def _each(folders: list[Path], processes: int | None) -> Iterable[CaseResult]:
    from tolerogen.engine.native.batch import cores

    count = min(processes or cores(), len(folders))
    if count == 1:
        yield from map(check_case, folders)
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(check_case, folder) for folder in folders]
        for folder, future in zip(folders, futures, strict=True):
            try:
                yield future.result()
            except BrokenProcessPool:
                yield _alone(folder)


def _alone(folder: Path) -> CaseResult:
    """Run a case in a process of its own, after one of them took its process down."""
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(check_case, folder).result()
    except BrokenProcessPool:
        return CaseResult(folder.name, "failed", "the process ended")
