"""The job of this page: score the pairs of a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError, choices
from tolerogen.workbench.uploads import as_file, check_length

if TYPE_CHECKING:
    from tolerogen.workbench.jobs import Job, Jobs

METHODS = {
    "ebgm": "EBGM: empirical Bayes, shrinks pairs with few reports",
    "ic": "IC: information component",
    "prr": "PRR: proportional reporting ratio",
    "ror": "ROR: reporting odds ratio",
    "rrr": "RRR: relative reporting ratio",
    "bcpnn": "BCPNN: Bayesian network's information component",
    "lrt": "LRT: likelihood ratio with false-discovery control",
}
FORMS = ("zeros", "component", "joint")
SHOWN = 500
WANTED = "a table of reports (report_id, drug, event) or of counts (drug, event, n, expected)"


def start(jobs: Jobs, text: str, name: str, **asked: Any) -> Job:
    """Start the job.

    Parameters
    ----------
    text, name
        Table (CSV), and what it is called.
    asked
        ``method``, ``form``, ``strata`` (columns, with commas between), ``min_count``.

    Raises
    ------
    SpecError
        Nothing was given, or an unknown method or form.
    """
    if asked["method"] not in METHODS:
        raise SpecError(f"Method: {choices(str(asked['method'])[:40], METHODS)}")
    if asked["form"] not in FORMS:
        raise SpecError(f"Form of EBGM: {choices(str(asked['form'])[:40], FORMS)}")
    task = {"text": check_length(text, WANTED), "name": name, **asked}
    return jobs.add("signals", f"Signals by {asked['method'].upper()}: {name}", task)


def detect(task: Mapping[str, Any], out: Path, progress: Callable[[int, int], None]) -> None:
    """Count the reports, score every pair, and draw the highest."""
    from tolerogen.safety.signals import draw_signals, find_signals, read_source, write_table

    strata = tuple(word.strip() for word in task["strata"].split(",") if word.strip())
    with as_file(task["text"], task["name"], ".csv") as path:
        progress(0, 3)
        source = read_source(path, {}, strata)
        progress(1, 3)
        result = find_signals(
            source, task["method"], form=task["form"], min_count=task["min_count"]
        )
    progress(2, 3)
    folder = out / "signals"
    folder.mkdir()
    write_table([result], folder / "signals.csv")
    draw_signals(result, folder / "pairs")
    document = result.document(limit=SHOWN)
    (folder / "result.json").write_text(json.dumps(document), encoding="utf-8")
    progress(3, 3)
