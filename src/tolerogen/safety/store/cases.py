"""Put cases in, follow them up, take them back: always by adding."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, create_engine, event, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from tolerogen.errors import OutputError, SpecError
from tolerogen.safety.case_report import CaseReport, Identity, read_case
from tolerogen.safety.store.audit import START, Audit, Broken, digest, verify, version_stamp
from tolerogen.safety.store.migrate import prepare
from tolerogen.safety.store.schema import AUDIT, CASES, HEAD, IDENTITIES, VERSIONS

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of a receipt number: none that are mistaken for each other on the telephone."""


@dataclass(frozen=True)
class Receipt:
    """What a reporter gets: the number of the case, and of this version."""

    case_id: str
    version: int
    received: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Stored:
    """A version of a case. `kind` is ``initial``, ``follow-up`` or ``nullification``."""

    case_id: str
    version: int
    received: str
    kind: str
    report: CaseReport


class CaseStore:
    """Cases in a database.

    Parameters
    ----------
    where
        A file (SQLite), or a URL of SQLAlchemy.

    Raises
    ------
    OutputError
        When it cannot be opened.
    """

    def __init__(self, where: Path | str) -> None:
        url = str(where) if "://" in str(where) else f"sqlite:///{where}"
        try:
            self._engine = create_engine(url)
            if url.startswith("sqlite"):
                event.listen(self._engine, "connect", _durable)
                event.listen(self._engine, "begin", _exclusive)
            prepare(self._engine)
        except (SQLAlchemyError, ImportError) as error:
            words = type(error).__name__
            raise OutputError(f"The case store cannot be opened ({words}).") from None

    @classmethod
    def existing(cls, where: Path | str) -> CaseStore:
        """Open a store that is there: whoever looks for a case wants no new, empty one.

        Raises
        ------
        SpecError
            When there is no such file.
        OutputError
            When it cannot be opened.
        """
        if "://" not in str(where) and not Path(where).is_file():
            raise SpecError(
                f"There is no case store {where}. The first report makes one: tolerogen safety "
                "report, import or serve; or name yours with --store."
            )
        return cls(where)

    def receive(
        self,
        report: CaseReport,
        identity: Identity | None = None,
        *,
        who: str,
        why: str = "received",
        at: datetime | None = None,
    ) -> Receipt:
        """Accept a new case; it is on disk when this returns.

        Parameters
        ----------
        report, identity
            The case, and who it is about, which is kept apart.
        who, why
            Who put it in, and why; for the audit trail.
        at
            When it was received; now by default.
        """
        at = at or datetime.now(UTC)
        number = "".join(secrets.choice(ALPHABET) for _ in range(8))
        case_id = f"{at:%Y}-{number[:4]}-{number[4:]}"
        with self._writing() as connection:
            connection.execute(insert(CASES).values(case_id=case_id, received=_stamp(at)))
            self._add(connection, case_id, 1, "initial", report, identity, who, why, at)
        return Receipt(case_id, 1, _stamp(at), report.missing)

    def follow_up(
        self,
        case_id: str,
        report: CaseReport,
        identity: Identity | None = None,
        *,
        who: str,
        why: str,
        at: datetime | None = None,
    ) -> Receipt:
        """Add a version with what is known now. Earlier versions stay.

        Raises
        ------
        SpecError
            When there is no such case, or it was nullified.
        """
        return self._next(case_id, "follow-up", report, identity, who, why, at)

    def nullify(self, case_id: str, *, who: str, why: str, at: datetime | None = None) -> Receipt:
        """Declare a case void, for example as a duplicate. Nothing is erased."""
        return self._next(case_id, "nullification", None, None, who, why, at)

    def history(self, case_id: str) -> list[Stored]:
        """Return all versions of a case, the oldest first.

        Raises
        ------
        SpecError
            When there is no such case.
        """
        query = select(VERSIONS).where(VERSIONS.c.case_id == case_id).order_by(VERSIONS.c.version)
        with self._looking() as connection:
            rows = connection.execute(query).all()
        if not rows:
            raise SpecError("There is no case of this number; look for it with safety case.")
        return [_stored(row) for row in rows]

    def latest(self) -> Iterator[Stored]:
        """Iterate over the latest version of every case that was not nullified."""
        query = select(VERSIONS).order_by(VERSIONS.c.case_id, VERSIONS.c.version)
        with self._engine.connect() as connection:
            held: Stored | None = None
            for row in connection.execute(query):
                if held is not None and held.case_id != row.case_id and held.kind in LIVING:
                    yield held
                held = _stored(row)
            if held is not None and held.kind in LIVING:
                yield held

    def identity(self, case_id: str, *, who: str, why: str) -> Identity:
        """Return who a case is about; that somebody looked is put into the audit trail."""
        query = select(IDENTITIES.c.content).where(IDENTITIES.c.case_id == case_id)
        with self._writing() as connection:
            row = connection.execute(query.order_by(IDENTITIES.c.version.desc())).first()
            if row is None:
                raise SpecError("There is no case of this number.")
            _log(connection, who, "identity read", case_id, 0, why, "", "", datetime.now(UTC))
        return Identity(**json.loads(row.content))

    def trail(self, case_id: str | None = None) -> list[Audit]:
        """Return the audit trail, of one case or of all."""
        query = select(AUDIT).order_by(AUDIT.c.number)
        if case_id is not None:
            query = query.where(AUDIT.c.case_id == case_id)
        with self._engine.connect() as connection:
            return [Audit(**row._mapping) for row in connection.execute(query)]

    def verify(self) -> list[Broken]:
        """Recompute the audit chain; empty when everything agrees."""
        with self._engine.connect() as connection:
            return verify(connection)

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        """Connect for one statement, which needs no transaction: a third of the messages."""
        with self._engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self._engine.execution_options(writing=True).begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            words = type(error).__name__  # its own text would quote the values
            raise OutputError(f"The case store refused; nothing was written ({words}).") from None

    def _next(
        self,
        case_id: str,
        kind: str,
        report: CaseReport | None,
        identity: Identity | None,
        who: str,
        why: str,
        at: datetime | None,
    ) -> Receipt:
        at = at or datetime.now(UTC)
        history = self.history(case_id)
        if history[-1].kind == "nullification":
            raise SpecError("This case was nullified; receive a new one instead.")
        kept = report if report is not None else history[-1].report
        version = history[-1].version + 1
        with self._writing() as connection:
            if identity is None:
                query = select(IDENTITIES.c.content).where(
                    IDENTITIES.c.case_id == case_id, IDENTITIES.c.version == version - 1
                )
                identity = Identity(**json.loads(connection.execute(query).scalar_one()))
            self._add(connection, case_id, version, kind, kept, identity, who, why, at)
        return Receipt(case_id, version, _stamp(at), kept.missing)

    def _add(
        self,
        connection: Connection,
        case_id: str,
        version: int,
        kind: str,
        report: CaseReport,
        identity: Identity | None,
        who: str,
        why: str,
        at: datetime,
    ) -> None:
        content = json.dumps(report.document(), sort_keys=True, ensure_ascii=False)
        personal = json.dumps(asdict(identity or Identity()), sort_keys=True, ensure_ascii=False)
        row: dict[str, Any] = {"received": _stamp(at), "kind": kind, "content": content}
        key = {"case_id": case_id, "version": version}
        connection.execute(insert(VERSIONS).values(**key, **row))
        connection.execute(insert(IDENTITIES).values(**key, content=personal))
        stamp = digest(version_stamp(SimpleNamespace(**row)))
        _log(connection, who, kind, case_id, version, why, stamp, digest(personal), at)


LIVING = ("initial", "follow-up")


def _log(
    connection: Connection,
    who: str,
    what: str,
    case_id: str,
    version: int,
    why: str,
    content: str,
    identity: str,
    at: datetime,
) -> None:
    if not who or not why:
        raise SpecError("The audit trail needs who did it and why.")
    head = connection.execute(select(HEAD).with_for_update()).first()
    number, previous = (head.number, head.hash) if head else (0, START)
    row = Audit(
        number + 1, _stamp(at), who, what, case_id, version, why, content, identity, previous
    )
    values = {**asdict(row), "hash": row.computed()}
    connection.execute(insert(AUDIT).values(**values))
    new = {"number": row.number, "hash": values["hash"]}
    connection.execute(update(HEAD).values(**new) if head else insert(HEAD).values(one=1, **new))


def _stored(row: Any) -> Stored:
    report, _ = read_case(json.loads(row.content))
    kept = CaseReport(**{**vars(report), "has_identity": json.loads(row.content)["has_identity"]})
    return Stored(row.case_id, row.version, row.received, row.kind, kept)


def _stamp(at: datetime) -> str:
    if at.tzinfo is None:
        raise SpecError("A time of receipt has no time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _durable(connection: Any, _record: Any) -> None:
    """Write ahead, and wait for the disk: what was accepted survives a loss of power."""
    connection.isolation_level = None  # transactions begin where we say
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _exclusive(connection: Connection) -> None:
    """Take the lock at once as a writer, so that two writers never read the same head."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
