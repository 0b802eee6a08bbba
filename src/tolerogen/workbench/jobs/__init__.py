"""Jobs: long work in processes of its own, each with a row on disk.

A job has an id, a kind, a task (plain data) and a state: ``waiting``, ``running``, ``done``,
``failed`` or ``cancelled``. Its row is in ``jobs.sqlite`` of the workbench's folder, its files in
``jobs/ID/``. Whoever opens the folder sees the same jobs: a page after a reload, a second tab, the
command line.

`Jobs`
    Start, look at, cancel; and `Jobs.dispatching`, which starts waiting jobs.
`rows`
    The table.
`worker`
    The process of one job.
`lock`
    How it is known whether a job's process is alive: it holds a lock on a file, which the system
    lets go when the process ends, however it ends.

A job does not need the server: it goes on when the server is stopped. When its process is killed,
whoever looks next marks it failed, with the reason.
"""

from __future__ import annotations

from tolerogen.workbench.jobs.jobs import Jobs
from tolerogen.workbench.jobs.rows import ENDED, Job, UnknownJobError

__all__ = ["ENDED", "Job", "Jobs", "UnknownJobError"]
