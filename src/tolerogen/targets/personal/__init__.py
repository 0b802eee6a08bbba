"""One patient: who among virtual patients they could be, and what that says of targets."""

from __future__ import annotations

from tolerogen.targets.personal.markers import Marker, read_markers, read_value
from tolerogen.targets.personal.posterior import Weights, explained, weigh
from tolerogen.targets.personal.ranking import (
    Group,
    Personal,
    PersonalTarget,
    personal_ranking,
    weighted_quantile,
)

__all__ = [
    "Group",
    "Marker",
    "Personal",
    "PersonalTarget",
    "Weights",
    "explained",
    "personal_ranking",
    "read_markers",
    "read_value",
    "weigh",
    "weighted_quantile",
]
