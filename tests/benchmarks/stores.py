"""Databases under benchmarks, bare: the archive's tables with nothing of the archive around them.

The settings are those that the archive has: SQLite with a write-ahead log and synchronous FULL,
PostgreSQL as it comes. Rows go in by executemany and by binary COPY with the columns' types set,
the quickest ways of the two drivers. The guards that refuse changes are the archive's own cost.
"""

from __future__ import annotations

import gc
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from variorum.adapters import schema
from variorum.adapters.catalogue.rows import COLUMNS
from variorum.adapters.connect import connect
from variorum.adapters.database.postgres import PostgresDatabase
from variorum.adapters.database.sqlite import SqliteDatabase
from variorum.adapters.eventlog.recorder import CONTENT_COLUMNS, EVENT_COLUMNS

Rows = dict[str, list[tuple[Any, ...]]]
"""Rows by table."""

ALL_COLUMNS = {
    "stream": ("collection", "stream", "name"),
    "topic": ("collection", "topic", "name"),
    "event": EVENT_COLUMNS,
    "content": CONTENT_COLUMNS,
    **COLUMNS,
}
_TURN = "update collection set position = {}, recorded_at = {} where collection = 1"


@contextmanager
def new_addresses(dialect: str) -> Generator[Iterator[str]]:
    """Addresses of databases that nobody has used, one after the other; of one kind."""
    if dialect == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield (str(Path(folder) / f"{number}.db") for number in range(1_000_000))
        return
    import sys

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from postgres_server import start

    server = start(fsync=True)
    try:
        yield iter(server.create_database, None)
    finally:
        server.stop()


def start_as_the_program() -> None:
    """Sets what `variorum` sets for its own process: it seldom looks for cycles of objects."""
    gc.set_threshold(50_000)


def prepare(address: str) -> None:
    """Makes the tables of an archive, and its collection."""
    connect(address, create=True, empty=True).close()


def database_of(address: str) -> PostgresDatabase | SqliteDatabase:
    if address.startswith("postgresql"):
        return PostgresDatabase(address)
    return SqliteDatabase(Path(address), create=True)


class BareSqlite:
    """Inserts rows by executemany."""

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("pragma synchronous = full")
        for guard in schema.GUARDS["sqlite"]:
            if guard.startswith("guard_"):
                self.connection.execute(f"drop trigger {guard}")
        self.statements = {
            table: f'insert into "{table}" ({",".join(columns)})'
            f" values ({','.join('?' * len(columns))})"
            for table, columns in ALL_COLUMNS.items()
        }

    def store(self, rows: Rows, position: int, now: int) -> None:
        run = self.connection
        run.execute("begin immediate")
        run.execute(_TURN.format("?", "?"), (position, now))
        for table, each in rows.items():
            run.executemany(self.statements[table], each)
        run.execute("commit")

    def close(self) -> None:
        self.connection.close()


class BarePostgres:
    """Inserts rows by binary COPY."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        found = self.connection.execute(
            "select table_name, column_name, udt_name from information_schema.columns"
            " where table_schema = current_schema()"
        )
        types = {(table, column): kind for table, column, kind in found}
        self.statements = {
            table: (
                f'copy "{table}" ({",".join(columns)}) from stdin (format binary)'.encode(),
                [types[table, column] for column in columns],
            )
            for table, columns in ALL_COLUMNS.items()
        }

    def store(self, rows: Rows, position: int, now: int) -> None:
        run = self.connection.cursor()
        run.execute("begin")
        run.execute(_TURN.format("%s", "%s"), (position, now))
        for table, each in rows.items():
            if not each:
                continue
            statement, types = self.statements[table]
            with run.copy(statement) as copy:
                copy.set_types(types)
                write = copy.write_row
                for row in each:
                    write(row)
        run.execute("commit")

    def close(self) -> None:
        self.connection.close()


@contextmanager
def bare(address: str) -> Generator[BareSqlite | BarePostgres]:
    kind = BarePostgres if address.startswith("postgresql") else BareSqlite
    with closing(kind(address)) as store:
        yield store
