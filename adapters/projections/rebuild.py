"""Makes a projection anew, by its name."""

from __future__ import annotations

from collections.abc import Iterator

from variorum.adapters.catalogue.rebuild import rebuild as rebuild_catalogue
from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog import restored
from variorum.adapters.projections import FOLLOWING
from variorum.adapters.projections.follower import Progress, follow, restart
from variorum.domain.errors import UsageError

CATALOGUE = "catalogue"
NAMES = (CATALOGUE, *(projection.name for projection in FOLLOWING))


def strays(database: Database) -> Iterator[str]:
    """What is kept of projections, or of collections, that there are not.

    Raises:
        StorageError: the database cannot be reached.
    """
    with database.read() as cursor:
        rows = cursor.rows(statement("projections", "strays"))
    for name, collection, exists in rows:
        if not exists:
            yield f"projection {name} has rows of collection {collection}, which there is not"
        elif name not in (*NAMES, restored.NAME):
            yield f"there is no projection {name}, and something is kept of it"


def rebuild(
    database: Database, collection: int, name: str, *, progress: Progress | None = None
) -> int:
    """Makes a projection anew from the log; gives how many events were replayed.

    The catalogue is made anew for all collections, and changes over at once. A projection that
    follows is emptied, for one collection, and is incomplete until it has caught up.

    Raises:
        UsageError: there is no projection of that name.
        ConflictError: the catalogue is being rebuilt already.
        PoisonEventError: the projection cannot take an event; those before it are applied.
        StorageError: the database cannot be reached, or is full.
    """
    if name == CATALOGUE:
        return rebuild_catalogue(database, progress=progress)
    for projection in FOLLOWING:
        if projection.name == name:
            restart(database, collection, projection)
            return follow(database, collection, projection, progress=progress)
    raise UsageError(f"no projection {name!r}: there are {', '.join(NAMES)}")
