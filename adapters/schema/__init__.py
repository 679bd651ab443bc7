"""The tables of an archive, one `.sql` file each, and the version of them all.

Every table's key starts with the collection, so that a collection can be handed over, watched
over and distributed by itself. `archive` alone says of the whole which schema it has.
"""

from __future__ import annotations

from collections.abc import Iterator

from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.domain.errors import StorageError

SCHEMA_VERSION = 1

LOG_TABLES = (
    "archive",
    "collection",
    "stream",
    "topic",
    "event",
    "event_by_stream",
    "content",
    "content_storage",
    "tile",
    "checkpoint",
)
CATALOGUE_TABLES = (
    "story",
    "story_by_address",
    "revision",
    "dating",
    "dating_by_revision",
    "dating_open",
    "sighting",
    "sighting_by_revision",
    "implied",
)
TRACKING_TABLES = ("tracking", "tally")


def create(database: Database) -> None:
    """Makes the tables that are missing; safe where several processes start at once.

    Raises:
        StorageError: it is a file of another program's.
    """
    with database.read() as cursor:
        foreign = cursor.rows(statement("schema", f"foreign_{database.dialect}"))
    if foreign and not exists(database):
        raise StorageError(f"{database.name} is not an archive, but a database of another program")
    database.script(_statements(database))


def exists(database: Database) -> bool:
    """Whether a database is an archive, of whatever schema."""
    with database.read() as cursor:
        return bool(cursor.rows(statement("schema", f"has_archive_{database.dialect}")))


def check(database: Database) -> None:
    """Refuses a database that is not an archive, or is of a schema that this version lacks.

    Raises:
        StorageError: it is not an archive, or of another schema.
    """
    if not exists(database):
        raise StorageError(f"{database.name} is not an archive (`variorum init` makes one)")
    with database.read() as cursor:
        row = cursor.row(statement("schema", "version"))
    if row is None:
        raise StorageError(f"{database.name} is not an archive (`variorum init` makes one)")
    version = int(row[0])
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"{database.name} has schema {version}, newer than the {SCHEMA_VERSION} that this "
            "version of variorum reads: upgrade variorum"
        )


def _statements(database: Database) -> Iterator[str]:
    for name in (*LOG_TABLES, *CATALOGUE_TABLES, *TRACKING_TABLES):
        yield statement(f"schema/{database.dialect}", name)
    yield statement("schema", "set_version").replace(":version", str(SCHEMA_VERSION))
