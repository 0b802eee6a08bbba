"""What all pieces share, packed so that another machine can open it.

A design refers to the folder of its disease, which a worker may not have, or have in another
version. The files travel with the design, and a worker that lacks them lays them out in its
temporary folder, under the name of their content.
"""

from __future__ import annotations

import io
import pickle
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from tolerogen.errors import SimulationError

FOLDER = "folder of the disease"


@dataclass(frozen=True)
class Parcel:
    """A value and the files of a folder it refers to.

    Attributes
    ----------
    value
        The pickled value, without the place of the folder.
    folder
        Where the folder lies on the machine that packed it.
    files
        Path within the folder, and bytes, of every file.
    version
        Of Tolerogen where it was packed.
    """

    value: bytes
    folder: Path
    files: tuple[tuple[str, bytes], ...]
    version: str


def pack(value: Any, folder: Path) -> Parcel:
    """Pack a value that refers to `folder`."""
    from tolerogen import __version__

    buffer = io.BytesIO()
    _Packer(buffer, folder).dump(value)
    return Parcel(buffer.getvalue(), folder, _files(folder), __version__)


@lru_cache(maxsize=4)
def unpack(parcel: Parcel) -> Any:
    """Return the value, its folder being one of this machine.

    Raises
    ------
    SimulationError
        When this machine runs another version of Tolerogen.
    """
    from tolerogen import __version__

    if parcel.version != __version__:
        raise SimulationError(
            f"a worker of the cluster runs Tolerogen {__version__}, this machine {parcel.version}: "
            "their numbers may differ. Install the same version everywhere."
        )
    same = parcel.folder.is_dir() and _files(parcel.folder) == parcel.files
    folder = parcel.folder if same else _lay_out(parcel.files)
    # made by `pack` on the machine that started the run: the cluster's own traffic
    return _Opener(io.BytesIO(parcel.value), folder).load()


def _files(folder: Path) -> tuple[tuple[str, bytes], ...]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(
        (path.relative_to(folder).as_posix(), path.read_bytes())
        for path in found
        if path.suffix != ".pyc"
    )


def _lay_out(files: tuple[tuple[str, bytes], ...]) -> Path:
    name = sha256(repr(files).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"tolerogen-{name}"
    if folder.is_dir() and _files(folder) == files:
        return folder
    folder = Path(tempfile.mkdtemp(prefix=f"tolerogen-{name}-"))
    for path, data in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


class _Packer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, folder: Path) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.folder = folder

    def persistent_id(self, value: Any) -> str | None:
        return FOLDER if isinstance(value, Path) and value == self.folder else None


class _Opener(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, folder: Path) -> None:
        super().__init__(file)
        self.folder = folder

    def persistent_load(self, name: str) -> Path:
        if name != FOLDER:
            raise pickle.UnpicklingError(f"unknown reference {name!r}")
        return self.folder
