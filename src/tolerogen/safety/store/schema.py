"""Tables of the case store."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

METADATA = MetaData()

CASES = Table(
    "cases",
    METADATA,
    Column("case_id", String(40), primary_key=True),
    Column("received", String(40), nullable=False, index=True),
)

SCHEMA = Table(
    "schema",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)

VERSIONS = Table(
    "versions",
    METADATA,
    Column("case_id", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("received", String(40), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("content", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "version"),
    ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
)

IDENTITIES = Table(
    "identities",
    METADATA,
    Column("case_id", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "version"),
    ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("who", String(200), nullable=False),
    Column("what", String(40), nullable=False),
    Column("case_id", String(40), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("identity_hash", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

HEAD = Table(
    "head",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
