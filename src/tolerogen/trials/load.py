"""Read a trial file: from text to `TrialSpec`, or one paragraph on what is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices
from tolerogen.trials.intercurrent.read import (
    read_discontinuation,
    read_estimand,
    read_rescue,
)
from tolerogen.trials.schema import ArmTable, EndpointTable, EntryTable, TrialFile, validate
from tolerogen.trials.spec import Arm, Endpoint, TrialSpec
from tolerogen.trials.treatment import check_targets, read_treatment
from tolerogen.units import convert

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.patients import Criterion
    from tolerogen.trials.measures import Measure

LONGEST = 20 * 365.25  # days; longer than any trial, and days are kept one by one
MOST_VISITS = 10_000
SETS = 25  # parameter sets that replicates take in turn: four of each in a hundred
SLACK = 1e-9  # days; "13 weeks" and "91 days" may differ in the last bit


def load_trial(path: str | Path) -> TrialSpec:
    """Read a trial file and check it against the disease and the therapies it names.

    Parameters
    ----------
    path
        TOML file; names of diseases and therapies are those of the libraries, or paths, which
        count from the folder of the file.

    Returns
    -------
    TrialSpec
        The design, times in days.

    Raises
    ------
    SpecError
        File missing or not TOML; unknown key, name, unit or measure; a dose, visit or endpoint
        that falls outside the trial. The message names file and key.
    """
    spec = _spec(read_file(path), Path(path))
    return replace(spec, text=Path(path).read_text(encoding="utf-8"))


def read_trial(text: str, where: str = "trial.toml") -> TrialSpec:
    """Read the text of a trial file that came from elsewhere: it may name the libraries only.

    Parameters
    ----------
    text
        TOML, as `load_trial` takes it.
    where
        What the text is called in errors; no file is looked for.

    Raises
    ------
    SpecError
        As `load_trial`; also when a disease, therapy or posterior is given by a path.
    """
    try:
        raw = validate(tomllib.loads(text), where=where)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SpecError(f"{where} is not valid TOML: {error}.") from None
    _names_only(raw, where)
    return replace(_spec(raw, Path(where)), text=text)


def _names_only(raw: TrialFile, where: str) -> None:
    from tolerogen.diseases import list_diseases

    name = raw.trial.disease
    if name not in list_diseases():
        raise SpecError(f"{where}: [trial] disease: {choices(name, list_diseases())}")
    given = [arm.therapy for arm in raw.arm]
    given += [item.therapy for arm in raw.arm for item in arm.treatment]
    if raw.rescue is not None:
        given.append(raw.rescue.therapy)
    if any(therapy is not None and therapy.endswith(".toml") for therapy in given):
        raise SpecError(f"{where}: a therapy must be one of the library here, not a file.")
    if raw.design is not None and raw.design.posterior is not None:
        raise SpecError(f"{where}: [design] posterior: a file cannot be read here.")


def leaves_open(path: str | Path) -> bool:
    """Whether a trial file has a ``[design]`` table, which `explore` rates and a run leaves aside.

    Raises
    ------
    SpecError
        The file cannot be read.
    """
    return read_file(path).design is not None


def read_file(path: str | Path) -> TrialFile:
    """Read a trial file and check its keys, but not yet what they name."""
    file = Path(path)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(
            f"{path}: the trial file cannot be read ({error.strerror}). Give the path of a TOML "
            "file, for example examples/s95011-sjogren.toml."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(f"{file.name} is not valid TOML: {error}.") from None
    return validate(data, where=file.name)


def _spec(raw: TrialFile, file: Path) -> TrialSpec:
    from tolerogen.trials.measures import measures

    where, head = file.name, raw.trial
    disease = _disease(head.disease, file)
    known = measures(disease)
    horizon = _horizon(head.horizon, f"{where}: [trial] horizon")
    endpoint = _endpoint(raw.endpoint, known, horizon, f"{where}: [endpoint]")
    secondary = tuple(
        _endpoint(item, known, horizon, f"{where}: [[secondary]] {number}")
        for number, item in enumerate(raw.secondary, start=1)
    )
    visits = _visits(raw, horizon, (endpoint, *secondary), where)
    arms = tuple(_arm(item, disease, horizon, file) for item in raw.arm)
    _distinct([arm.name for arm in arms], where)
    return TrialSpec(
        name=head.name,
        disease=disease,
        patients=head.patients,
        seed=head.seed,
        replicates=head.replicates,
        horizon=horizon,
        visits=visits,
        criteria=tuple(
            _criterion(item, disease, known, f"{where}: [[entry]] {number}")
            for number, item in enumerate(raw.entry, start=1)
        ),
        strata=_strata(raw, disease, where),
        block=_block(raw, arms, where),
        arms=arms,
        endpoint=endpoint,
        secondary=secondary,
        rescue=read_rescue(raw, disease, known, horizon, file),
        discontinuation=read_discontinuation(raw),
        estimand=read_estimand(raw, where),
        registry=head.registry,
        note=head.note,
        sources=tuple(head.sources),
        draws=_draws(disease) if head.parameters == "posterior" else (),
    )


def _draws(disease: Disease) -> tuple[Mapping[str, float], ...]:
    """Return parameter sets of a disease that was calibrated; none for another."""
    from tolerogen.trials.validation.posterior import disease_posterior

    posterior = disease_posterior(disease)
    return () if posterior.is_single else posterior.thinned(SETS).draws


def _disease(name: str, file: Path) -> Disease:
    from tolerogen.diseases import list_diseases, load_disease

    beside = file.parent / name
    is_folder = name not in list_diseases() and (beside / "disease.toml").is_file()
    try:
        return load_disease(beside if is_folder else name)
    except SpecError as error:
        raise SpecError(f"{file.name}: [trial] disease: {error}") from None


def _endpoint(
    item: EndpointTable, known: dict[str, Measure], horizon: float, where: str
) -> Endpoint:
    from tolerogen.trials.measures import pick

    measure = pick(item.measure, known, where=f"{where} measure")
    if item.better is not None:
        measure = replace(measure, better=1 if item.better == "higher" else -1)
    day = _positive(item.at, where=f"{where} at")
    if day > horizon + SLACK:
        raise SpecError(
            f"{where} at: '{item.at}' lies beyond the horizon of the trial, {horizon / 7:g} weeks. "
            "Lengthen [trial] horizon or read the endpoint earlier."
        )
    return Endpoint(measure, day, item.kind, item.level, item.analysis)


def _visits(
    raw: TrialFile, horizon: float, endpoints: tuple[Endpoint, ...], where: str
) -> tuple[float, ...]:
    head, key = raw.trial, f"{where}: [trial] visits"
    if (head.visits is None) == (head.every is None):
        raise SpecError(
            f"{where}: [trial] needs either 'visits', a list such as ['0 weeks', '4 weeks'], "
            "or 'every', such as '4 weeks', and not both."
        )
    if head.visits is None:
        step = _positive(str(head.every), where=f"{where}: [trial] every")
        if horizon / step > MOST_VISITS:
            raise SpecError(f"{key}: '{head.every}' makes more than {MOST_VISITS} visits.")
        days = {step * k for k in range(int(horizon / step + SLACK) + 1)}
        days |= {0.0, *(e.day for e in endpoints)}
    else:
        days = {convert(text, "day", where=key) for text in head.visits}
    outside = sorted(day for day in days if not 0 <= day <= horizon + SLACK)
    if outside:
        raise SpecError(
            f"{key}: day {outside[0]:g} lies outside the trial, which runs from day 0 to day "
            f"{horizon:g}."
        )
    for day, what in [(0.0, "day 0, the baseline"), *((e.day, "an endpoint") for e in endpoints)]:
        if not any(abs(day - visit) < SLACK for visit in days):
            raise SpecError(f"{key}: a visit on day {day:g} is missing ({what}). Add it.")
    return tuple(sorted(days))


def _arm(item: ArmTable, disease: Disease, horizon: float, file: Path) -> Arm:
    where = f"{file.name}: [[arm]] '{item.name}'"
    inline = item.therapy is not None
    if inline and item.treatment:
        raise SpecError(
            f"{where}: give one therapy in place or several as [[arm.treatment]], not both."
        )
    if not inline and (item.regimen is not None or item.doses is not None):
        raise SpecError(f"{where}: 'regimen' and 'doses' need a 'therapy' beside them.")
    tables = [item] if inline else item.treatment
    treatments = tuple(read_treatment(t, horizon, file, where) for t in tables)
    if item.role == "active" and not treatments:
        raise SpecError(
            f"{where}: an arm with role 'active' needs a therapy. Name one, or set the role to "
            "'placebo'."
        )
    check_targets(treatments, disease, where)
    return Arm(item.name, item.role, item.share, treatments)


def _criterion(item: EntryTable, disease: Disease, known: Iterable[str], where: str) -> Criterion:
    from tolerogen.diseases.endpoints import read_endpoints
    from tolerogen.patients import Criterion

    allowed = (*known, *_covariates(disease))
    if item.measure not in allowed:
        raise SpecError(
            f"{where} measure: there is no measure or covariate '{item.measure}'; "
            f"{choices(item.measure, allowed)}"
        )
    domains = [domain.id for domain in read_endpoints(disease.folder).domain]
    for domain in item.domains:
        if domain not in domains:
            raise SpecError(
                f"{where} domains: there is no domain '{domain}'; {choices(domain, domains)}"
            )
    if item.minimum is None and item.maximum is None:
        raise SpecError(f"{where}: give 'minimum', 'maximum' or both.")
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        raise SpecError(f"{where}: minimum {item.minimum:g} is above maximum {item.maximum:g}.")
    return Criterion(item.measure, item.minimum, item.maximum, tuple(item.domains))


def _strata(raw: TrialFile, disease: Disease, where: str) -> tuple[str, ...]:
    key = f"{where}: [randomisation] strata"
    _distinct(raw.randomisation.strata, key)
    known = _covariates(disease)
    for name in raw.randomisation.strata:
        if name not in known:
            raise SpecError(f"{key}: '{name}' is no covariate; {choices(name, known)}")
    return tuple(raw.randomisation.strata)


def _covariates(disease: Disease) -> tuple[str, ...]:
    from tolerogen.patients import read_covariates

    return tuple(item.id for item in read_covariates(disease.folder).covariate)


def _block(raw: TrialFile, arms: tuple[Arm, ...], where: str) -> int:
    total = sum(arm.share for arm in arms)
    block = raw.randomisation.block or 2 * total
    if block % total:
        raise SpecError(
            f"{where}: [randomisation] block is {block}; it must be a multiple of the sum of the "
            f"shares, {total}, so that every block holds the arms in proportion."
        )
    return block


def _horizon(text: str, where: str) -> float:
    days = _positive(text, where=where)
    if days > LONGEST:
        raise SpecError(f"{where}: '{text}' is longer than 20 years, the most that is simulated.")
    return days


def _positive(text: str, *, where: str) -> float:
    days = convert(text, "day", where=where)
    if not days > 0:
        raise SpecError(f"{where}: '{text}' must lie after day 0.")
    return days


def _distinct(names: list[str], where: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise SpecError(f"{where}: '{name}' appears twice; {choices(name, set(names))}")
