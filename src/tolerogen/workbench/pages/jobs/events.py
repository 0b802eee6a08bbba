"""Progress of a job as server-sent events, one whenever its row changes, until it has ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.concurrency import run_in_threadpool

from tolerogen.errors import TolerogenError
from tolerogen.workbench.jobs import Job, Jobs

LOOK_SECONDS = 0.3
QUIET_LOOKS = 50
"""Looks without a change after which a comment is sent, so that a closed tab is noticed."""


async def events(jobs: Jobs, name: str) -> AsyncIterator[str]:
    """Yield the events of a job."""
    last, quiet = "", 0
    while True:
        try:
            job = await run_in_threadpool(jobs.get, name)
        except TolerogenError:  # removed meanwhile
            return
        now = json.dumps(standing(job))
        if now != last:
            yield f"event: job\ndata: {now}\n\n"
            last, quiet = now, 0
        elif (quiet := quiet + 1) % QUIET_LOOKS == 0:
            yield ": still here\n\n"
        if job.over:
            return
        await asyncio.sleep(LOOK_SECONDS)


def standing(job: Job) -> dict[str, Any]:
    """Return what a page shows while a job runs."""
    return {
        "id": job.id, "state": job.state, "done": job.done, "total": job.total,
        "stopping": job.stopping, "over": job.over, "message": job.message,
    }  # fmt: skip
