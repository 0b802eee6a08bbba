"""From files of published trials to predictions and, where outcomes are known, their scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tolerogen.errors import SpecError
from tolerogen.provenance import content_hash
from tolerogen.trials.course import Backend, Engine
from tolerogen.trials.validation.design import Design, Unrepresented, designs, metrics
from tolerogen.trials.validation.outcome import Outcome, Uncompared, outcomes
from tolerogen.trials.validation.posterior import Posterior, disease_posterior
from tolerogen.trials.validation.predict import Prediction, predict
from tolerogen.trials.validation.published import PublishedTrial, read_published
from tolerogen.trials.validation.result import Remarks, Row, ValidationResult
from tolerogen.trials.validation.score import naive

REPLICATES = 200
EACH = 4  # replicates a parameter set, at least: their spread is told from that between sets


def validate_trials(
    trials: str | Path | Sequence[PublishedTrial],
    disease: str | Path = "sjogren",
    *,
    posterior: Posterior | None = None,
    reference: str | Path | Sequence[PublishedTrial] | None = None,
    replicates: int = REPLICATES,
    seed: int = 1,
    all_metrics: bool = False,
    progress: Callable[[int, int], None] | None = None,
    backend: Backend = "native",
    threads: int | None = None,
) -> ValidationResult:
    """Predict published trials from their designs, and score the predictions where it is known.

    Outcomes enter after the simulation, when the table is made; the predictions of a file do not
    change when its outcomes are taken out.

    Parameters
    ----------
    trials
        Path of the file (see `read_published`), or what it holds.
    disease
        Name or folder.
    posterior
        Parameter sets; those that the disease brings along when left out, at most a quarter as
        many as `replicates`.
    reference
        Published trials whose mean is the naive model's; those of `trials` when left out. The
        trial that is predicted never counts.
    replicates
        Simulated trials a design, over all parameter sets.
    seed
        Of the run.
    all_metrics
        Keep every score of every arm, not only the designed one and those published.
    progress
        Called with (patients simulated, patients in all).
    backend, threads
        Of the engine.

    Raises
    ------
    SpecError
        A file that cannot be read, an unknown disease, fewer than 20 replicates.
    """
    from tolerogen.diseases import load_disease

    if replicates < 20:
        raise SpecError(f"{replicates} replicates cannot give a 90 % interval; 20 is the least.")
    given = _published(trials)
    others = given if reference is None else _published(reference)
    patients = load_disease(disease)
    sets = disease_posterior(patients) if posterior is None else posterior
    sets = sets.thinned(max(replicates // EACH, 1))
    list(sets.diseases(patients))  # a draw that does not fit is refused before the long run
    scores = metrics(patients)
    built, lost = _designs(given, patients)
    report = _Report(built, len(sets.draws), replicates, progress)
    predicted: list[tuple[Design, Prediction]] = []
    for design in built:
        try:
            found = predict(
                design,
                patients,
                sets,
                replicates=replicates,
                seed=seed,
                engine=Engine(backend, threads, None),
                done=report.add,
            )
        except SpecError as error:  # entry that hardly any virtual patient meets
            lost += _refused(design, str(error))
        else:
            predicted += [(design, item) for item in found]
    known, uncompared = _outcomes(given, scores)
    pool, _ = _outcomes(others, scores)
    rows, missed = _rows(predicted, known, pool, all_metrics)
    return ValidationResult(
        disease=patients.id,
        warning=patients.warning,
        rows=rows,
        unrepresented=tuple(lost),
        uncompared=(*uncompared, *missed),
        remarks=tuple(Remarks(d.trial.trial_id, d.spec.name, d.remarks) for d in built),
        posterior=sets.source,
        draws=len(sets.draws),
        replicates=replicates,
        seed=seed,
        content=_content(given, others, built, sets, replicates, seed),
        naive_from="the other trials of the file" if reference is None else "the reference file",
    )


class _Report:
    """Counts patients of the whole run for the progress shown."""

    def __init__(
        self,
        built: Sequence[Design],
        draws: int,
        replicates: int,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        each = draws * -(-replicates // draws)
        self.total = sum(design.spec.patients for design in built) * each
        self.done, self.progress = 0, progress
        if progress is not None:
            progress(0, self.total)

    def add(self, patients: int) -> None:
        self.done += patients
        if self.progress is not None:
            self.progress(self.done, self.total)


def _published(given: str | Path | Sequence[PublishedTrial]) -> tuple[PublishedTrial, ...]:
    return read_published(given) if isinstance(given, str | Path) else tuple(given)


def _designs(
    given: Iterable[PublishedTrial], disease: Any
) -> tuple[list[Design], list[Unrepresented]]:
    built: list[Design] = []
    lost: list[Unrepresented] = []
    for trial in given:
        found, without = designs(trial, disease)
        built += found
        lost += without
    return built, lost


def _refused(design: Design, reason: str) -> list[Unrepresented]:
    trial = design.trial
    return [
        Unrepresented(trial.trial_id, arm.name, trial.drug, trial.target, reason)
        for arm in design.spec.arms
        if arm.role == "active"
    ]


def _outcomes(
    given: Iterable[PublishedTrial], known: Sequence[str]
) -> tuple[list[Outcome], list[Uncompared]]:
    pairs = [outcomes(trial, known) for trial in given]
    return [o for found, _ in pairs for o in found], [u for _, lost in pairs for u in lost]


def _rows(
    predicted: Sequence[tuple[Design, Prediction]],
    known: Sequence[Outcome],
    pool: Sequence[Outcome],
    all_metrics: bool,
) -> tuple[tuple[Row, ...], list[Uncompared]]:
    results = {(o.trial_id, o.arm, o.metric, o.week): o for o in known}
    rows: list[Row] = []
    for design, item in predicted:
        trial = design.trial
        outcome = results.pop((trial.trial_id, item.arm, item.metric, item.week), None)
        first = item.metric == design.spec.endpoint.measure.id
        if first or all_metrics or outcome is not None:
            rival = naive(outcome, pool) if outcome else None
            rows.append(Row(trial.trial_id, trial.drug, item, first, outcome, rival))
    reason = "the arm is not predicted at this week, or not at all"
    missed = [Uncompared(o.trial_id, o.arm, o.metric, o.week, reason) for o in results.values()]
    return tuple(rows), missed


def _content(
    given: Sequence[PublishedTrial],
    others: Sequence[PublishedTrial],
    built: Sequence[Design],
    sets: Posterior,
    replicates: int,
    seed: int,
) -> str:
    return content_hash(
        {
            "trials": [trial.model_dump() for trial in given],
            "reference": [trial.model_dump() for trial in others],
            "designs": [design.spec.content() for design in built],
            "posterior": asdict(sets),
            "replicates": replicates,
            "seed": seed,
        }
    )
