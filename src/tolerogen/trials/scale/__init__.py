"""Scale: the same trial on one machine or on many.

A run is cut into pieces: some hundred patients of the trial that is kept in full, or some
replicates. A piece knows its numbers and nothing of the others, and gives back what is kept of it,
never its trajectories beyond the first patients: what a run needs of memory does not grow with
what it simulates. A `Crew` does the pieces: `Here`, one after the other on the threads of this
machine, or `Cluster`, on the workers of a Dask scheduler, which gives the pieces of a lost worker
to another. The random numbers of a patient belong to the patient, so that neither the cut nor the
machine changes a result.

`connect` opens a scheduler by its address. There is no scheduler of our own: clusters that run
SLURM, LSF or PBS start workers through dask-jobqueue.
"""

from __future__ import annotations

from tolerogen.trials.scale.address import connect
from tolerogen.trials.scale.crews import Crew, Here, Piece, crew

__all__ = ["Crew", "Here", "Piece", "connect", "crew"]
