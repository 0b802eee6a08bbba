"""The audit trail: who did what to which case, when and why, each row chained to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from tolerogen.safety.store.schema import AUDIT, HEAD, IDENTITIES, VERSIONS

START = "0" * 64


@dataclass(frozen=True)
class Audit:
    """One row of the trail. `previous` is the hash of the row before, `hash` its own."""

    number: int
    at: str
    who: str
    what: str
    case_id: str
    version: int
    why: str
    content_hash: str
    identity_hash: str
    previous: str
    hash: str = ""

    def computed(self) -> str:
        """Return the hash that the row should have."""
        fields = {key: value for key, value in asdict(self).items() if key != "hash"}
        return digest(json.dumps(fields, sort_keys=True, ensure_ascii=False))


@dataclass(frozen=True)
class Broken:
    """Where the trail does not hold.

    Attributes
    ----------
    number
        Row of the trail; 0 when it is about a version without a row.
    case_id
        The case concerned.
    reason
        What does not agree, in words.
    """

    number: int
    case_id: str
    reason: str


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def verify(connection: Connection) -> list[Broken]:
    """Recompute the chain and the content of every version.

    Returns
    -------
    list of Broken
        Empty when everything agrees. Somebody who can write to the database can also write a whole
        new chain; note the hash of the head elsewhere to be safe from that too.
    """
    return list(_broken(connection))


def _broken(connection: Connection) -> Iterator[Broken]:
    previous, number = START, 0
    seen: dict[tuple[str, int], tuple[str, str, int]] = {}
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.number)):
        audit = Audit(**row._mapping)
        number += 1
        if audit.number != number:
            yield Broken(number, audit.case_id, "a row is missing before this one")
            number = audit.number
        if audit.previous != previous:
            yield Broken(number, audit.case_id, "does not follow the row before it")
        if audit.computed() != audit.hash:
            yield Broken(number, audit.case_id, "was changed after it was written")
        previous = audit.hash
        if audit.version:
            seen[audit.case_id, audit.version] = (audit.content_hash, audit.identity_hash, number)
    head = connection.execute(select(HEAD)).first()
    if (number, previous) != ((head.number, head.hash) if head else (0, START)):
        yield Broken(number, "", "the trail does not end where its head says")
    yield from _contents(connection, seen)


def _contents(
    connection: Connection, seen: dict[tuple[str, int], tuple[str, str, int]]
) -> Iterator[Broken]:
    for index, table in ((0, VERSIONS), (1, IDENTITIES)):
        what = ("case", "identity")[index]
        found = set()
        for row in connection.execute(select(table)):
            key = (row.case_id, row.version)
            found.add(key)
            if key not in seen:
                yield Broken(0, row.case_id, f"a {what} of version {row.version} has no row")
                continue
            stamp = version_stamp(row) if index == 0 else row.content
            if digest(stamp) != seen[key][index]:
                yield Broken(seen[key][2], row.case_id, f"the {what} was changed")
        for key in seen.keys() - found:
            yield Broken(seen[key][2], key[0], f"the {what} of version {key[1]} is gone")


def version_stamp(row: object) -> str:
    """Text that a version's hash is taken of: its content, when and how it came."""
    parts = (getattr(row, name) for name in ("received", "kind", "content"))
    return "\n".join(parts)
