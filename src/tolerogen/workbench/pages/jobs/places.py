"""Where the result of a job is shown."""

from __future__ import annotations

from tolerogen.workbench.jobs import Job


def address(job: Job) -> str:
    """Return the address of a job's own page: that of the page whose kind of job it is."""
    from tolerogen.workbench.pages import pages

    owner = next((page.name for page in pages() if job.kind in page.work), "jobs")
    return f"/{owner}/{job.id}"
