"""Who may do what, when pages are served beyond this machine.

A token is a long random text that somebody gets once. The file holds its hash, a name for the audit
trail, and a role; who reads the file cannot use it to enter.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tolerogen.errors import OutputError, SpecError, choices

ROLES = {"reporter": 0, "assessor": 1, "chief": 2}
"""What a role may do; a higher one may do what lower ones may.

`reporter` reports and adds to reports; `assessor` also reads cases, without names; `chief` also
reads the audit trail.
"""


@dataclass(frozen=True)
class Person:
    """Somebody who may enter: a name for the audit trail, and a role."""

    name: str
    role: str

    def may(self, role: str) -> bool:
        """Say whether this person may do what `role` may."""
        return ROLES[self.role] >= ROLES[role]


@dataclass(frozen=True)
class Tokens:
    """Hashes of tokens, and whose they are."""

    people: tuple[tuple[str, Person], ...]

    def who(self, token: str) -> Person | None:
        """Find whose token this is; every hash is compared, so that time tells nothing."""
        given, found = _hash(token), None
        for digest, person in self.people:
            if hmac.compare_digest(digest, given):
                found = person
        return found


def new_token(file: Path, name: str, role: str) -> str:
    """Make a token, add its hash to the file, and return it: it is not shown again.

    Raises
    ------
    SpecError
        When the role is unknown or the name is taken.
    OutputError
        When the file cannot be written.
    """
    if role not in ROLES:
        raise SpecError(f"--role: {choices(role, ROLES)}")
    if not name.isprintable() or not name or '"' in name or "\\" in name:
        raise SpecError("--name must be printable text without quotes.")
    known = read_tokens(file) if file.exists() else Tokens(())
    if any(person.name == name for _, person in known.people):
        raise SpecError(f"{file} has a token for that name; take it out of the file first.")
    token = secrets.token_urlsafe(32)
    row = f'[[token]]\nname = "{name}"\nrole = "{role}"\nsha256 = "{_hash(token)}"\n\n'
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as out:
            out.write(row)
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror}).") from None
    return token


def read_tokens(file: Path) -> Tokens:
    """Read the file of tokens.

    Raises
    ------
    SpecError
        When it cannot be read, or an entry is wrong.
    """
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("token", [])
        people = [
            (str(entry["sha256"]), Person(str(entry["name"]), str(entry["role"])))
            for entry in entries
        ]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SpecError(f"{file}: is no file of tokens ({type(error).__name__}).") from None
    for _, person in people:
        if person.role not in ROLES:
            raise SpecError(f"{file}: role {choices(person.role, ROLES)}")
    return Tokens(tuple(people))


def check_serving(host: str, tokens: Tokens | None) -> bool:
    """Say whether only this machine can reach `host`.

    Raises
    ------
    SpecError
        When others can, and there are no tokens.
    """
    local = host in ("127.0.0.1", "localhost", "::1")
    if not local and (tokens is None or not tokens.people):
        raise SpecError(
            f"Served on {host} the pages can be reached by others, so everybody needs a token: "
            f"make one with safety token, and give the file with --tokens."
        )
    return local


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
