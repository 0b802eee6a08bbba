"""Write the datasets: Parquet, CSV and SAS transport, the define table and the trial file."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import OutputError, SpecError, choices
from tolerogen.trials.datasets.concentrations import concentrations
from tolerogen.trials.datasets.events import adverse_events
from tolerogen.trials.datasets.nonmem import COLUMNS, pk_records
from tolerogen.trials.datasets.scores import scores
from tolerogen.trials.datasets.subjects import subjects
from tolerogen.trials.datasets.table import Table, define
from tolerogen.trials.write import write_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from tolerogen.trials.datasets.study import Study

FORMAT = "tolerogen-trial-datasets/1"
FORMATS = ("parquet", "csv", "xpt")
LONGEST = 200  # bytes of a text in the transport format, version 5
SIGNS = {"µ": "u", "μ": "u", "≥": ">=", "≤": "<=", "\u2013": "-", "ß": "ss"}


def export_study(
    study: Study,
    out: str | Path,
    formats: Sequence[str] = FORMATS,
    events: pd.DataFrame | None = None,
) -> Path:
    """Write the datasets of a trial to a folder, whole or not at all.

    Parameters
    ----------
    study
        From `study_of` or `read_study`.
    out
        The folder: ``adsl``, ``adqs``, ``adpc``, ``adae`` in every format, ``define.csv``,
        ``nonmem_<drug>.csv`` with ``nonmem_columns.csv``, ``trial.toml`` and ``result.json``, which
        lists them.
    formats
        Some of ``parquet``, ``csv``, ``xpt`` (SAS transport, version 5).
    events
        Adverse events, as `adverse_events` takes them.

    Returns
    -------
    pathlib.Path
        The folder written.

    Raises
    ------
    SpecError
        An unknown format, or events that cannot be used.
    OutputError
        The folder cannot be written, or pyreadstat is not installed and ``xpt`` was asked for.
    """
    import pandas as pd

    for name in formats:
        if name not in FORMATS:
            raise SpecError(f"there is no format '{name}'; {choices(name, FORMATS)}")
    tables = [
        subjects(study), scores(study), concentrations(study), adverse_events(study, events)
    ]  # fmt: skip
    pk = pk_records(study)

    def fill(folder: Path) -> None:
        for item in tables:
            for name in formats:
                write_table(item, folder / f"{item.name.lower()}.{name}")
        define(tables).to_csv(folder / "define.csv", index=False)
        for drug, records in pk.items():
            records.to_csv(folder / f"nonmem_{drug}.csv", index=False)
        if pk:
            meanings = pd.DataFrame(COLUMNS.items(), columns=["column", "meaning"])
            meanings.to_csv(folder / "nonmem_columns.csv", index=False)
        if study.text:
            (folder / "trial.toml").write_text(_trial(study), encoding="utf-8")
        (folder / "result.json").write_text(_manifest(study, tables, folder), encoding="utf-8")

    return write_folder(out, study.content, fill)


def contents(folder: str | Path) -> list[tuple[str, str, int]]:
    """Return name, label and number of rows of the datasets in a folder of `export_study`."""
    document = json.loads((Path(folder) / "result.json").read_text(encoding="utf-8"))
    return [(name, item["label"], item["rows"]) for name, item in document["datasets"].items()]


def write_table(item: Table, path: Path) -> None:
    """Write one dataset in the format that the ending of `path` names."""
    if path.suffix == ".parquet":
        item.frame.to_parquet(path, index=False)
    elif path.suffix == ".csv":
        item.frame.to_csv(path, index=False)
    else:
        _transport(item, path)


def plain_text(text: str) -> str:
    """Return text as the transport format holds it: ASCII, at most 200 bytes.

    Examples
    --------
    >>> plain_text("Sjögren, cells/µL")
    'Sjogren, cells/uL'
    """
    for sign, letters in SIGNS.items():
        text = text.replace(sign, letters)
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return bare[:LONGEST]


def _transport(item: Table, path: Path) -> None:
    try:
        import pyreadstat
    except ModuleNotFoundError:
        raise OutputError(
            "the SAS transport format needs pyreadstat, which is not installed. Install it with: "
            "pip install pyreadstat; or leave 'xpt' out of the formats."
        ) from None
    frame = item.frame.copy()
    for variable in item.variables:
        column = frame[variable.name]
        text = variable.kind == "text"
        frame[variable.name] = column.map(plain_text) if text else column.astype(float)
    pyreadstat.write_xport(
        frame,
        str(path),
        file_label=plain_text(item.label)[:40],
        column_labels={v.name: plain_text(v.label)[:40] for v in item.variables},
        table_name=item.name,
        file_format_version=5,
    )


def _trial(study: Study) -> str:
    """Return the trial file, under a line that says what the run overrode."""
    design = study.design
    head = ", ".join(f"{name} = {design[name]}" for name in ("patients", "seed", "replicates"))
    return f"# As written by its author; run with {head}.\n\n{study.text}"


def _manifest(study: Study, tables: Sequence[Table], folder: Path) -> str:
    from tolerogen.provenance import versions

    document = {
        "format": FORMAT,
        "study": study.id,
        "datasets": {item.name: {"rows": len(item.frame), "label": item.label} for item in tables},
        "files": sorted(path.name for path in folder.iterdir()),
        "provenance": {"content": study.content, "versions": versions()},
    }
    return json.dumps(document, indent=1) + "\n"
