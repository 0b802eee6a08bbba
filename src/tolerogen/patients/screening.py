"""Letting patients in: candidates in order, each seen through a noisy eye.

Criteria are looked at on the screening visit and, where ``placebo.toml`` says so, again at
baseline, on the very values that `observe` reports for day 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.diseases.endpoints import Endpoints, read_endpoints, total
from tolerogen.errors import SpecError, choices
from tolerogen.parameters import Parameter
from tolerogen.patients.assessment import Assessment
from tolerogen.patients.covariates import read_covariates
from tolerogen.patients.placebo import read_placebo
from tolerogen.patients.population import Population, draw, parameter_value
from tolerogen.patients.streams import STRIDE, normals

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease

    Array = NDArray[np.float64]

MOST_CANDIDATES = 200
"""Candidates per patient wanted after which screening gives up."""


@dataclass(frozen=True)
class Criterion:
    """A condition on a measure or covariate at entry.

    Attributes
    ----------
    measure
        A measure of the endpoints (``essdai``, ``esspri``, ``igg``) or a covariate
        (``age``, ``anti_ro``; yes is 1).
    minimum, maximum
        Bounds, both inclusive; None where there is none.
    domains
        For a domain score: count only these domains.
    """

    measure: str
    minimum: float | None = None
    maximum: float | None = None
    domains: tuple[str, ...] = ()

    def holds(self, value: Array) -> NDArray[np.bool_]:
        """Tell which values lie within the bounds."""
        held = ~np.isnan(value)
        if self.minimum is not None:
            held &= value >= self.minimum
        if self.maximum is not None:
            held &= value <= self.maximum
        return held

    def __str__(self) -> str:
        """Read as a sentence part, such as ``essdai of at least 6``."""
        parts = []
        if self.minimum is not None:
            parts.append(f"of at least {self.minimum:g}")
        if self.maximum is not None:
            parts.append(f"of at most {self.maximum:g}")
        within = f" within {', '.join(self.domains)}" if self.domains else ""
        return f"{self.measure} {' and '.join(parts)}{within}"


def screen(
    disease: Disease,
    n: int,
    *,
    seed: int,
    replicate: int = 0,
    criteria: Sequence[Criterion] = (),
    extra: Sequence[Parameter] = (),
    progress: Callable[[int, int], None] | None = None,
    start: int = 0,
) -> Population:
    """Screen candidates in order until `n` meet all criteria.

    Parameters
    ----------
    n
        Patients wanted.
    seed
        The run's seed.
    replicate
        Number of the trial: its candidates are numbered from ``replicate * 10_000_000``.
    criteria
        Conditions at entry; none lets everybody in.
    extra
        As for `sample_population`.
    progress
        Called with the number let in so far and `n`.
    start
        Number of candidates of this trial that are passed over.

    Returns
    -------
    Population
        The patients, what was seen at screening, and how many were screened up to the last one
        let in. The first patients are the same whatever `n`.

    Raises
    ------
    SpecError
        When a criterion names an unknown measure or domain, or so few candidates qualify that
        200 per patient wanted were not enough; it names the rarest criterion.
    """
    if n < 1:
        raise SpecError(f"{n} patients were asked for; give at least 1.")
    _check(disease, criteria)
    kept: list[Population] = []
    found, looked, passed = 0, 0, np.zeros(len(criteria))
    # the candidates of the next replicate begin at the next multiple of the stride
    most = min(MOST_CANDIDATES * n, STRIDE - start)
    if n > most:
        raise SpecError(f"{n} patients were asked for; a trial holds at most {STRIDE}.")
    while found < n:
        if looked >= most:
            raise SpecError(_too_rare(criteria, passed / looked, found, looked))
        size = min(max(4 * (n - found), 64), most - looked)
        indices = np.arange(looked, looked + size, dtype=np.int64) + replicate * STRIDE + start
        candidates, met = _look(disease, indices, seed, replicate, criteria)
        passed += met.sum(axis=1)
        chosen = np.flatnonzero(met.all(axis=0))[: n - found]
        looked += size if found + len(chosen) < n else int(chosen[-1]) + 1
        found += len(chosen)
        kept.append(candidates.take(indices[chosen]))
        if progress is not None:
            progress(found, n)
    return with_parameters(joined(kept, looked), extra)


def _look(
    disease: Disease,
    indices: NDArray[np.int64],
    seed: int,
    replicate: int,
    criteria: Sequence[Criterion],
) -> tuple[Population, NDArray[np.bool_]]:
    """Draw and see candidates; also which criteria each meets, (criteria, patients)."""
    import pandas as pd

    candidates = draw(disease, indices, seed)
    screening = read_placebo(disease.folder).screening
    days = np.array([screening.day, 0.0] if screening.recheck else [screening.day])
    seen = Assessment(disease, candidates, days, seed, replicate, treated=False).measure({})
    visits = [
        pd.DataFrame({k: v[:, at] for k, v in seen.items()}, index=candidates.parameters.index)
        for at in range(len(days))
    ]
    endpoints = read_endpoints(disease.folder)
    met = np.ones((len(criteria), len(indices)), dtype=bool)
    for row, criterion in enumerate(criteria):
        for table in visits:
            met[row] &= criterion.holds(_value(criterion, table, candidates, endpoints))
    return replace(candidates, screening=visits[0]), met


def _value(
    criterion: Criterion, table: pd.DataFrame, candidates: Population, endpoints: Endpoints
) -> Array:
    name = criterion.measure
    if criterion.domains:
        levels = {d.id: table[endpoints.level_column(d.id)].to_numpy() for d in endpoints.domain}
        return total(levels, endpoints.domain, name, criterion.domains)
    source = table if name in table else candidates.covariates
    return np.asarray(source[name].to_numpy(), dtype=float)


def _check(disease: Disease, criteria: Sequence[Criterion]) -> None:
    endpoints = read_endpoints(disease.folder)
    covariates = [c.id for c in read_covariates(disease.folder).covariate]
    scores = {s.id for s in endpoints.score}
    domains = {d.id for d in endpoints.domain}
    for c in criteria:
        known = (*endpoints.measures, *covariates)
        if c.measure not in known:
            raise SpecError(
                f"entry criterion: there is no measure or covariate '{c.measure}'; "
                f"{choices(c.measure, known)}"
            )
        if c.domains and c.measure not in scores:
            raise SpecError(
                f"entry criterion on '{c.measure}': only a domain score can be restricted to "
                f"domains; {choices(c.measure, scores)}"
            )
        for name in c.domains:
            if name not in domains:
                raise SpecError(f"entry criterion: no domain '{name}'; {choices(name, domains)}")


def _too_rare(criteria: Sequence[Criterion], share: Array, found: int, looked: int) -> str:
    rarest = criteria[int(np.argmin(share))]
    return (
        f"only {found} of {looked} candidates met all entry criteria. The rarest is {rarest}, "
        f"met by {100 * share.min():.1f} %. Relax it, or ask for a population that has it."
    )


def joined(parts: Sequence[Population], looked: int) -> Population:
    """Put groups of patients together; `looked` is how many candidates were screened for them."""
    import pandas as pd

    first = parts[0]
    tables = {
        name: pd.concat([getattr(part, name) for part in parts])
        for name in ("parameters", "covariates", "baselines", "screening")
    }
    return Population(first.disease_id, first.seed, screened=looked, **tables)


def with_parameters(population: Population, extra: Sequence[Parameter]) -> Population:
    """Add parameters that differ between patients, the same as `sample_population` would."""
    if not extra:
        return population
    drawn = {
        p.id: parameter_value(
            p, normals(population.seed, f"extra/{p.id}", population.patients)[:, 0]
        )
        for p in extra
    }
    return replace(population, parameters=population.parameters.assign(**drawn))
