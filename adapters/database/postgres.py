"""PostgreSQL 15 or newer, through psycopg.

Implements `adapters.database.port.Database`. Bulk goes through COPY. No table locks, no
sequences, no server-side code, and NOTIFY is not needed.
"""

from __future__ import annotations

import re
import select
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Format, TransactionStatus

from variorum.adapters.database.port import NONE, Cursor, Dialect, Parameters, Row
from variorum.adapters.database.reading import Reading, Transaction, keep_from_forks
from variorum.adapters.database.statements import for_psycopg, statement
from variorum.domain.errors import StorageError

CONNECT_SECONDS = 10
_INT8 = 20
"""The object id of the type bigint."""
COPY_FROM_ROWS = 16
"""From so many rows on, COPY is quicker than INSERT."""
_ROWS_KEPT = 20
"""How many rows of the last statement an idle connection may keep in memory."""

Connection = psycopg.Connection[Any]


class PostgresCursor:
    """A connection and its one cursor. Implements `adapters.database.port.Cursor`.

    A cursor that is used again knows how values of each type are written and read, which a new one
    takes longer to find out than most statements take.
    """

    __slots__ = ("_cursor", "_types_known", "connection")

    def __init__(self, connection: Connection, types: dict[_Columns, tuple[int, ...]]) -> None:
        self.connection = connection
        self._cursor = connection.cursor(binary=True)
        self._types_known = types

    def let_go(self) -> None:
        """Drops what the last statement gave, where that may be much."""
        if self._cursor.rowcount > _ROWS_KEPT:
            self._cursor = self.connection.cursor(binary=True)

    def run(self, statement: str, parameters: Parameters = NONE) -> None:
        self._cursor.execute(for_psycopg(statement), parameters)

    def rows(self, statement: str, parameters: Parameters = NONE) -> list[Row]:
        self._cursor.execute(for_psycopg(statement), parameters)
        return self._cursor.fetchall()

    def row(self, statement: str, parameters: Parameters = NONE) -> Row | None:
        self._cursor.execute(for_psycopg(statement), parameters)
        return self._cursor.fetchone()

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
        *,
        frozen: bool = False,
        once: bool = False,
    ) -> None:
        if rows and once and frozen:
            rows = self._not_there(table, columns, rows)
        if not rows:
            return
        into = f"{_qualified(table)} ({_named(tuple(columns))})"
        if once and not frozen:
            arrays = ",".join(["%s::bigint[]"] * len(columns))
            values = [list(each) for each in zip(*rows, strict=True)]
            those = f"select * from unnest({arrays}) on conflict do nothing"
            self._cursor.execute(f"insert into {into} {those}".encode(), values)
            return
        if len(rows) < COPY_FROM_ROWS and not frozen:
            marks = ",".join(["%s"] * len(columns))
            self._cursor.executemany(f"insert into {into} values ({marks})".encode(), rows)
            return
        options = "format binary, freeze" if frozen else "format binary"
        types = self._types(table, tuple(columns))
        with self._cursor.copy(f"copy {into} from stdin with ({options})".encode()) as copy:
            copy.set_types(types)
            write = copy.write_row
            for row in rows:
                write(row)

    def _not_there(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> list[Row]:
        """Those of some rows of whole numbers that a table does not have."""
        names, arrays = _named(tuple(columns)), ",".join(["%s::bigint[]"] * len(columns))
        where = f"({names}) in (select * from unnest({arrays}))"
        values = [list(each) for each in zip(*rows, strict=True)]
        text = f"select {names} from {_qualified(table)} where {where}"
        self._cursor.execute(text.encode(), values)
        there = set(self._cursor.fetchall())
        return [row for row in rows if row not in there]

    def _types(self, table: str, columns: tuple[str, ...]) -> tuple[int, ...]:
        """The types of columns; of a table that is there for good, looked up once."""
        found = self._types_known.get((table, columns))
        if found is None:
            names = _named(columns)
            self._cursor.execute(f"select {names} from {_qualified(table)} limit 0".encode())
            assert self._cursor.description is not None
            found = tuple(each.type_code for each in self._cursor.description)
            if len(self._types_known) < _TYPES_KEPT:
                self._types_known[table, columns] = found
        return found


_Columns = tuple[str, tuple[str, ...]]
"""A table, and some of its columns."""
_TYPES_KEPT = 1_000


@lru_cache(maxsize=_TYPES_KEPT)
def _qualified(table: str) -> str:
    return sql.Identifier(*table.split(".")).as_string(None)


@lru_cache(maxsize=_TYPES_KEPT)
def _named(columns: tuple[str, ...]) -> str:
    return ",".join(sql.Identifier(each).as_string(None) for each in columns)


class PostgresDatabase:
    """A database on a server; the schema is the first of the connection's `search_path`.

    Args:
        url: `postgresql://user@host:port/database`, as libpq reads it.
    """

    dialect: Dialect = "postgres"

    def __init__(self, url: str) -> None:
        self._url = url
        self._name = without_password(url)
        self._commits_read = True
        self._idle: list[PostgresCursor] = []
        self._types: dict[_Columns, tuple[int, ...]] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._hurried = False
        self.give_back(PostgresCursor(self._connect(), self._types))
        keep_from_forks(self)

    @property
    def name(self) -> str:
        return self._name

    @property
    def address(self) -> str:
        return self._url

    def is_own_file(self, path: Path) -> bool:
        return False  # they are the server's

    def _connect(self) -> Connection:
        unreadable = _why_unreadable(self._url)
        if unreadable is not None:
            raise StorageError(f"cannot reach {self.name}: {unreadable}")
        try:
            connection = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                application_name="variorum",
                client_encoding="utf8",  # whatever the role, or the environment, has it be
                prepare_threshold=2,
            )
            process, isolation = connection.execute(_SERVER).fetchone() or (None, None)
        except psycopg.Error as cause:
            reason = " ".join(str(cause).split())
            raise StorageError(f"cannot reach {self.name}: {reason}") from cause
        if process != connection.info.backend_pid:
            # A pooler stands between: the next statement may meet another process, which lacks
            # what was prepared, or has a statement of somebody else's by the same name.
            connection.prepare_threshold = None
        self._commits_read = isolation == "read committed"
        # Integers of one type, whatever their size: statements stay prepared.
        for form in (Format.TEXT, Format.BINARY):
            dumper = connection.adapters.get_dumper_by_oid(_INT8, form)
            connection.adapters.register_dumper(int, dumper)
        return connection

    def borrow(self) -> PostgresCursor:
        with self._lock:
            if self._closed:
                raise StorageError(f"{self.name} is closed")
            while self._idle:
                cursor = self._idle.pop()
                if not _has_ended(cursor.connection):
                    return cursor
                cursor.connection.close()
        return PostgresCursor(self._connect(), self._types)

    def give_back(self, cursor: PostgresCursor) -> None:
        if not _is_at_work(cursor.connection):
            cursor.let_go()
            with self._lock:
                if not self._closed:
                    self._idle.append(cursor)
                    return
        cursor.connection.close()

    def begin(self, cursor: PostgresCursor, how: str) -> None:
        cursor.connection.execute(how.encode())
        if self._hurried:
            cursor.connection.execute(b"set local lock_timeout = %d" % _HURRIED_MILLISECONDS)

    def commit(self, cursor: PostgresCursor) -> None:
        cursor.connection.execute("commit")

    def roll_back(self, cursor: PostgresCursor) -> None:
        if not _is_at_work(cursor.connection):
            cursor.connection.execute("rollback")

    def read(self) -> Reading[PostgresCursor]:
        return Reading(self)

    def snapshot(self) -> Transaction[PostgresCursor]:
        return Transaction(self, "begin isolation level repeatable read, read only")

    def alone(self) -> Reading[PostgresCursor]:
        return Reading(self) if self._commits_read and not self._hurried else self.write()

    def write(self) -> Transaction[PostgresCursor]:
        return Transaction(self, "begin isolation level read committed")

    def script(self, statements: Callable[[Cursor], Iterable[str]]) -> None:
        with self.write() as cursor:
            cursor.run("select pg_advisory_xact_lock(:key)", {"key": _SCHEMA_LOCK})
            for text in statements(cursor):
                cursor.run(text)

    def scrub(self) -> str | None:
        """Writes the tables of what is erased anew (VACUUM FULL); nobody reads them meanwhile.

        Rows that an open transaction may still see are kept, and one that writes in another
        database of the server counts: most end soon, so it is tried again for a while before the
        answer says so. What was deleted is left in the server's write-ahead log, in replicas and
        backups (docs/guide/takedown.md).
        """
        left = _LeftRows()
        with self.read() as cursor:
            owned = cursor.row(statement("database", "owns_what_is_erased"))
            if owned is None or not owned[0]:
                return "only the owner of the tables content, pack and watch can clear them"
        connection = self._connect()
        give_up = time.monotonic() + _SCRUB_MILLISECONDS / 1000
        try:
            connection.add_notice_handler(left.note)
            connection.execute(b"set lock_timeout = %d" % _SCRUB_MILLISECONDS)
            connection.execute("set statement_timeout = 0")  # it takes as long as it takes
            connection.execute(_WRITE_ANEW)
            while left.rows and time.monotonic() < give_up:
                time.sleep(_SCRUB_PAUSE_SECONDS)
                left.rows = 0
                connection.execute(_WRITE_ANEW)
        except psycopg.errors.LockNotAvailable:
            return "others are reading or recording"
        except psycopg.Error as cause:
            raise _error(self.name, cause) from cause
        finally:
            connection.close()
        return "an open transaction still sees an older state" if left.rows else None

    def hurry(self) -> None:
        self._hurried = True

    def failure(self, error: BaseException) -> Exception | None:
        return _error(self.name, error) if isinstance(error, psycopg.Error) else None

    def is_trouble(self, error: BaseException) -> bool:
        if not isinstance(
            error, (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)
        ):
            return False
        return not (error.sqlstate or "").startswith(_LIMIT_EXCEEDED)

    def close(self) -> None:
        with self._lock:
            self._closed = True
        self._close_idle()

    def _close_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for cursor in idle:
            cursor.connection.close()

    def before_fork(self) -> None:
        self._close_idle()

    def after_fork(self) -> None:
        self._lock = threading.Lock()  # another thread may have held it
        self._idle = []


def _is_at_work(connection: Connection) -> bool:
    """Whether a command was interrupted, or the connection lost: it takes no other.

    Closing it undoes what its transaction did.
    """
    return connection.closed or connection.pgconn.transaction_status == TransactionStatus.ACTIVE


def _has_ended(connection: Connection) -> bool:
    """Whether an idle connection is one no more: its server, unasked, says only that it ends."""
    if connection.closed or sys.platform == "win32":  # where sockets cannot be polled
        return connection.closed
    said = select.poll()
    said.register(connection.pgconn.socket, select.POLLIN)
    return bool(said.poll(0))


def without_password(url: str) -> str:
    """An address as it may be shown, also where its password is not written as URLs have it."""
    where, mark, query = _PASSWORD.sub(r"\1@", url).partition("?")
    shown = [each for each in query.split("&") if not _is_secret(each)]
    return where + mark * bool(shown) + "&".join(shown)


def _is_secret(setting: str) -> bool:
    return unquote(setting.partition("=")[0]) in ("password", "sslpassword")


def _why_unreadable(url: str) -> str | None:
    """Why libpq cannot read an address, or takes a part of the password for something else.

    Its own words quote what it cannot read; these have nothing of the password.
    """
    try:
        conninfo_to_dict(without_password(url))
    except psycopg.Error as cause:
        return " ".join(str(cause).split())
    found = _PASSWORD.search(url)
    if found is None or not set(found[2]) & set("@/"):
        with suppress(psycopg.Error):
            conninfo_to_dict(url)
            return None
    return (
        "in a password, and in a database's name after a port, "
        "write %40 for @, %2F for /, %25 for %"
    )


_PASSWORD = re.compile(r"(?<=://)([^:@/?]*):([^/?]*|[^/@]*|[^?]*)@")
"""A user, and what is meant as the password: up to the last @ before the database's name; or the
first, where the password has a question mark; or any, where it has a slash."""
_SERVER = "select pg_backend_pid(), current_setting('default_transaction_isolation')"


class _LeftRows:
    """Counts the deleted rows that VACUUM VERBOSE says it had to keep.

    Its messages are in the server's language; the first number of the detail is theirs.
    """

    def __init__(self) -> None:
        self.rows = 0

    def note(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        number = re.search(r"\d+", diagnostic.message_detail or "")
        self.rows += int(number[0]) if number else 0


_HURRIED_MILLISECONDS = 500
"""How long whoever was interrupted still waits for a lock."""
_SCRUB_MILLISECONDS = 5000
"""How long clearing the tables waits for others."""

_SCRUB_PAUSE_SECONDS = 0.1

_WRITE_ANEW = "vacuum (full, verbose) content, pack, watch"

_LIMIT_EXCEEDED = "54"
"""The class of SQLSTATE for what is too large or too complex: a value's fault."""

_SCHEMA_LOCK = int.from_bytes(b"variorum"[:7], "big")


def _error(name: str, cause: psycopg.Error) -> Exception:
    """What psycopg raises, as the error that callers act on."""
    if isinstance(cause, psycopg.errors.UniqueViolation):
        from eventsourcing.persistence import IntegrityError

        return IntegrityError(str(cause))
    reason = " ".join(str(cause).split()) or type(cause).__name__
    return StorageError(f"{name}: {reason}")
