"""What a role of PostgreSQL is granted, so that the log is append-only for it.

A *recorder* can read everything and record: it adds events, contents and rows of the catalogue, and
can change or delete none of them. It moves the collection's counter, the tree's tiles and the
projections that follow. It cannot erase. A *reader* can read everything and change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import LiteralString

from psycopg import sql

from variorum.adapters.catalogue.rows import COLUMNS
from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.adapters.schema import TRACKING_TABLES
from variorum.domain.errors import StorageError, UsageError

_ADDED_TO = ("event", "stream", "topic", "content", "checkpoint", "timestamp_token", *COLUMNS)
"""Tables whose rows are added and never changed."""
_KEPT_UP = ("tile", *TRACKING_TABLES)
"""Tables that can be made anew from the log."""
_OTHERS = ("archive", "collection", "pack")
_ROLE = re.compile(r"[^\x00-\x1f:]{1,63}")
_MOVE_COUNTERS: LiteralString = (
    "grant update (position, recorded_at, streams, topics) on {tables} to {role}"
)


def grant(database: Database, role: str, *, reader: bool) -> list[str]:
    """Grants a role what it needs, in one transaction; gives the statements.

    What it was granted before on these tables is revoked first.

    Raises:
        UsageError: the archive is not on PostgreSQL.
        StorageError: there is no such role, or whoever asks does not own the tables.
    """
    found = statements(database, role, reader=reader)
    with database.write() as cursor:
        if cursor.row(statement("database", "role"), {"role": role}) is None:
            raise StorageError(f"{database.name} has no role {role} (`create role` makes it)")
        for text in found:
            cursor.run(text)
    return found


def statements(database: Database, role: str, *, reader: bool) -> list[str]:
    """The statements that grant a role what it needs.

    Raises:
        UsageError: the archive is not on PostgreSQL, or no role can have that name.
    """
    if not _ROLE.fullmatch(role):
        raise UsageError(f"not a role's name: {role[:80]!r}")
    if database.dialect != "postgres":
        raise UsageError("roles are PostgreSQL's; who may write a file is its mode's business")
    with database.read() as cursor:
        row = cursor.row(statement("database", "schema_of_archive"))
    if row is None:
        raise StorageError(f"{database.name} is not an archive (`variorum init` makes one)")
    return list(_statements(str(row[0]), role, reader))


def _statements(schema: str, role: str, reader: bool) -> Iterator[str]:
    def said(text: LiteralString, tables: Sequence[str]) -> str:
        names = [sql.Identifier(schema, table) for table in tables]
        return (
            sql.SQL(text)
            .format(tables=sql.SQL(", ").join(names), role=sql.Identifier(role))
            .as_string(None)
        )

    every = (*_OTHERS, *_ADDED_TO, *_KEPT_UP)
    yield (
        sql.SQL("grant usage on schema {} to {}")
        .format(sql.Identifier(schema), sql.Identifier(role))
        .as_string(None)
    )
    yield said("revoke all on {tables} from {role}", every)
    yield said("grant select on {tables} to {role}", every)
    if reader:
        return
    yield said("grant insert on {tables} to {role}", _ADDED_TO)
    yield said("grant insert, update, delete on {tables} to {role}", _KEPT_UP)
    yield said(_MOVE_COUNTERS, ["collection"])
