"""Epitope binning: which antibodies compete for the same place on the target.

In a competition experiment each antibody in turn saturates the target and every other is offered
to it. `read_competition` reads the square table, `normalise` turns responses into the share that
was blocked, `bin_epitopes` groups antibodies with like profiles, in both roles. A pair that blocks
in one order only (a displaced or crowded partner, a captured antibody that lost its activity) is
flagged; since a profile has many entries, a few of them do not move an antibody to another bin.
"""

from __future__ import annotations

from tolerogen.antibodies.binning.bins import EpitopeBins, bin_epitopes
from tolerogen.antibodies.binning.matrix import Competition, normalise, read_competition

__all__ = ["Competition", "EpitopeBins", "bin_epitopes", "normalise", "read_competition"]
