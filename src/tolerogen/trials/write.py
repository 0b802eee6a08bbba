"""The result folder: written whole or not at all, and never over something else.

Everything goes to a temporary folder beside the target, which is renamed when it is complete.
An older result of the same content is replaced; another result is kept beside it under its
hash; anything else that stands there is left alone, with an error.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import OutputError
from tolerogen.provenance import plain
from tolerogen.trials.measures import measures

if TYPE_CHECKING:
    from tolerogen.trials.result import TrialResult

MAIN = "result.json"
FORMATS = (
    "tolerogen-trial-result/",
    "tolerogen-trial-design/",
    "tolerogen-trial-validation/",
    "tolerogen-trial-datasets/",
    "tolerogen-therapy-dose/",
)


def check_writable(out: str | Path) -> Path:
    """Make sure that a result can be written, before the long run.

    Parameters
    ----------
    out
        The result folder wanted; it need not exist.

    Returns
    -------
    pathlib.Path
        The folder, absolute. Nothing is created.

    Raises
    ------
    OutputError
        When `out` is a file, a folder of something else, or lies where we may not write.
    """
    folder = Path(out).expanduser().absolute()
    try:
        _check_target(folder)
        parent = next(p for p in folder.parents if p.exists())
    except PermissionError as error:
        raise OutputError(_refusal(folder, error.strerror or "no permission")) from None
    if not parent.is_dir():
        raise OutputError(
            f"the result cannot be written to '{out}': '{parent}' is a file, not a folder. "
            "Choose another --out."
        )
    # the mode bits do not tell of read-only mounts and quotas: try
    try:
        with tempfile.TemporaryDirectory(prefix=".tolerogen-", dir=parent):
            pass
    except OSError as error:
        raise OutputError(_refusal(folder, error.strerror or str(error))) from None
    return folder


def write_result(result: TrialResult, out: str | Path) -> Path:
    """Write a result folder: tables, trajectories, figures.

    Parameters
    ----------
    result
        What to write.
    out
        The folder: ``result.json``, ``trial.toml`` as it was written, ``measures.json``,
        ``patients.parquet``, ``observations.parquet``, ``trajectories.nc`` and ``figures/*.svg``
        and ``*.png``.

    Returns
    -------
    pathlib.Path
        The folder written.

    Raises
    ------
    OutputError
        When the folder cannot be written; what stood there before is still there then.
    """
    return write_folder(out, result.provenance.content, lambda folder: _fill(result, folder))


def write_folder(out: str | Path, content: str, fill: Callable[[Path], None]) -> Path:
    """Write a folder whole or not at all.

    Parameters
    ----------
    out
        The folder.
    content
        Hash of what determines its numbers, as its ``result.json`` gives it.
    fill
        Writes the files into an empty folder.

    Raises
    ------
    OutputError
        As `write_result`.
    """
    folder = check_writable(out)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise OutputError(_refusal(folder, error.strerror or str(error))) from None
    try:
        fill(temporary)
        temporary.chmod(0o777 & ~_umask())
        _place(temporary, folder, content)
    except OSError as error:
        raise OutputError(_refusal(folder, error.strerror or str(error))) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _fill(result: TrialResult, folder: Path) -> None:
    from tolerogen.trials.figures import draw, kinds, save

    (folder / MAIN).write_text(result.to_json() + "\n", encoding="utf-8")
    known = plain(list(measures(result.spec.disease).values()))
    (folder / "measures.json").write_text(json.dumps(known, indent=1), encoding="utf-8")
    if result.spec.text:
        (folder / "trial.toml").write_text(result.spec.text, encoding="utf-8")
    result.patients.to_parquet(folder / "patients.parquet")
    result.observations.to_parquet(folder / "observations.parquet")
    compressed = {
        name: {"zlib": True, "complevel": 4}
        for name, variable in result.trajectories.data_vars.items()
        if variable.dtype.kind == "f"
    }
    result.trajectories.to_netcdf(
        folder / "trajectories.nc", engine="h5netcdf", encoding=compressed
    )
    (folder / "figures").mkdir()
    for kind in kinds(result):
        save(draw(result, kind), folder / "figures" / kind)


def _place(temporary: Path, folder: Path, content: str) -> None:
    """Rename the finished folder into place, moving an older result out of the way first."""
    old = _check_target(folder)
    if old is None:
        if folder.exists():
            folder.rmdir()  # empty, or `_check_target` would have refused it
        temporary.rename(folder)
        return
    if old == content:
        aside = temporary.with_name(temporary.name + ".old")
        folder.rename(aside)
    else:
        aside = _free(folder.with_name(f"{folder.name}.{old}"))
        folder.rename(aside)
    try:
        temporary.rename(folder)
    except OSError:
        aside.rename(folder)  # what stood there stands there again
        raise
    if old == content:
        shutil.rmtree(aside, ignore_errors=True)


def _check_target(folder: Path) -> str | None:
    """Return the content hash of the result at `folder`; None when nothing stands there."""
    if not (folder.exists() or folder.is_symlink()):
        return None
    if not folder.is_dir():
        raise OutputError(
            f"the result cannot be written to '{folder}': a file of that name exists. "
            "Choose another --out, or move the file."
        )
    if not any(folder.iterdir()):
        return None
    found = _content(folder / MAIN)
    if found is None:
        raise OutputError(
            f"the result cannot be written to '{folder}': the folder exists and holds something "
            "else than a Tolerogen result, which would be lost. Choose another --out."
        )
    return found


def _content(path: Path) -> str | None:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        if str(data["format"]).startswith(FORMATS):
            content = str(data["provenance"]["content"])
            # it becomes part of a folder name, so nothing but a hash will do
            return content if re.fullmatch("[0-9a-f]{8,64}", content) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None


def _free(path: Path) -> Path:
    """Return `path`, or the first ``path.2``, ``path.3`` ... that is not taken."""
    candidate, number = path, 2
    while candidate.exists():
        candidate, number = path.with_name(f"{path.name}.{number}"), number + 1
    return candidate


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _refusal(folder: Path, reason: str) -> str:
    return (
        f"the result cannot be written to '{folder}': {reason}. Choose an --out folder that you "
        "may write to; nothing was written."
    )
