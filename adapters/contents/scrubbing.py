"""Clears the database's files of what was erased, and knows whether that is still to be done.

Erasing is one transaction; clearing the files comes after it and can be interrupted or held up by
readers. Each collection counts its erasures, and up to which of them the files were cleared.
"""

from __future__ import annotations

from variorum.adapters.database.port import Cursor, Database
from variorum.adapters.database.statements import statement


def pending(database: Database) -> bool:
    """Whether something was erased since the files were last cleared."""
    with database.read() as cursor:
        return bool(_uncleared(cursor))


def scrub(database: Database) -> str | None:
    """Clears the files, if there is need; says why some of it may be left, if so.

    Raises:
        StorageError: the database cannot be reached or written.
    """
    with database.read() as cursor:
        found = _uncleared(cursor)
    if not found:
        return None
    held_up = database.scrub()
    if held_up is None:
        with database.write() as cursor:
            for collection, erasures in found:
                cursor.run(
                    statement("contents", "scrubbed"),
                    {"collection": collection, "erasures": erasures},
                )
    return held_up


def _uncleared(cursor: Cursor) -> list[tuple[int, int]]:
    rows = cursor.rows(statement("contents", "unscrubbed"))
    return [(int(collection), int(erasures)) for collection, erasures in rows]
