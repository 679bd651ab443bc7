"""SQLite: one file, write-ahead log, every commit on disk before it is acknowledged.

Implements `adapters.database.port.Database`. Writers take turns (`BEGIN IMMEDIATE`, waiting up
to half a minute for one another); readers never wait.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import weakref
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from variorum.adapters.database.port import NONE, Cursor, Dialect, Parameters, Row
from variorum.adapters.database.reading import Reading, Transaction, keep_from_forks
from variorum.domain.errors import StorageError

BUSY_SECONDS = 30.0
_WRITE = "begin immediate"
_SCRUB_MILLISECONDS = 5000
"""How long clearing the file waits for others."""
_OWN_FILES = ("", "-wal", "-shm", "-journal")
"""What follows the file's name in those of the files that SQLite keeps for it."""
_CACHED_STATEMENTS = 256


class SqliteCursor:
    """Implements `adapters.database.port.Cursor`."""

    __slots__ = ("__weakref__", "connection")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def run(self, statement: str, parameters: Parameters = NONE) -> None:
        self.connection.execute(statement, parameters)

    def rows(self, statement: str, parameters: Parameters = NONE) -> list[Row]:
        return self.connection.execute(statement, parameters).fetchall()

    def row(self, statement: str, parameters: Parameters = NONE) -> Row | None:
        return self.connection.execute(statement, parameters).fetchone()  # type: ignore[no-any-return]

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
        *,
        frozen: bool = False,
        once: bool = False,
    ) -> None:
        if rows:
            self.connection.executemany(_insertion(table, tuple(columns), once), rows)


@lru_cache(maxsize=64)
def _insertion(table: str, columns: tuple[str, ...], once: bool) -> str:
    marks = ",".join("?" * len(columns))
    refused = "ignore" if once else "fail"  # that row alone, and so without a journal for it
    return f"insert or {refused} into {table} ({','.join(columns)}) values ({marks})"


class SqliteDatabase:
    """A database in a file.

    Args:
        path: the file, whatever becomes this process's folder.
        create: whether a missing file is made.
        derived: what is written can be made anew: a commit may be undone if the power fails, unless
            another of this file came after, and what is deleted is not overwritten.
    """

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, *, create: bool = False, derived: bool = False) -> None:
        self.path = path
        self._file = path.absolute()
        self._opened_file: tuple[int, int] | None = None
        """The device and the number of the file that was opened."""
        self._derived = derived
        self._mode = "rwc" if create else "rw"
        self._idle: list[SqliteCursor] = []
        self._cursors: weakref.WeakSet[SqliteCursor] = weakref.WeakSet()
        self._closed = ""
        self.give_back(self._cursor())
        keep_from_forks(self)

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def address(self) -> str:
        return str(self._file)

    def is_own_file(self, path: Path) -> bool:
        """As the port says. Whoever opens one and closes it again ends all locks that this process
        has on it (https://sqlite.org/howtocorrupt.html, 2.2): another process then takes itself for
        the last one and removes the log, and what is written here is lost.
        """
        file = self._file.resolve()
        own = [file.with_name(file.name + ending) for ending in _OWN_FILES]
        found = _number(path)
        if found is None:  # what is put where a log would be is taken for one
            return Path(os.path.realpath(path)) in own
        return found in map(_number, own)

    def _cursor(self) -> SqliteCursor:
        cursor = SqliteCursor(self._connect())
        self._cursors.add(cursor)
        return cursor

    def _connect(self) -> sqlite3.Connection:
        if self.path.is_dir():
            raise StorageError(f"{self.path} is a folder, not an archive")
        if self._opened_file is not None:
            self._check_there()
        with _storage_errors(self.name):
            try:
                return self._opened(self._mode)
            except sqlite3.OperationalError as cause:
                if not self._is_unwritable(cause):
                    raise
            file = self._file.resolve()  # beside which SQLite writes, whatever leads there
            log = file.with_name(file.name + "-wal")
            if log.exists() and log.stat().st_size:
                raise StorageError(
                    f"{self.name} was not closed, and nothing can be written beside it: copy it, "
                    f"together with {log.name}, to where files can be written"
                )
            return self._opened("ro&immutable=1")

    def _opened(self, mode: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(os.fsencode(self._file))}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_CACHED_STATEMENTS,
        )
        try:
            synchronous = "normal" if self._derived else "full"
            connection.execute(f"pragma synchronous = {synchronous}")  # which reads the file
            if self._derived:
                connection.execute("pragma secure_delete = off")
            if self._opened_file is None:
                self._opened_file = _number(self._file)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_there(self) -> None:
        """What is written goes into the file that was opened, whether its name still leads there.

        Raises:
            StorageError: it does not.
        """
        if _number(self._file) != self._opened_file:
            raise StorageError(f"{self.name} was moved or replaced while it was open")

    def _is_unwritable(self, cause: sqlite3.OperationalError) -> bool:
        """Whether a file that can be read could not be opened, since nothing can be written there.

        A write-ahead log and its index are made beside an archive even to read it.
        """
        refused = (cause.sqlite_errorcode & 0xFF) in (
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_READONLY,
        )
        folder = self._file.resolve().parent
        return refused and os.access(self._file, os.R_OK) and not os.access(folder, os.W_OK)

    def borrow(self) -> SqliteCursor:
        if self._closed:
            raise StorageError(f"{self.name} {self._closed}")
        try:
            return self._idle.pop()  # one step, whatever other threads do
        except IndexError:
            return self._cursor()

    def give_back(self, cursor: SqliteCursor) -> None:
        self._idle.append(cursor)
        if self._closed:
            self._close_idle()

    def begin(self, cursor: SqliteCursor, how: str) -> None:
        if how == _WRITE:
            self._check_there()
        cursor.connection.execute(how)

    def commit(self, cursor: SqliteCursor) -> None:
        cursor.connection.execute("commit")

    def roll_back(self, cursor: SqliteCursor) -> None:
        if cursor.connection.in_transaction:
            cursor.connection.execute("rollback")

    def read(self) -> Reading[SqliteCursor]:
        return Reading(self)

    def snapshot(self) -> Transaction[SqliteCursor]:
        return Transaction(self, "begin deferred")

    def alone(self) -> Reading[SqliteCursor]:
        return Reading(self)

    def write(self) -> Transaction[SqliteCursor]:
        return Transaction(self, _WRITE)

    def script(self, statements: Callable[[Cursor], Iterable[str]]) -> None:
        with Reading(self) as cursor:
            cursor.run("pragma journal_mode = wal")  # the file remembers it
        with self.write() as cursor:
            for text in statements(cursor):
                cursor.run(text)

    def scrub(self) -> str | None:
        """Writes the file anew, and empties the write-ahead log.

        Statements that are at work in other connections keep what they read: then nothing more is
        done than can be, and the answer says so.
        """
        connection = self.borrow().connection
        try:
            with _storage_errors(self.name):
                connection.execute(f"pragma busy_timeout = {_SCRUB_MILLISECONDS}")
                connection.execute("pragma secure_delete = on").fetchone()
                try:
                    connection.execute("vacuum")
                except sqlite3.OperationalError as cause:
                    if (cause.sqlite_errorcode & 0xFF) not in (
                        sqlite3.SQLITE_BUSY,
                        sqlite3.SQLITE_LOCKED,
                    ):
                        raise
                    return "another process is writing"
                busy, *_ = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
                return "another process is reading an older state" if busy else None
        finally:
            connection.close()

    def failure(self, error: BaseException) -> Exception | None:
        return _error(self.name, error) if isinstance(error, sqlite3.Error) else None

    def is_trouble(self, error: BaseException) -> bool:
        code = getattr(error, "sqlite_errorcode", None)
        return isinstance(error, sqlite3.Error) and code is not None and code & 0xFF in _TROUBLES

    def close(self) -> None:
        self._closed = "is closed"
        self._close_idle()

    def before_fork(self) -> None:
        self._close_idle()

    def after_fork(self) -> None:
        if self._cursors:
            self._closed = "was in use when this process was forked off: start it by spawn"

    def _close_idle(self) -> None:
        with contextlib.suppress(IndexError):
            while True:
                cursor = self._idle.pop()
                self._cursors.discard(cursor)  # an error that was kept may hold it still
                cursor.connection.close()


def _number(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


_TROUBLES = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    )
)
"""The primary result codes (sqlite.org/rescode.html) that no value given is to blame for."""


_HAS_KEY = "has a row of that key"
"""How the guards of inserts end what they say, before a unique index could say it."""


@contextmanager
def _storage_errors(name: str) -> Generator[None]:
    """Turns what sqlite3 raises into the errors that callers act on."""
    try:
        yield
    except sqlite3.Error as cause:
        raise _error(name, cause) from cause


def _error(name: str, cause: sqlite3.Error) -> Exception:
    """The error that callers act on, for one of sqlite3's."""
    if isinstance(cause, sqlite3.IntegrityError):
        guarded = cause.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_TRIGGER
        if not guarded or str(cause).endswith(_HAS_KEY):
            from eventsourcing.persistence import IntegrityError

            return IntegrityError(str(cause))
    return StorageError(f"{name}: {cause}")
