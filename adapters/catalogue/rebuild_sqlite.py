"""The rebuild on SQLite: shadows are tables of the same file, renamed at the end.

Nobody waits for the shadows to be on disk: the last transaction, which puts them in place, writes
them there. Each chunk is a transaction, so that appends wait for one chunk at most, and at the end
for the making of the indexes: their names cannot change, and those in use have them until then. The
old tables are dropped afterwards.

One rebuild at a time: whoever rebuilds holds a lock on an empty file beside the archive, which the
system releases when the process ends, in whatever way. What a killed rebuild left in the archive
is dropped by the next one.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from variorum.adapters.catalogue.replay import INDEXES, TABLES, Progress, Replay
from variorum.adapters.database.sqlite import SqliteDatabase
from variorum.adapters.database.statements import statement
from variorum.domain.errors import ConflictError, StorageError

SUFFIX = "__rebuild"
OLD_SUFFIX = "__old"
LOCK_SUFFIX = "-rebuild"


def rebuild_sqlite(database: SqliteDatabase, chunk: int, progress: Progress | None) -> int:
    """See `variorum.adapters.catalogue.rebuild.rebuild`."""
    file = Path(database.address).resolve()
    shadows = SqliteDatabase(file, derived=True)
    with _alone(file), contextlib.closing(shadows):
        _clean(shadows)
        try:
            replayed = _rebuild(database, shadows, chunk, progress)
            _clean(shadows)
        except BaseException:
            with contextlib.suppress(StorageError):
                _clean(shadows)
            raise
        return replayed


def _rebuild(
    database: SqliteDatabase, shadows: SqliteDatabase, chunk: int, progress: Progress | None
) -> int:
    replay = Replay(chunk, progress, suffix=SUFFIX)
    with shadows.write() as cursor:
        for table in TABLES:
            cursor.run(_shadow_of(table))
    while True:
        with shadows.read() as cursor:
            found = replay.read(cursor)
        if found is None:
            break
        with shadows.write() as cursor:
            replay.add(cursor, *found)
    with database.write() as cursor:
        replay.catch_up(cursor)
        for table in TABLES:
            cursor.run(f'alter table "{table}" rename to "{table}{OLD_SUFFIX}"')
            cursor.run(f'alter table "{table}{SUFFIX}" rename to "{table}"')
        for index in INDEXES:
            cursor.run(f'drop index if exists "{index}"')
            cursor.run(statement("schema/sqlite", index))
    return replay.replayed


def _shadow_of(table: str) -> str:
    return statement("schema/sqlite", table).replace(f'"{table}"', f'"{table}{SUFFIX}"', 1)


def _clean(database: SqliteDatabase) -> None:
    """Drops what this rebuild, or a killed one, leaves behind; one table at a time."""
    for suffix in (SUFFIX, OLD_SUFFIX):
        for table in TABLES:
            with database.write() as cursor:
                cursor.run(f'drop table if exists "{table}{suffix}"')


@contextmanager
def _alone(archive: Path) -> Generator[None]:
    """Holds the lock for as long as the block runs.

    Raises:
        ConflictError: another process, or thread, holds it.
    """
    path = archive.with_name(archive.name + LOCK_SUFFIX)
    lock = _locked(path)
    while lock is None:
        lock = _locked(path)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows does not remove what is open
            path.unlink()
        lock.close()


def _locked(path: Path) -> sqlite3.Connection | None:
    """A lock on a file; None where whoever held it before has removed the file meanwhile."""
    try:
        path.touch()
        inode = path.stat().st_ino
        lock = sqlite3.connect(path, timeout=0, isolation_level=None)
    except (OSError, sqlite3.Error) as cause:
        raise StorageError(f"{path}: {cause}") from cause
    try:
        lock.execute("begin exclusive")
        if path.stat().st_ino == inode:
            return lock
    except FileNotFoundError:
        pass
    except sqlite3.OperationalError as cause:
        lock.close()
        if (cause.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise ConflictError("the catalogue is being rebuilt by someone else") from cause
        raise StorageError(f"{path}: {cause}") from cause
    lock.close()
    return None
