"""A property learnt from measured variants: a Gaussian process over their sequences.

Two variants are as alike as ``exp(-d / scale)``, d being the number of positions where they differ,
so every combination of mutations has a say and not only each mutation by itself. Scale, variance
and noise are those under which each variant, left out, is best foretold by the others (Rasmussen &
Williams 2006, section 5.4.2, doi:10.7551/mitpress/3206.001.0001): the marginal likelihood would
trust labels too much. Labels 0 and 1 are learnt as numbers (same book, section 6.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tolerogen.antibodies.numbering import number_many
from tolerogen.antibodies.records import SequenceRecord
from tolerogen.antibodies.writers import imgt_order
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]
    Letters = npt.NDArray[np.uint8]

FEWEST = 8
TUNED_ON = 400
"""Variants on which scale and noise are chosen; all of them give the predictions."""
SCALES = (0.5, 200.0)
NOISES = (1e-4, 2.0)
"""Variance of the noise in units of the signal's."""


@dataclass(frozen=True, eq=False)
class Surrogate:
    """What was learnt.

    Attributes
    ----------
    scale
        Differences between two variants at which they are alike by 1/e.
    signal, noise
        Standard deviations of the property over variants, and of its measurement.
    """

    letters: Letters
    columns: tuple[str, ...] | None
    centre: float
    scale: float
    signal: float
    noise: float
    errors: Array
    weights: Array

    def alike(self, first: Letters, second: Letters) -> Array:
        """Return the prior covariance of two sets of variants."""
        import numpy as np

        return np.asarray(self.signal**2 * np.exp(-differences(first, second) / self.scale))

    def predict(self, sequences: Sequence[str]) -> tuple[Array, Array]:
        """Return mean and covariance of the property for other variants.

        Raises
        ------
        SpecError
            When a sequence does not line up with those measured.
        """
        from scipy.linalg import cho_factor, cho_solve

        asked = laid_out(sequences, self.columns, self.letters.shape[1])[0]
        across = self.alike(asked, self.letters)
        import numpy as np

        whole = self.alike(self.letters, self.letters) + np.diag(self.errors)
        factor = cho_factor(whole, overwrite_a=True)
        spread = self.alike(asked, asked) - across @ cho_solve(factor, across.T)
        return self.centre + across @ self.weights, spread

    def marginal(self, sequences: Sequence[str]) -> tuple[Array, Array]:
        """Return mean and standard deviation of the property for each of other variants."""
        import numpy as np
        from scipy.linalg import cho_factor, cho_solve

        asked = laid_out(sequences, self.columns, self.letters.shape[1])[0]
        across = self.alike(asked, self.letters)
        whole = self.alike(self.letters, self.letters) + np.diag(self.errors)
        solved = cho_solve(cho_factor(whole, overwrite_a=True), across.T)
        left = self.signal**2 - np.einsum("ij,ji->i", across, solved)
        return self.centre + across @ self.weights, np.sqrt(np.maximum(left, 1e-12))

    def mean(self, sequences: Sequence[str]) -> Array:
        """Return the expected property of other variants, without its covariance."""
        asked = laid_out(sequences, self.columns, self.letters.shape[1])[0]
        return self.centre + self.alike(asked, self.letters) @ self.weights


def fit_surrogate(
    sequences: Sequence[str],
    values: Sequence[float] | Array,
    errors: Sequence[float] | Array | None = None,
    seed: int = 1,
) -> Surrogate:
    """Learn a property from measured variants.

    Parameters
    ----------
    sequences
        Variable domains; of different lengths they are laid out by IMGT position.
    values
        The property, more or less being better as the user likes; logarithms for affinities.
    errors
        Standard deviations, where they are known; the noise that is learnt comes on top.

    Raises
    ------
    SpecError
        With fewer than eight variants, or when all values are the same.
    """
    import numpy as np
    from scipy.linalg import cho_factor, cho_solve

    own = np.asarray(values, dtype=float)
    if len(sequences) != len(own) or len(own) < FEWEST:
        raise SpecError(f"A surrogate needs {FEWEST} measured variants or more; got {len(own)}.")
    if not np.isfinite(own).all() or np.ptp(own) == 0:
        raise SpecError("The measured values must be numbers and must differ.")
    known = np.zeros(len(own)) if errors is None else np.asarray(errors, dtype=float)
    letters, columns = laid_out(sequences)
    centre, level = float(own.mean()), float(own.var())
    few = np.random.default_rng(seed).permutation(len(own))[:TUNED_ON]
    scale, ratio, signal = _tuned(differences(letters[few], letters[few]), own[few] - centre)
    signal = signal or level
    noise = known**2 + ratio * signal
    whole = signal * np.exp(-differences(letters, letters) / scale) + np.diag(noise)
    weights = cho_solve(cho_factor(whole, overwrite_a=True), own - centre)
    return Surrogate(
        letters, columns, centre, scale, float(np.sqrt(signal)), float(np.sqrt(ratio * signal)),
        noise, weights,
    )  # fmt: skip


def differences(first: Letters, second: Letters) -> Array:
    """Return how many positions differ between every two rows."""
    import numpy as np

    same = np.zeros((len(first), len(second)), dtype=np.float32)
    changing = ((first != first[0]).any(axis=0)) | ((second != first[0]).any(axis=0))
    for column in np.flatnonzero(changing):
        for letter in np.union1d(first[:, column], second[:, column]):
            here = (first[:, column] == letter).astype(np.float32)
            same += np.outer(here, (second[:, column] == letter).astype(np.float32))
    return np.asarray(changing.sum() - same, dtype=float)


def laid_out(
    sequences: Sequence[str], columns: tuple[str, ...] | None = None, size: int = 0
) -> tuple[Letters, tuple[str, ...] | None]:
    """Return sequences as rows of bytes: as they are when equally long, else by IMGT position.

    Raises
    ------
    SpecError
        When lengths differ and a sequence holds no variable domain.
    """
    import numpy as np

    lengths = {len(sequence) for sequence in sequences}
    if columns is None and lengths == {size or min(lengths)}:
        return np.array([list(s.encode()) for s in sequences], dtype=np.uint8), None
    if columns is None and size:
        raise SpecError(f"Variants must be {size} residues long, as those measured are.")
    found = list(number_many(SequenceRecord(str(i), s) for i, s in enumerate(sequences)))
    for one, sequence in zip(found, sequences, strict=True):
        if len(one.domains) != 1:
            raise SpecError(
                f"'{sequence[:12]}...' holds {len(one.domains)} variable domains, not 1."
            )
    placed = [one.domains[0].by_imgt for one in found]
    if columns is None:
        columns = tuple(sorted({place for row in placed for place in row}, key=imgt_order))
    rows = [[ord(row.get(place, "-")) for place in columns] for row in placed]
    return np.array(rows, dtype=np.uint8), columns


def _tuned(distance: Array, values: Array) -> tuple[float, float, float]:
    # The signal's variance has a closed form, so the search is in two dimensions.
    import numpy as np
    from scipy.linalg import LinAlgError, inv
    from scipy.optimize import minimize

    def left_out(log: Array) -> tuple[float, float]:
        scale, ratio = np.exp(log)
        try:
            inverse = inv(np.exp(-distance / scale) + ratio * np.eye(len(values)))
        except LinAlgError:
            return float("inf"), 0.0
        sharp = np.maximum(np.diag(inverse), 1e-300)
        signal = float(np.mean((inverse @ values) ** 2 / sharp))
        return float(len(values) * np.log(max(signal, 1e-300)) - np.log(sharp).sum()), signal

    bounds = [tuple(np.log(SCALES)), tuple(np.log(NOISES))]
    best = min(
        (
            minimize(
                lambda log: left_out(log)[0], start, method="Nelder-Mead", bounds=bounds,
                options={"maxfev": 60},
            )
            for start in (np.log([2.0, 0.3]), np.log([15.0, 0.1]))
        ),
        key=lambda found: float(found.fun),
    )  # fmt: skip
    scale, ratio = (float(value) for value in np.exp(best.x))
    return scale, ratio, left_out(best.x)[1]
