"""Makes the whole catalogue anew from the log, beside the one in use, while readers go on.

*Shadow* tables are filled from the events of every collection, in chunks. When they are nearly up
to date, appends are locked out for a moment, the last events are added, and the shadows take the
places of the tables in use. Killed at any moment before that, the catalogue is as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from variorum.adapters.catalogue.replay import Progress
from variorum.adapters.database.port import Database

if TYPE_CHECKING:
    from variorum.adapters.database.sqlite import SqliteDatabase

CHUNK = 5000
"""Events that are in memory at once."""


def rebuild(database: Database, *, chunk: int = CHUNK, progress: Progress | None = None) -> int:
    """Makes the catalogue of all collections anew; gives how many events were replayed.

    Raises:
        ConflictError: it is being rebuilt already.
        DamagedError: the log holds an event that cannot be read; nothing is changed.
        StorageError: the database cannot be reached, or is full; nothing is changed.
    """
    if database.dialect == "postgres":
        from variorum.adapters.catalogue.rebuild_postgres import rebuild_postgres

        return rebuild_postgres(database, chunk, progress)
    from variorum.adapters.catalogue.rebuild_sqlite import rebuild_sqlite

    return rebuild_sqlite(cast("SqliteDatabase", database), chunk, progress)
