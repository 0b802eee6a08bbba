"""Names of events and drugs: the user's own MedDRA and WHODrug, and an open list to fall back on.

Both dictionaries are licensed, so neither is shipped: `read_meddra` and `read_whodrug` read the
ASCII files that their holders get. Without them `match_term` finds a common term for what people
write, in a small list of our own that anybody may use.
"""

from __future__ import annotations

from tolerogen.safety.dictionaries.meddra import Meddra, read_meddra
from tolerogen.safety.dictionaries.vocabulary import Match, match_term, vocabulary
from tolerogen.safety.dictionaries.whodrug import WhoDrug, read_whodrug

__all__ = [
    "Match",
    "Meddra",
    "WhoDrug",
    "match_term",
    "read_meddra",
    "read_whodrug",
    "vocabulary",
]
