"""The rebuild on PostgreSQL: shadows are tables of a schema of their own, moved at the end.

All of it is one transaction: nobody sees the shadows before they are in place, and a rebuild that
dies leaves nothing behind. Their rows are stored *frozen*: a reader whose snapshot is older than
the swap would otherwise find the new tables, by their names, and few of their rows.

The locks of the swap are waited for a moment at most, and given back between tries: readers never
wait for long, and no deadlock lasts.
"""

from __future__ import annotations

import time
from itertools import chain, repeat

from psycopg.errors import LockNotAvailable

from variorum.adapters.catalogue.replay import INDEXES, TABLES, Progress, Replay
from variorum.adapters.database.port import Cursor, Database
from variorum.adapters.database.statements import statement
from variorum.domain.errors import ConflictError

SCHEMA = "variorum_rebuild"
_LOCK = int.from_bytes(b"rebuild", "big")
_LOCK_MILLISECONDS = 100
_STATISTICS = 10
"""How closely the new tables are looked at: their keys are all that leads to rows."""
_PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between two tries to get the locks; the last again and again."""


def rebuild_postgres(database: Database, chunk: int, progress: Progress | None) -> int:
    """See `variorum.adapters.catalogue.rebuild.rebuild`."""
    replay = Replay(chunk, progress, prefix=f"{SCHEMA}.", frozen=True)
    with database.write() as cursor:
        live = _make_shadows(cursor)
        replay.catch_up(cursor)
        for index in INDEXES:
            cursor.run(statement("schema/postgres", index))
        cursor.run(f"set local default_statistics_target = {_STATISTICS}")
        for table in TABLES:
            cursor.run(f"analyze {SCHEMA}.{table}")
        replay.catch_up(cursor)
        _lock_out(cursor, live)
        replay.catch_up(cursor)
        _swap(cursor, live)
    return replay.replayed


def _make_shadows(cursor: Cursor) -> str:
    """Makes empty shadows, and gives the schema of the tables in use.

    Raises:
        ConflictError: another rebuild is at work.
    """
    taken = cursor.row("select pg_try_advisory_xact_lock(:lock)", {"lock": _LOCK})
    if taken is None or not taken[0]:
        raise ConflictError("the catalogue is being rebuilt by someone else")
    cursor.run(statement("database", "schema_first"))
    row = cursor.row("select quote_ident(current_schema())")
    assert row is not None
    cursor.run(f"create schema {SCHEMA}")
    cursor.run(statement("catalogue", "shadows_first"), {"schema": SCHEMA})
    for table in TABLES:
        cursor.run(statement("schema/postgres", table))
    return str(row[0])


def _lock_out(cursor: Cursor, live: str) -> None:
    """Waits until nobody appends and nobody reads the catalogue, and keeps it so."""
    tables = ", ".join(f"{live}.{table}" for table in TABLES)
    for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
        cursor.run("savepoint unlocked")
        try:
            cursor.run(f"set local lock_timeout = {_LOCK_MILLISECONDS}")
            cursor.rows(statement("catalogue", "lock_collections"))
            cursor.run(f"lock table {tables} in access exclusive mode")
        except LockNotAvailable:
            cursor.run("rollback to savepoint unlocked")
            cursor.run("release savepoint unlocked")
            time.sleep(pause)
        else:
            cursor.run("release savepoint unlocked")
            return


def _swap(cursor: Cursor, live: str) -> None:
    """Puts the shadows into the places, and under the owners and rights, of the tables in use."""
    rights = cursor.rows(statement("catalogue", "rights"), {"schema": SCHEMA})
    for table in TABLES:
        cursor.run(f"drop table {live}.{table}")
        cursor.run(f"alter table {SCHEMA}.{table} set schema {live}")
    for (right,) in rights:
        cursor.run(str(right))
    cursor.run(f"drop schema {SCHEMA}")
