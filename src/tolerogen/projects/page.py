"""The portfolio as one page that loads nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tolerogen.errors import OutputError
from tolerogen.projects.compare import compare
from tolerogen.projects.figures import draw_bubbles, draw_chances, draw_gantt
from tolerogen.result_file import write_file

if TYPE_CHECKING:
    from tolerogen.projects.status import ProjectStatus

MARK = '<meta name="generator" content="Tolerogen project">'


def to_html(status: ProjectStatus) -> str:
    """Return the page: bubbles, months ahead, chances, what to do next, decisions."""
    from tolerogen.dossier.drawing import inline

    drawings = {}
    if status.candidates:
        drawings["bubbles"] = draw_bubbles(status.candidates, status.project.currency)
        drawings["gantt"] = draw_gantt(status.candidates)
    for one in status.candidates:
        drawings[one.candidate.id] = draw_chances(one)
    # our own drawings, cleaned and with ids of their own
    safe = {
        name: Markup(inline(svg.encode(), f"{name}-"))  # noqa: S704
        for name, svg in drawings.items()
    }
    return _environment().get_template("page.html").render(
        status=status, drawings=safe, comparison=compare(status.candidates),
        mark=Markup(MARK),  # noqa: S704  # a constant
    )  # fmt: skip


def write_page(status: ProjectStatus, out: str | Path) -> Path:
    """Write the page, whole or not at all.

    Raises
    ------
    OutputError
        When it cannot be written, or something else stands there.
    """
    path = Path(out).expanduser().absolute()
    if path.exists() and not (
        path.is_file() and MARK in path.read_text(encoding="utf-8", errors="replace")[:2000]
    ):
        raise OutputError(f"{path} exists and is no page of a project; choose another --out.")
    return write_file(path, to_html(status), parents=True)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("tolerogen.projects"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
