"""Compares the catalogue, row by row, with what replay of the log gives.

Streams are compared a few at a time, the events and the rows of each few as of one moment, so
that it can be done while others append.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from variorum.adapters.catalogue.replay import TABLES
from variorum.adapters.catalogue.rows import COLUMNS, Tables, rows_of
from variorum.adapters.database.port import Cursor, Database, Row
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import placed_of_streams

STREAMS = 200
"""Streams that are compared at once."""

_STORY_OF_STREAM = "substr(s.name, 7)"  # after `story/`


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is stored and should not be, or should be and is not."""

    collection: str
    table: str
    missing: bool
    row: Row
    orphan: bool = False
    """Whether its collection does not exist."""

    @property
    def position(self) -> int | None:
        """The position of the event that the row is, or would be, of; None where it names none."""
        columns = COLUMNS[self.table]
        found = self.row[columns.index("position")] if "position" in columns else None
        return found if isinstance(found, int) else None

    def __str__(self) -> str:
        row = ", ".join(
            f"{name} {value.hex() if isinstance(value, bytes) else value}"
            for name, value in zip(COLUMNS[self.table], self.row, strict=True)
        )
        return (
            f"collection {self.collection}: the catalogue's table {self.table} "
            f"{'lacks' if self.missing else 'has, against the log,'} the row {row}"
        )


def differences(database: Database, *, streams: int = STREAMS) -> Iterator[Difference]:
    """What is wrong with the catalogue, of all collections; take the first to see if anything is.

    Args:
        streams: how many streams to compare at once.

    Raises:
        DamagedError: the log holds an event that cannot be read.
    """
    with database.read() as cursor:
        collections = cursor.rows(statement("eventlog", "collections"))
    names = {int(row[0]): str(row[1]) for row in collections}
    for collection in names:
        after = 0
        while True:
            until = after + streams
            with database.snapshot() as cursor:
                _keep_tables(database, cursor)
                expected = _replayed(cursor, collection, after, until)
                stored = {
                    table: cursor.rows(
                        _stored(table), {"collection": collection, "after": after, "until": until}
                    )
                    for table in TABLES
                }
                last = cursor.row(statement("eventlog", "last_stream"), {"collection": collection})
            yield from _compared(names[collection], expected, stored)
            after = until
            if last is None or last[0] is None or after >= last[0]:
                break
    for table in TABLES:
        with database.read() as cursor:
            strays = cursor.rows(_strays(table))
        for row in strays:
            name = names.get(row[0])
            yield Difference(name or str(row[0]), table, False, row, orphan=name is None)


def _keep_tables(database: Database, cursor: Cursor) -> None:
    """Has a rebuild wait with its new tables; before the moment that is looked at is fixed.

    PostgreSQL would show, in new ones, also the rows of events that came after that moment.
    """
    if database.dialect == "postgres":
        cursor.run(f"lock table {', '.join(TABLES)} in access share mode")


def _replayed(cursor: Cursor, collection: int, after: int, until: int) -> Tables:
    """The rows that the events of some streams give."""
    return rows_of(collection, placed_of_streams(cursor, collection, after, until), {})


def _compared(collection: str, expected: Tables, stored: Tables) -> Iterator[Difference]:
    for table in TABLES:
        wanted, found = set(expected[table]), set(stored[table])
        for row in sorted(wanted ^ found, key=repr):
            yield Difference(collection, table, row in wanted, row)


def _columns(table: str) -> str:
    return ", ".join(f"r.{column}" for column in COLUMNS[table])


def _stored(table: str) -> str:
    """The statement for the stored rows of the streams :after < stream <= :until."""
    rows = f"select {_columns(table)} from {table} r"
    if table != "story":
        return (
            f"{rows} where r.collection = :collection and r.stream > :after and r.stream <= :until"
        )
    return (  # whose key is the id
        f"select {_columns(table)} from stream s"
        f" join {table} r on r.collection = s.collection and r.id = {_STORY_OF_STREAM}"
        " where s.collection = :collection and s.name like 'story/%'"
        " and s.stream > :after and s.stream <= :until"
    )


def _strays(table: str) -> str:
    """The statement for the rows that belong to no stream."""
    same = "s.name = 'story/' || r.id" if table == "story" else "s.stream = r.stream"
    return (
        f"select {_columns(table)} from {table} r where not exists"
        f" (select 1 from stream s where s.collection = r.collection and {same})"
    )
