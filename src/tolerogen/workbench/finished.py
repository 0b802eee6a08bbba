"""What a job that is done left on disk, looked up by names that exist."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from tolerogen.workbench.jobs import Job, Jobs, UnknownJobError

DRAWING = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""For a drawing as a page of its own: it holds its own styles, and no script may run in it."""


def job_of(jobs: Jobs, name: str, kinds: Collection[str]) -> Job:
    """Return a job of one of some kinds.

    Raises
    ------
    UnknownJobError
        When there is none of that id, or it is of another kind.
    """
    job = jobs.get(name)
    if job.kind not in kinds:
        raise UnknownJobError(f"Job '{job.id}' is of the kind '{job.kind}'.")
    return job


def folder_of(jobs: Jobs, job: Job, part: str) -> Path:
    """Return the folder `part` in the result of a job.

    Raises
    ------
    HTTPException
        409 when the job has not ended well (yet).
    """
    if job.state != "done":
        raise HTTPException(409, f"The job is {job.state}.")
    return jobs.result(job) / part


def document_in(folder: Path) -> dict[str, Any]:
    """Return what ``result.json`` of a result folder holds."""
    found: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return found


def files_in(folder: Path) -> dict[str, Path]:
    """Return the files of a folder, by name."""
    return {path.name: path for path in sorted(folder.iterdir()) if path.is_file()}


def figures_in(folder: Path, captions: Collection[str]) -> dict[str, Path]:
    """Return the drawings that are there, in the order of `captions`: name to SVG file."""
    here = {name: folder / f"{name}.svg" for name in captions}
    return {name: path for name, path in here.items() if path.is_file()}


def sent_figure(drawings: Mapping[str, Path], name: str) -> FileResponse:
    """Answer with one of some drawings.

    Raises
    ------
    HTTPException
        404 when there is none of that name.
    """
    if name not in drawings:
        raise HTTPException(404)
    return FileResponse(drawings[name], media_type="image/svg+xml", headers=DRAWING)


def sent_file(folder: Path, name: str) -> FileResponse:
    """Answer with a file to keep.

    Raises
    ------
    HTTPException
        404 when there is none of that name.
    """
    found = files_in(folder).get(name)
    if found is None:
        raise HTTPException(404)
    return FileResponse(found, filename=found.name, content_disposition_type="attachment")
