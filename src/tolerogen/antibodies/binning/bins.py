"""Bins: communities of antibodies with like competition profiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tolerogen.antibodies.binning.matrix import Competition, normalise

if TYPE_CHECKING:
    from tolerogen.antibodies.binning.matrix import Array

BLOCKED = 0.5
"""Share above which a pair counts as blocked."""
ONE_WAY = 0.5
"""Difference of the two orders above which a pair is flagged."""
DRAWS = 200


@dataclass(frozen=True)
class EpitopeBins:
    """Antibodies by bin.

    Attributes
    ----------
    bins
        Names, the largest bin first.
    stability
        Of each antibody: mean share of bootstrap draws in which it stayed with the others of its
        bin (alone in its bin: share in which it stayed alone).
    one_way
        Pairs (first, second) that block in this order only.
    silhouette
        Mean silhouette of the chosen number of bins, -1 to 1.
    """

    bins: tuple[tuple[str, ...], ...]
    stability: dict[str, float]
    one_way: tuple[tuple[str, str], ...]
    silhouette: float

    def record(self) -> dict[str, Any]:
        """Return it as other programs read it."""
        return {
            "bins": [list(names) for names in self.bins],
            "stability": self.stability,
            "one_way": [list(pair) for pair in self.one_way],
            "silhouette": self.silhouette,
        }


def bin_epitopes(data: Competition, seed: int = 1, draws: int = DRAWS) -> EpitopeBins:
    """Group the antibodies of a competition experiment.

    Parameters
    ----------
    data
        Responses.
    seed, draws
        Of the bootstrap over partners.

    Notes
    -----
    Profiles (an antibody as first and as second) are joined by average linkage; the number of bins
    is that of the highest mean silhouette (Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7).
    """
    import numpy as np

    blocked = normalise(data)
    np.fill_diagonal(blocked, 1.0)
    labels, silhouette = _grouped(blocked, np.arange(len(blocked)))
    together = _together(blocked, seed, draws)
    names = data.names
    groups = sorted(
        (tuple(names[i] for i in np.flatnonzero(labels == k)) for k in np.unique(labels)),
        key=lambda group: (-len(group), group),
    )
    stability = {}
    for i, name in enumerate(names):
        peers = [j for j in np.flatnonzero(labels == labels[i]) if j != i]
        others = [j for j in range(len(names)) if j != i]
        kept = together[i, peers].mean() if peers else 1.0 - together[i, others].max()
        stability[name] = float(kept)
    pairs = np.argwhere((blocked > BLOCKED) & (blocked - blocked.T > ONE_WAY))
    return EpitopeBins(
        bins=tuple(groups),
        stability=stability,
        one_way=tuple((names[i], names[j]) for i, j in pairs),
        silhouette=silhouette,
    )


def _distance(blocked: Array, partners: Any) -> Array:
    # Root mean square difference over partners; what was not run says nothing.
    import numpy as np

    profile = np.hstack([blocked[:, partners], blocked[partners].T])
    gaps = profile[:, None, :] - profile[None, :, :]
    with np.errstate(invalid="ignore"):
        apart: Array = np.sqrt(np.nanmean(gaps**2, axis=2))
    return np.nan_to_num(apart, nan=1.0)


def _grouped(blocked: Array, partners: Any) -> tuple[Any, float]:
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    apart = _distance(blocked, partners)
    tree = linkage(squareform(apart, checks=False), "average")
    tries = [fcluster(tree, k, "maxclust") for k in range(2, len(blocked))]
    scores = [_silhouette(apart, labels) for labels in tries]
    best = int(np.argmax(scores))
    return tries[best], scores[best]


def _silhouette(apart: Array, labels: Any) -> float:
    import numpy as np

    member = labels[:, None] == np.unique(labels)[None, :]
    sizes = member.sum(axis=0)
    sums = apart @ member
    own = sizes[member.argmax(axis=1)]
    inside = sums[member] / np.maximum(own - 1, 1)
    means = np.where(member, np.inf, sums / sizes)
    outside = means.min(axis=1)
    score = (outside - inside) / np.maximum(np.maximum(outside, inside), 1e-12)
    return float(np.where(own > 1, score, 0.0).mean()) if len(sizes) > 1 else -1.0


def _together(blocked: Array, seed: int, draws: int) -> Array:
    import numpy as np

    rng = np.random.default_rng(seed)
    size = len(blocked)
    count = np.zeros((size, size))
    for _ in range(draws):
        labels, _ = _grouped(blocked, rng.integers(0, size, size))
        count += labels[:, None] == labels[None, :]
    return count / draws
