"""What is open in a design: read from the ``[design]`` table of a trial file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices
from tolerogen.trials.designs.read import read_plan
from tolerogen.trials.load import load_trial, read_file, read_trial
from tolerogen.trials.measures import measures
from tolerogen.trials.schema import validate
from tolerogen.trials.spec import Endpoint, TrialSpec
from tolerogen.units import convert

if TYPE_CHECKING:
    from tolerogen.patients import Criterion
    from tolerogen.trials.designs import Plan
    from tolerogen.trials.designs.crossover import Crossover
    from tolerogen.trials.designs.withdrawal import Withdrawal
    from tolerogen.trials.schema import DesignTable
    from tolerogen.trials.validation.posterior import Posterior

SLACK = 1e-6  # days


@dataclass(frozen=True)
class Entry:
    """A way of entry: the criteria of the trial, with one replaced or added."""

    name: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Options:
    """A trial and what is open in it.

    Attributes
    ----------
    spec
        The trial, with the largest number of patients.
    sizes
        Patients, all arms together, rising.
    days
        Visits at which the endpoint may be read.
    measures, rules
        Ids of measures compared by their change, and of responder rules compared by shares.
    entries
        Ways of entry.
    power, alpha
        Wanted; alpha is one-sided.
    replicates
        Trials simulated for each way of entry, with and without effect.
    plan
        The design, where it is not a parallel trial of fixed size.
    posterior
        Parameter sets over which the probability of success is averaged; None for none.
    """

    spec: TrialSpec
    sizes: tuple[int, ...]
    days: tuple[float, ...]
    measures: tuple[str, ...]
    rules: tuple[str, ...]
    entries: tuple[Entry, ...]
    power: float
    alpha: float
    replicates: int
    plan: Plan | Withdrawal | Crossover | None = None
    posterior: Posterior | None = None

    def changed(
        self,
        replicates: int | None = None,
        seed: int | None = None,
        posterior: Posterior | None = None,
    ) -> Options:
        """Return the options with another number of trials, seed or posterior."""
        count = self.replicates if replicates is None else replicates
        spec = self.spec if seed is None else replace(self.spec, seed=seed)
        sets = self.posterior if posterior is None else posterior
        return replace(self, spec=spec, replicates=count, posterior=sets)


def load_options(path: str | Path) -> Options:
    """Read a trial file with a ``[design]`` table.

    Parameters
    ----------
    path
        TOML file, as for `load_trial`.

    Raises
    ------
    SpecError
        What `load_trial` refuses; no ``[design]``; no reference arm; sizes smaller than a block,
        visits that the trial does not have, unknown endpoints or measures.
    """
    return _options(load_trial(path), read_file(path).design, Path(path))


def read_options(text: str, where: str = "trial.toml") -> Options:
    """Read the text of such a file that came from elsewhere: it may name the libraries only.

    Parameters
    ----------
    text
        TOML, as `load_options` takes it.
    where
        What the text is called in errors; no file is looked for.

    Raises
    ------
    SpecError
        As `load_options` and `read_trial`.
    """
    spec = read_trial(text, where)  # which parses the text, and refuses paths
    return _options(spec, validate(tomllib.loads(text), where=where).design, Path(where))


def _options(spec: TrialSpec, table: DesignTable | None, path: Path) -> Options:
    where = path.name
    if table is None:
        raise SpecError(
            f"{where}: there is no [design] table. Add one that says what is open, for example "
            "'patients = [60, 120, 180]', or use 'tolerogen trial run'."
        )
    crossed = table.crossover is not None
    if not crossed and (spec.reference is None or len(spec.arms) < 2):
        raise SpecError(f"{where}: a design compares arms; it needs a placebo arm and another.")
    sizes = tuple(sorted(set(table.patients)))
    if sizes[0] < 2 * spec.block:
        raise SpecError(
            f"{where}: [design] patients: {sizes[0]} is fewer than two blocks of {spec.block}; "
            "no arm could be analysed."
        )
    continuous, rules = _endpoints(table, spec, where)
    return Options(
        spec=replace(spec, patients=sizes[-1], draws=()),
        sizes=sizes,
        days=_days(table, spec, where),
        measures=continuous,
        rules=rules,
        entries=_entries(table, spec, where),
        power=table.power,
        alpha=table.alpha,
        replicates=table.replicates,
        plan=read_plan(table, spec, where),
        posterior=_posterior(table, spec, path),
    )


def endpoint(options: Options, measure: str, day: float) -> Endpoint:
    """Return the endpoint of an option; that of the file where it is the same measure."""
    spec = options.spec
    given = {e.measure.id: e for e in reversed(spec.endpoints)}.get(measure)
    known = given.measure if given else measures(spec.disease)[measure]
    analysis = given.analysis if given else "ancova"
    return Endpoint(known, day, level=1 - 2 * options.alpha, analysis=analysis)


def _posterior(table: DesignTable, spec: TrialSpec, path: Path) -> Posterior | None:
    from tolerogen.trials.validation.posterior import read_posterior

    if table.posterior is None:
        return None
    if table.crossover is not None:
        raise SpecError(
            f"{path.name}: [design] posterior: exposure in a cross-over rests on the parameters of "
            "the drug; a posterior of the disease says nothing about it. Leave it out."
        )
    sets = read_posterior(path.parent / table.posterior)
    list(sets.diseases(spec.disease))  # a draw that does not fit is refused before the long run
    return sets


def _endpoints(
    table: DesignTable, spec: TrialSpec, where: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    from tolerogen.diseases.endpoints import read_endpoints

    rules = [rule.id for rule in read_endpoints(spec.disease.folder).responder]
    known = measures(spec.disease)
    wanted = table.endpoints or [spec.endpoint.measure.id]
    for name in wanted:
        if name not in known and name not in rules:
            raise SpecError(
                f"{where}: [design] endpoints: there is no measure or responder rule '{name}'; "
                f"{choices(name, [*known, *rules])}"
            )
    return tuple(n for n in wanted if n in known), tuple(n for n in wanted if n not in known)


def _days(table: DesignTable, spec: TrialSpec, where: str) -> tuple[float, ...]:
    key = f"{where}: [design] at"
    days = [convert(text, "day", where=key) for text in table.at] or [spec.endpoint.day]
    found = []
    for day in days:
        near = [visit for visit in spec.visits if abs(visit - day) < SLACK and visit > 0]
        if not near:
            raise SpecError(
                f"{key}: the trial has no visit after baseline at week {day / 7:g}; it has weeks "
                f"{', '.join(f'{visit / 7:g}' for visit in spec.visits[1:])}."
            )
        found.append(near[0])
    return tuple(sorted(set(found)))


def _entries(table: DesignTable, spec: TrialSpec, where: str) -> tuple[Entry, ...]:
    from tolerogen.patients import Criterion

    known = (*measures(spec.disease), *_covariates(spec))
    out = [Entry("as in the file", spec.criteria)]
    for item in table.entry:
        if item.measure not in known:
            raise SpecError(
                f"{where}: [[design.entry]] measure: there is no measure or covariate "
                f"'{item.measure}'; {choices(item.measure, known)}"
            )
        if item.minimum is None and item.maximum is None:
            raise SpecError(f"{where}: [[design.entry]] needs 'minimum', 'maximum' or both.")
        old = next((c for c in spec.criteria if c.measure == item.measure), None)
        domains = tuple(item.domains) or (old.domains if old else ())
        new = Criterion(item.measure, item.minimum, item.maximum, domains)
        rest = tuple(c for c in spec.criteria if c.measure != item.measure)
        limits = [(">=", item.minimum), ("<=", item.maximum)]
        text = " ".join(f"{sign} {limit:g}" for sign, limit in limits if limit is not None)
        out.append(Entry(f"{item.measure} {text}", (*rest, new)))
    return tuple(out)


def _covariates(spec: TrialSpec) -> tuple[str, ...]:
    from tolerogen.patients import read_covariates

    return tuple(item.id for item in read_covariates(spec.disease.folder).covariate)
