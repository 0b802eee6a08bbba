"""Planning: which of many trials to run, by simulating them all.

A trial file with a table ``[design]`` names what is still open: sizes, visits, endpoints,
criteria of entry; the arms are the doses. Each way of entry is simulated once, in the largest
size, with the drugs and again with drugs that do nothing. A smaller trial is the first patients
of the larger, and an earlier visit is a look at the same patients, so that every combination is
read off the same simulated trials, and differences between them are not luck.

For every combination: the type I error, the power, the bias that dropout brings, the coverage of
the interval, each with its Monte-Carlo error, and the number of patients for the power wanted.
"""

from __future__ import annotations

from tolerogen.trials.planning.options import Entry, Options, load_options, read_options
from tolerogen.trials.planning.rating import explore
from tolerogen.trials.planning.result import DesignResult

__all__ = ["DesignResult", "Entry", "Options", "explore", "load_options", "read_options"]
