"""The state of a project as one document, which a dossier reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tolerogen.errors import OutputError
from tolerogen.projects.status import status_of
from tolerogen.provenance import content_hash, versions
from tolerogen.result_folder import MAIN

FORMAT = "tolerogen-project/1"
MORE = ("dose", "safety")
"""Documents of a programme that go along, where they are there."""


def write_snapshot(folder: str | Path) -> Path:
    """Write ``result.json`` into the project: status, decisions, doses, safety plan.

    Raises
    ------
    SpecError
        As `status_of`.
    OutputError
        When it cannot be written.
    """
    root = Path(folder)
    status = status_of(root)
    data: dict[str, Any] = {"format": FORMAT, "disease": status.project.disease}
    data |= status.document()
    for name in MORE:
        path = root / f"{name}.json"
        if path.is_file():
            data[name] = json.loads(path.read_text(encoding="utf-8"))
    cited = [step.source for one in status.candidates for step in one.chance.steps]
    data["provenance"] = {
        "content": content_hash(data),
        "seed": 1,
        "versions": versions(),
        "sources": [*dict.fromkeys(cited), "doi:10.1214/ss/1177013825"],
    }
    path = root / MAIN
    part = path.with_name(f".{MAIN}.part")
    try:
        part.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}).") from None
    return path
