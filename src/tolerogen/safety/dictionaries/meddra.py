"""Read MedDRA as its holders get it: ASCII files with ``$`` between the fields.

Read are ``llt.asc`` (code, name, code of the preferred term, …, current), ``pt.asc`` (code, name)
and ``mdhier.asc`` (codes and names of the four levels above, primary or not); the release from
``meddra_release.asc`` if it is there. Layout: MedDRA Distribution File Format Document, MSSO.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tolerogen.errors import SpecError


@dataclass(frozen=True)
class Meddra:
    """A release of MedDRA.

    Attributes
    ----------
    version
        Such as ``28.1``; empty when the folder does not say.
    terms
        Lowest-level terms, in lower case, and their codes; preferred terms are among them.
    preferred
        Code of each lowest-level term, to the code of its preferred term.
    names
        Names by code.
    paths
        Paths of preferred terms from the system organ class, primary ones first.
    """

    version: str
    terms: dict[str, str]
    preferred: dict[str, str]
    names: dict[str, str]
    paths: tuple[str, ...]

    def code(self, words: str) -> str | None:
        """Return the code of a term, whatever the case of its letters; None if unknown."""
        return self.terms.get(" ".join(words.casefold().split()))

    def coder(self, words: str) -> tuple[str, str] | None:
        """Return code and version, as `tolerogen.safety.e2b.batch_of` wants them."""
        code = self.code(words)
        return (code, self.version) if code else None

    def preferred_name(self, words: str) -> str | None:
        """Return the preferred term of a term; None if unknown."""
        code = self.code(words)
        return self.names.get(self.preferred.get(code, code)) if code else None

    def name(self, code: str) -> str | None:
        """Return the name of a code; None if unknown."""
        return self.names.get(code)


def read_meddra(folder: Path) -> Meddra:
    """Read the ASCII files of a release.

    Parameters
    ----------
    folder
        Where ``llt.asc``, ``pt.asc`` and, if there, ``mdhier.asc`` lie.

    Raises
    ------
    SpecError
        When a file is missing, or a line has another layout: file and line are named.
    """
    terms, preferred, names = {}, {}, {}
    for code, name, *_ in _rows(folder / "pt.asc", 2):
        names[code] = name
        preferred[code] = code
        terms[name.casefold()] = code
    for code, name, above, *rest in _rows(folder / "llt.asc", 3):
        names.setdefault(code, name)
        preferred.setdefault(code, above)
        current = rest[6] if len(rest) > 6 else "Y"
        if current != "N":
            terms.setdefault(name.casefold(), code)
    paths = []
    if (folder / "mdhier.asc").is_file():
        for row in _rows(folder / "mdhier.asc", 12):
            parts = [row[k].replace("/", "|") for k in (7, 6, 5, 4)]
            paths.append((row[11] != "Y", "/".join(parts)))
    version = ""
    if (folder / "meddra_release.asc").is_file():
        version = next(iter(_rows(folder / "meddra_release.asc", 1)))[0]
    return Meddra(version, terms, preferred, names, tuple(path for _, path in sorted(paths)))


def _rows(file: Path, least: int) -> list[list[str]]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SpecError(f"{file}: cannot be read ({error.strerror}).") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = line.split("$")
        if len(parts) < least or not parts[0].strip():
            raise SpecError(
                f"{file}, line {number}: {least} fields with $ between them are expected, "
                f"as in the ASCII files of MedDRA."
            )
        rows.append([part.strip() for part in parts])
    if not rows:
        raise SpecError(f"{file}: is empty.")
    return rows
