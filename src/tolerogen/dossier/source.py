"""Read what a dossier is built from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tolerogen.errors import SpecError
from tolerogen.provenance import content_hash, plain, versions
from tolerogen.result_folder import MAIN

LARGEST = 64_000_000  # bytes; a trial of 1,000 replicates is below 2 MB
FORMATS = {
    "tolerogen-trial-result/1": "trial",
    "tolerogen-trial-validation/1": "validation",
    "tolerogen-calibration/1": "calibration",
    "tolerogen-trial-design/1": "design",
    "tolerogen-population-comparison/1": "population",
    "tolerogen-project/1": "project",
    "tolerogen-recruitment/1": "recruitment",
}
KEYS = {
    "target": {"targets", "weights", "parameter_sets"},
    "antibody": {"heavy", "light", "clearance", "therapy"},
    "oligo": {"candidate", "therapy"},
}
READABLE = (
    "A dossier reads the --out folders of trial run, trial validate, trial design, trial recruit, "
    "population calibrate and population compare, the folder of a project, the --json documents "
    "of target rank, antibody therapy and oligo therapy, and the TOML file of an antibody "
    "candidate."
)


@dataclass(frozen=True)
class Source:
    """One result.

    Attributes
    ----------
    name
        Name of its folder or file.
    kind
        ``trial``, ``validation``, ``calibration``, ``design``, ``population``, ``project``,
        ``recruitment``, ``target``, ``antibody`` or ``oligo``.
    data
        The document.
    sha256
        Of the file that was read.
    folder
        Where its drawings are; None for a single file.
    """

    name: str
    kind: str
    data: dict[str, Any]
    sha256: str
    folder: Path | None = None

    @property
    def content(self) -> str:
        """Return the content hash the result gives itself; of the document where it has none."""
        found = self.data.get("provenance", {}).get("content")
        return str(found) if found else content_hash(self.data)

    @property
    def disease(self) -> str | None:
        """Return the name of its disease, None when it has none."""
        places = (self.data, self.data.get("spec", {}), self.data.get("summary", {}))
        return next((str(p["disease"]) for p in places if "disease" in p), None)


def read_source(path: str | Path) -> Source:
    """Read a result.

    Parameters
    ----------
    path
        A result folder, its ``result.json``, another JSON document of ours, or a candidate (TOML).

    Raises
    ------
    SpecError
        When it is none of these.
    """
    place = Path(path)
    file = place / MAIN if place.is_dir() else place
    try:
        if file.stat().st_size > LARGEST:
            raise SpecError(f"{path}: larger than {LARGEST / 1e6:.0f} MB. {READABLE}")
        raw = file.read_bytes()
    except OSError as error:
        raise SpecError(f"{file} cannot be read: {error.strerror}. {READABLE}") from None
    digest = hashlib.sha256(raw).hexdigest()
    if file.suffix == ".toml":
        return Source(file.stem, "antibody", _candidate(file), digest)
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise SpecError(f"{file}: not a JSON document ({error}). {READABLE}") from None
    kind = _kind(data)
    if kind is None:
        found = data.get("format") if isinstance(data, dict) else None
        what = f"its format '{found}' is not one" if found else "its content is nothing"
        raise SpecError(f"{file}: {what} that a dossier is built from. {READABLE}")
    if kind in FORMATS.values() and not isinstance(data.get("provenance"), dict):
        raise SpecError(f"{file}: it has no provenance, so it cannot be traced. Run it again.")
    folder = file.parent if file.name == MAIN else None
    name = file.parent.resolve().name if file.name == MAIN else file.stem
    return Source(name, kind, data, digest, folder)


def _kind(data: Any) -> str | None:
    if not isinstance(data, dict):
        return None
    if "format" in data:
        return FORMATS.get(str(data["format"]))
    return next((kind for kind, keys in KEYS.items() if keys <= set(data)), None)


def _candidate(file: Path) -> dict[str, Any]:
    """Read a candidate and what is predicted of it, as ``antibody therapy --json`` prints it."""
    from tolerogen.antibodies.candidate_reader import read_candidate

    candidate = read_candidate(file)
    return {
        "candidate": plain(candidate),
        "heavy": candidate.heavy,
        "light": candidate.light,
        "mass_kda": candidate.mass_kda,
        "humanness": candidate.humanness,
        "immunogenicity": plain(candidate.immunogenicity),
        "clearance": plain(candidate.clearance),
        "provenance": {
            "content": content_hash(candidate),
            "versions": versions(),
            "sources": list(candidate.sources),
        },
    }
