"""Simulated sets on disk: batch by batch, so that a run that is cut goes on where it was.

A batch is a file named by its number and by the content of what it depends on; files of other
inputs, seeds or sizes are left alone and not read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from tolerogen.errors import OutputError
from tolerogen.provenance import content_hash
from tolerogen.trials.calibration.forward import Branch, outcomes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.trials.calibration.inputs import Inputs

    Array = NDArray[np.float64]

TOGETHER = 64  # sets in a batch


FILES = (
    "model.ant",
    "endpoints.toml",
    "placebo.toml",
    "covariates.toml",
    "correlations.csv",
    "targets.toml",
)


def content(inputs: Inputs, seed: int) -> str:
    """Return the hash of everything that simulated sets depend on."""
    folder = inputs.disease.folder
    free = {item.parameter for item in inputs.free}
    return content_hash(
        {
            # of a free parameter, the table's value does not matter: sets bring their own
            "parameters": [
                (p.id, p.distribution, p.cv, None if p.id in free else p.value)
                for p in inputs.disease.parameters
            ],
            "files": [(folder / name).read_text(encoding="utf-8") for name in FILES],
            "free": inputs.free,
            "asked": [
                (o.trial_id, o.arm, o.measure, o.week, o.kind, o.subset)
                for o in inputs.observations
            ],
            "trials": [trial.model_dump() for trial in inputs.trials],
            "simulation": inputs.settings.simulation,
            "seed": seed,
        }
    )


def simulate_sets(
    inputs: Inputs,
    arms: Callable[[], Sequence[Branch]],
    scores: Array,
    folder: Path,
    key: str,
    *,
    first: int,
    threads: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Array:
    """Return the outcomes of sets, from disk where they are there.

    Parameters
    ----------
    arms
        Builds the arms; called when the first batch is missing.
    scores
        Shape (sets, free).
    key
        Part of the file names, see `content`.
    first
        Number of the first set.
    done
        Called with the number of sets done.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror}). Choose another.") from None
    built: Sequence[Branch] = ()
    parts = []
    for start in range(0, len(scores), TOGETHER):
        piece = scores[start : start + TOGETHER]
        path = folder / f"sets-{key}-{first + start:06d}.npz"
        found = _read(path, piece)
        if found is None:
            built = built or arms()
            found = outcomes(inputs, built, piece, first=first + start, threads=threads)
            _write(path, piece, found)
        parts.append(found)
        if done is not None:
            done(start + len(piece))
    return np.concatenate(parts)


def _read(path: Path, scores: Array) -> Array | None:
    try:
        with np.load(path) as saved:
            same = np.array_equal(saved["scores"], scores)
            return np.asarray(saved["outcomes"]) if same else None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _write(path: Path, scores: Array, found: Array) -> None:
    partial = path.with_suffix(".part.npz")
    np.savez(partial, scores=scores, outcomes=found)
    os.replace(partial, path)  # a cut leaves no half file
