"""Make the tables of a new store, and bring those of an older one up to date.

All of it happens in one transaction under a lock: whoever opens the store meanwhile waits, and a
process killed in between leaves the store as it was.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, insert, inspect, select, text

from tolerogen.errors import OutputError
from tolerogen.safety.store.audit import START
from tolerogen.safety.store.schema import HEAD, METADATA, SCHEMA, VERSIONS

LOCK = 7_207_130_331
"""Number of PostgreSQL's advisory lock; any that others do not use."""


def prepare(engine: Engine) -> None:
    """Make the tables, or migrate them.

    Raises
    ------
    OutputError
        When the store was made by a newer Tolerogen.
    """
    with engine.connect() as connection:
        found = version_of(connection)
    if found == LATEST:
        return
    with engine.execution_options(writing=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        found = version_of(connection)  # another process may have been faster
        if found > LATEST:
            raise OutputError(
                f"The case store has layout {found}, and this Tolerogen knows up to {LATEST}: "
                f"install a newer one."
            )
        if found == 0:
            METADATA.create_all(connection)
            _start_chain(connection)
            connection.execute(insert(SCHEMA).values(one=1, version=LATEST))
        for step in STEPS[max(found - 1, 0) :] if found else ():
            step(connection)


def version_of(connection: Connection) -> int:
    """Return the layout of a store: 0 when it is empty, 1 before layouts were numbered."""
    tables = set(inspect(connection).get_table_names())
    if "schema" in tables:
        return int(connection.execute(select(SCHEMA.c.version)).scalar_one())
    return 1 if "cases" in tables else 0


def _start_chain(connection: Connection) -> None:
    """Put the head of an empty chain there, so that the first two writers wait for each other."""
    if connection.execute(select(HEAD)).first() is None:
        connection.execute(insert(HEAD).values(one=1, number=0, hash=START))


def _to_2(connection: Connection) -> None:
    """Write the layout down, give the chain a head, make versions findable by their day."""
    SCHEMA.create(connection)
    _start_chain(connection)
    for index in VERSIONS.indexes:
        index.create(connection, checkfirst=True)
    connection.execute(insert(SCHEMA).values(one=1, version=2))


STEPS: tuple[Callable[[Connection], None], ...] = (_to_2,)
"""From layout 1 to 2, and so on."""
LATEST = 1 + len(STEPS)
