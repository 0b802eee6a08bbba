"""Placebo response and noise, estimated from the placebo arms of the calibration trials.

No drug acts, so no equation is solved: a setting of the numbers of ``placebo.toml`` is tried by
letting patients into every trial under its conditions and looking at its visits. Trials differ
by more than chance; the spread between virtual trials of one setting is part of the likelihood
of a mean or a share. Emulators of the settings and chains give the posterior, as for drugs.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError, choices
from tolerogen.trials.calibration.clinic import FALL, Pool, in_subset, recruit
from tolerogen.trials.calibration.emulator import Emulator, fit
from tolerogen.trials.calibration.inputs import Inputs, read_inputs, table
from tolerogen.trials.calibration.plausible import even_scores
from tolerogen.trials.calibration.sampler import effective_size, walk
from tolerogen.trials.validation.design import designs

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.patients import Criterion

    Array = NDArray[np.float64]

STATISTICS = ("change", "sd", "fall_1", "fall_3")
UNEXPLAINED = {"change": 0.3, "sd": 0.8, "fall_1": 0.05, "fall_3": 0.05}
"""What trials differ by beside chance and placebo response: sites, grading (assumed)."""
SETTINGS, PATIENTS, TRIALS = 96, 256, 4
WIDEST = 2.5  # prior SDs of the settings; beyond, an emulator is not to be trusted
WALKERS, STEPS, BURN_IN = 64, 3000, 1000


@dataclass(frozen=True)
class Seen:
    """A published figure of a placebo arm.

    Attributes
    ----------
    statistic
        ``change``, mean; ``sd`` of the individual change; ``fall_1``, ``fall_3``, share.
    """

    trial_id: str
    measure: str
    week: float
    statistic: str
    value: float
    se: float
    subset: str
    source: str


@dataclass(frozen=True, eq=False)
class PlaceboFit:
    """Posterior of the numbers of ``placebo.toml``.

    Attributes
    ----------
    names
        ``section.key`` of each number.
    before, draws
        Medians of the priors; posterior draws, shape (draws, numbers).
    seen, predicted, spread
        Figures, and the posterior mean and SD of what each should have been.
    effective
        Effective sample size of the chains.
    r2
        Of the emulators, an entry each figure.
    """

    names: tuple[str, ...]
    before: Array
    draws: Array
    seen: tuple[Seen, ...]
    predicted: Array
    spread: Array
    effective: float
    r2: Array

    def frame(self) -> pd.DataFrame:
        """Return prior median, posterior median and 90 % interval of each number."""
        import pandas as pd

        low, median, high = np.quantile(self.draws, [0.05, 0.5, 0.95], axis=0)
        columns = {"number": self.names, "before": self.before}
        return pd.DataFrame(columns | {"low": low, "median": median, "high": high})

    def figures(self) -> pd.DataFrame:
        """Return the published figures beside the posterior's."""
        import pandas as pd

        rows = [vars(item) for item in self.seen]
        found = pd.DataFrame(rows).assign(predicted=self.predicted, spread=self.spread)
        return found.assign(z=(found["value"] - found["predicted"]) / found["spread"])


def fit_placebo(
    disease: str | Path = "sjogren",
    *,
    seed: int = 1,
    settings: int = SETTINGS,
    progress: Callable[[str, int, int], None] | None = None,
) -> PlaceboFit:
    """Estimate placebo response and noise from placebo arms.

    Parameters
    ----------
    disease
        Name or folder; reads ``calibration/placebo_data.csv`` and ``placebo_free.csv``.
    seed
        Of everything random.
    settings
        Settings that are tried.
    progress
        Called with (what is being done, done, of).

    Raises
    ------
    SpecError
        Files that cannot be read or name what is not there.
    """
    from tolerogen.diseases import load_disease

    tell = progress or (lambda *_: None)
    inputs = read_inputs(load_disease(disease))
    seen = _seen(inputs)
    names, before, sds = _free(inputs.disease)
    scores = even_scores(settings, len(names), seed, WIDEST)
    entries = _entries(inputs)
    means, spreads = np.empty((2, settings, len(seen)))
    for i, row in enumerate(scores):
        tell("placebo settings", i, settings)
        with tempfile.TemporaryDirectory() as folder:
            changed = _changed(inputs.disease, Path(folder), names, before * np.exp(sds * row))
            means[i], spreads[i] = _arms(changed, seen, entries, seed + i)
    tell("placebo settings", settings, settings)
    emulator, between = fit(scores, means, seed), fit(scores, spreads, seed)
    chain, effective = _chains(emulator, between, seen, len(names), seed, tell)
    spread = np.array([_sd(item, between(chain)[:, i]) for i, item in enumerate(seen)])
    return PlaceboFit(
        names=tuple(names),
        before=before,
        draws=before * np.exp(sds * chain),
        seen=seen,
        predicted=emulator(chain).mean(axis=0),
        spread=np.sqrt((spread**2).mean(axis=1) + emulator(chain).var(axis=0)),
        effective=effective,
        r2=emulator.r2,
    )


def _seen(inputs: Inputs) -> tuple[Seen, ...]:
    known = {trial.trial_id for trial in inputs.trials}
    found = []
    for row in table(inputs.disease.folder / "calibration" / "placebo_data.csv"):
        if row["trial_id"] not in known:
            raise SpecError(
                f"placebo_data.csv: no trial '{row['trial_id']}' in trials.json; "
                f"{choices(row['trial_id'], sorted(known))}"
            )
        if row["statistic"] not in STATISTICS:
            raise SpecError(
                f"placebo_data.csv, {row['trial_id']}: statistic '{row['statistic']}'; "
                f"{choices(row['statistic'], STATISTICS)}"
            )
        found.append(
            Seen(
                trial_id=row["trial_id"],
                measure=row["measure"],
                week=float(row["week"]),
                statistic=row["statistic"],
                value=float(row["value"]),
                se=float(row["se"]),
                subset=row["subset"],
                source=row["source"],
            )
        )
    return tuple(found)


def _free(disease: Disease) -> tuple[list[str], Array, Array]:
    from tolerogen.patients.placebo import read_placebo

    placebo = read_placebo(disease.folder)
    names, values, sds = [], [], []
    for row in table(disease.folder / "calibration" / "placebo_free.csv"):
        section = getattr(placebo, row["section"], None)
        if not hasattr(section, row["key"]):
            raise SpecError(f"placebo_free.csv: placebo.toml has no {row['section']}.{row['key']}.")
        names.append(f"{row['section']}.{row['key']}")
        values.append(float(row["value"]))
        sds.append(float(row["sd"]))
    return names, np.array(values), np.array(sds)


def _entries(inputs: Inputs) -> dict[str, tuple[Criterion, ...]]:
    found = {}
    for trial in inputs.trials:
        made, _ = designs(trial, inputs.disease)
        if made:
            found[trial.trial_id] = made[-1].spec.criteria
    return found


def _changed(disease: Disease, folder: Path, names: Sequence[str], values: Array) -> Disease:
    """Return the disease with other numbers in its placebo file, in a folder of its own."""
    for file in disease.folder.glob("*"):
        if file.is_file():
            shutil.copy(file, folder / file.name)
    path = folder / "placebo.toml"
    path.write_text(with_numbers(path.read_text(encoding="utf-8"), names, values), encoding="utf-8")
    return replace(disease, folder=folder)


def with_numbers(text: str, names: Sequence[str], values: Array) -> str:
    r"""Return a TOML text with other values of some numbers, everything else as it stands.

    Examples
    --------
    >>> with_numbers("[a]\nb = 1.0 # why\n", ["a.b"], np.array([2.0]))
    '[a]\nb = 2 # why\n'
    """
    for name, value in zip(names, values, strict=True):
        section, key = name.split(".")
        pattern = rf"(?ms)(^\[{section}\]$.*?^{key} = )[-+.\deE]+"
        text, count = re.subn(pattern, rf"\g<1>{value:.4g}", text, count=1)
        if count != 1:
            raise SpecError(f"placebo.toml: there is no number {name}.")
    return text


def _arms(
    disease: Disease, seen: Sequence[Seen], entries: dict[str, tuple[Criterion, ...]], seed: int
) -> tuple[Array, Array]:
    """Return each figure in virtual placebo arms, and its SD between trials beyond chance."""
    weeks: dict[tuple[Criterion, ...], set[float]] = {}
    for item in seen:
        weeks.setdefault(entries[item.trial_id], set()).add(item.week)
    pools = {
        entry: recruit(disease, entry, sorted(asked), size=PATIENTS, trials=TRIALS, seed=seed)
        for entry, asked in weeks.items()
    }
    found = [_figure(pools[entries[item.trial_id]], item) for item in seen]
    return np.array([mean for mean, _ in found]), np.array([sd for _, sd in found])


def _figure(pool: Pool, item: Seen) -> tuple[float, float]:
    measured = pool.view.measure({})
    values = measured[item.measure]
    change = values[:, pool.weeks.index(item.week)] - values[:, 0]
    among = in_subset(item.subset, measured)
    if item.statistic == "sd":
        inside = [change[among & (pool.trial == t)].var(ddof=1) for t in range(TRIALS)]
        return float(np.sqrt(np.nanmean(inside))), 0.0
    each = change if item.statistic == "change" else (change <= -FALL[item.statistic]) * 1.0
    groups = [each[among & (pool.trial == t)] for t in range(TRIALS)]
    groups = [group for group in groups if len(group) > 1]
    means = np.array([group.mean() for group in groups])
    chance = np.mean([group.var(ddof=1) / len(group) for group in groups])
    return float(each[among].mean()), float(np.sqrt(max(means.var(ddof=1) - chance, 0.0)))


def _sd(item: Seen, between: Array) -> Array:
    apart = np.maximum(between, 0.0)
    return np.asarray(np.sqrt(item.se**2 + UNEXPLAINED[item.statistic] ** 2 + apart**2))


def _chains(
    emulator: Emulator,
    between: Emulator,
    seen: Sequence[Seen],
    free: int,
    seed: int,
    tell: Callable[[str, int, int], None],
) -> tuple[Array, float]:
    value = np.array([item.value for item in seen])

    def log_posterior(scores: Array) -> Array:
        mean, apart = emulator(scores), between(scores)
        sd = np.column_stack([_sd(item, apart[:, i]) for i, item in enumerate(seen)])
        fit = (-0.5 * ((value - mean) / sd) ** 2 - np.log(sd)).sum(axis=1)
        far = np.abs(scores).max(axis=1) > WIDEST
        return np.where(far, -np.inf, fit - 0.5 * (scores**2).sum(axis=1))

    rng = np.random.default_rng(seed)
    start = np.clip(rng.standard_normal((WALKERS, free)), -2.0, 2.0)
    chain, _ = walk(
        log_posterior,
        start,
        STEPS,
        BURN_IN,
        seed=seed,
        done=lambda done, total: tell("placebo chains", done, total),
    )
    flat = chain.reshape(-1, free)
    return flat[:: max(len(flat) // 2000, 1)], effective_size(chain)
