"""Addresses that the result of every job has: its figures, its files, the same for programs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.finished import (
    document_in,
    figures_in,
    folder_of,
    job_of,
    sent_figure,
    sent_file,
)
from tolerogen.workbench.pages.jobs.api import JobId, JobRow, shown
from tolerogen.workbench.problems import Problem

NOT_DONE: dict[int | str, dict[str, Any]] = {409: {"model": Problem, "description": "Not done."}}


def add_files(
    router: APIRouter, kinds: Collection[str], part: str, captions: Collection[str], under: str = ""
) -> None:
    """Add the routes of figures and files.

    Parameters
    ----------
    router
        Of the page.
    kinds
        Kinds of jobs whose results these are.
    part
        Folder in the result.
    captions
        Names that figures may have.
    under
        What stands before the job's id in the address.
    """

    @router.get(f"{under}/{{name}}/figures/{{figure}}")
    def drawing(name: str, figure: str, bench: OfBench) -> Response:
        """Return a figure of a result (SVG)."""
        job = job_of(bench.jobs, name, kinds)
        return sent_figure(figures_in(folder_of(bench.jobs, job, part), captions), figure)

    @router.get(f"{under}/{{name}}/files/{{file}}")
    def fetch(name: str, file: str, bench: OfBench) -> Response:
        """Return a file of a result."""
        job = job_of(bench.jobs, name, kinds)
        return sent_file(folder_of(bench.jobs, job, part), file)


def add_results(router: APIRouter, kinds: Collection[str], part: str, under: str = "") -> None:
    """Add the routes that list the jobs of a page and return a result, for programs."""

    @router.get(under)
    def every(bench: OfBench) -> list[JobRow]:
        """List the jobs of this page, the youngest first."""
        return [shown(job) for job in bench.jobs.recent(500) if job.kind in kinds]

    @router.get(f"{under}/{{name}}", responses=NOT_DONE)
    def result(name: JobId, bench: OfBench) -> dict[str, Any]:
        """Return a result that is done."""
        job = job_of(bench.jobs, name, kinds)
        return document_in(folder_of(bench.jobs, job, part))
