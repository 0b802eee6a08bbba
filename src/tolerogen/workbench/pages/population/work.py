"""The two jobs of a population: compare it with published cohorts, sort it into endotypes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError
from tolerogen.workbench.library import disease_of, therapy_of

if TYPE_CHECKING:
    from tolerogen.workbench.jobs import Job, Jobs

Progress = Callable[[int, int], None]
LIMITS = {"comparison": (100, 100_000), "endotypes": (200, 20_000)}
TITLES = {"comparison": "Population against reality", "endotypes": "Endotypes"}
MOST_THERAPIES = 4
MEASURE, LEAST = "essdai", 5.0
"""Score of the benefit, and its least value at entry: as from the terminal."""
DRAWS = 5
"""Parameter sets of the posterior that patients to be sorted come from, as from the terminal."""


def start(
    jobs: Jobs, kind: str, disease: str, patients: int, seed: int, therapies: Sequence[str] = ()
) -> Job:
    """Start one of the jobs; with therapies, endotypes are also asked who is helped by which.

    Raises
    ------
    SpecError
        An unknown disease or therapy, too few or too many patients, too many therapies.
    """
    least, most = LIMITS[kind]
    if not least <= patients <= most:
        raise SpecError(f"{patients} patients were asked for; give {least} to {most:,}.")
    if not 0 <= seed < 2**63:
        raise SpecError(f"seed is {seed}; it must be at least 0.")
    if len(therapies) > MOST_THERAPIES:
        raise SpecError(f"{len(therapies)} therapies were chosen; at most {MOST_THERAPIES} fit.")
    loaded, given = disease_of(disease), [therapy_of(name).id for name in therapies]
    task = {"disease": loaded.id, "patients": patients, "seed": seed, "therapies": given}
    return jobs.add(kind, f"{TITLES[kind]}: {loaded.name}", task)


def compare(task: Mapping[str, Any], out: Path, progress: Progress) -> None:
    """Compare virtual patients with published cohorts."""
    from tolerogen.patients.comparison import compare_population

    result = compare_population(
        disease_of(task["disease"]), patients=task["patients"], seed=task["seed"],
        progress=progress,
    )  # fmt: skip
    result.write(out / "population")


def sort(task: Mapping[str, Any], out: Path, progress: Progress) -> None:
    """Sort virtual patients into endotypes, and treat some with each of the therapies."""
    from tolerogen.patients import Criterion
    from tolerogen.patients.endotypes import find_endotypes
    from tolerogen.trials.benefit import who_benefits
    from tolerogen.trials.validation.posterior import disease_posterior

    disease = disease_of(task["disease"])
    sets = tuple(disease_posterior(disease).thinned(DRAWS).diseases(disease))
    found = find_endotypes(sets, patients=task["patients"], seed=task["seed"], progress=progress)
    entry = [Criterion(MEASURE, minimum=LEAST)]
    result = who_benefits(
        sets, found, task["therapies"], entry=entry, seed=task["seed"], progress=progress
    )
    result.write(out / "population")
