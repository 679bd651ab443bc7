"""SQLite: one file, write-ahead log, every commit on disk before it is acknowledged.

Implements `adapters.database.port.Database`. Writers take turns (`BEGIN IMMEDIATE`, waiting up
to half a minute for one another); readers never wait. SQLite heeds no signal while it waits: so it
waits for a moment only, and is asked again until the time is over.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
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
_HURRIED_SECONDS = 0.5
"""How long whoever was interrupted still waits for others."""
_MOMENT_SECONDS = 0.25
"""How long SQLite waits by itself."""
_PAUSE_SECONDS = 0.001
"""Before it is asked again, as it is before it first looks again by itself."""
_WRITE = "begin immediate"
_SCRUB_MILLISECONDS = 5000
"""How long clearing the file waits for others."""
_OWN_FILES = ("", "-wal", "-shm", "-journal")
"""What follows the file's name in those of the files that SQLite keeps for it."""
_CACHED_STATEMENTS = 256


class Patience:
    """How long a database waits for others that use the file."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class SqliteCursor:
    """Implements `adapters.database.port.Cursor`."""

    __slots__ = ("__weakref__", "_patience", "connection")

    def __init__(self, connection: sqlite3.Connection, patience: Patience) -> None:
        self.connection = connection
        self._patience = patience

    def run(self, statement: str, parameters: Parameters = NONE) -> None:
        try:
            self.connection.execute(statement, parameters)
        except sqlite3.OperationalError as cause:
            self.again(cause, statement, parameters)

    def rows(self, statement: str, parameters: Parameters = NONE) -> list[Row]:
        try:
            found = self.connection.execute(statement, parameters)
        except sqlite3.OperationalError as cause:
            found = self.again(cause, statement, parameters)
        return found.fetchall()

    def row(self, statement: str, parameters: Parameters = NONE) -> Row | None:
        try:
            found = self.connection.execute(statement, parameters)
        except sqlite3.OperationalError as cause:
            found = self.again(cause, statement, parameters)
        return found.fetchone()  # type: ignore[no-any-return]

    def again(
        self, cause: sqlite3.OperationalError, statement: str, parameters: Parameters = NONE
    ) -> sqlite3.Cursor:
        """Runs a statement again, as long as the file is in use and there is time to wait.

        Raises:
            sqlite3.OperationalError: the last that was raised; at once, where it is another one.
        """
        give_up = time.monotonic() + self._patience.seconds - _MOMENT_SECONDS
        while _is_busy(cause) and time.monotonic() < give_up:
            time.sleep(_PAUSE_SECONDS)
            try:
                return self.connection.execute(statement, parameters)
            except sqlite3.OperationalError as later:
                cause = later
        raise cause

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
        self._patience = Patience(BUSY_SECONDS)
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
        cursor = self._connect()
        self._cursors.add(cursor)
        return cursor

    def _connect(self) -> SqliteCursor:
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

    def _opened(self, mode: str) -> SqliteCursor:
        connection = sqlite3.connect(
            f"file:{quote(os.fsencode(self._file))}?mode={mode}",
            uri=True,
            timeout=min(_MOMENT_SECONDS, self._patience.seconds),
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_CACHED_STATEMENTS,
        )
        cursor = SqliteCursor(connection, self._patience)
        try:
            synchronous = "normal" if self._derived else "full"
            cursor.run(f"pragma synchronous = {synchronous}")  # which reads the file
            if self._derived:
                cursor.run("pragma secure_delete = off")
            if self._opened_file is None:
                self._opened_file = _number(self._file)
        except BaseException:
            connection.close()
            raise
        return cursor

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
        try:
            cursor.connection.execute(how)
        except sqlite3.OperationalError as cause:
            cursor.again(cause, how)

    def commit(self, cursor: SqliteCursor) -> None:
        cursor.run("commit")

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
        seconds = _SCRUB_MILLISECONDS / 1000
        cursor = SqliteCursor(connection, Patience(seconds))
        try:
            with _storage_errors(self.name):
                cursor.rows("pragma secure_delete = on")
                try:
                    cursor.run("vacuum")
                except sqlite3.OperationalError as cause:
                    if (cause.sqlite_errorcode & 0xFF) not in (
                        sqlite3.SQLITE_BUSY,
                        sqlite3.SQLITE_LOCKED,
                    ):
                        raise
                    return "another process is writing"
                give_up = time.monotonic() + seconds
                while _is_log_in_use(cursor):
                    if time.monotonic() > give_up:
                        return "another process is reading an older state"
                    time.sleep(_PAUSE_SECONDS)
                return None
        finally:
            connection.close()

    def hurry(self) -> None:
        self._patience.seconds = min(_HURRIED_SECONDS, self._patience.seconds)

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


def _is_busy(cause: sqlite3.OperationalError) -> bool:
    """Whether others use the file, and will not for ever."""
    code = getattr(cause, "sqlite_errorcode", 0)  # there is none where SQLite was not asked
    return code & 0xFF == sqlite3.SQLITE_BUSY and code != sqlite3.SQLITE_BUSY_SNAPSHOT


def _is_log_in_use(cursor: SqliteCursor) -> bool:
    """Empties the write-ahead log; whether that cannot be done, since somebody reads from it."""
    row = cursor.row("pragma wal_checkpoint(truncate)")
    return row is None or bool(row[0])


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
