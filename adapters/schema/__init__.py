"""The tables of an archive, one `.sql` file each, and the version of them all.

What both databases say alike stands here, the rest in a folder of each.

Every table's key starts with the collection, so that a collection can be handed over, watched
over and distributed by itself. `archive` alone says of the whole which schema it has.
"""

from __future__ import annotations

from collections.abc import Iterator

from variorum.adapters.database.port import Cursor, Database
from variorum.adapters.database.statements import statement
from variorum.domain.errors import StorageError

SCHEMA_VERSION = 10

LOG_TABLES = (
    "archive",
    "collection",
    "stream",
    "topic",
    "event",
    "event_by_stream",
    "content",
    "content_storage",
    "pack",
    "pack_storage",
    "tile",
    "checkpoint",
    "timestamp_token",
)
CATALOGUE_TABLES = (
    "story",
    "story_by_address",
    "dating",
    "dating_first",
    "dating_by_revision",
    "dating_open",
    "dating_spans",
    "sighting",
    "sighting_by_revision",
    "implied",
    "restriction",
    "erasure",
    "amendment",
    "amendment_by_address",
    "besides",
)
TRACKING_TABLES = ("tracking", "tally", "watch")
GUARDS = {
    "sqlite": (
        "erasing",
        "sealing",
        *(
            f"guard_{table}_{change}"
            for table in (
                "event",
                "stream",
                "topic",
                "checkpoint",
                "timestamp_token",
                "content",
                "pack",
            )
            for change in ("insert", "update", "delete")
        ),
    ),
    "postgres": (),  # where roles are granted what they may do (adapters.grants)
}
"""What refuses, in the database itself, that the log be changed."""
UNSAMPLED = {
    "sqlite": (),
    "postgres": ("content_unsampled", "pack_unsampled", "watch_unsampled"),
}
"""What keeps the database from statistics of that which may have to be erased: they are copies."""
UPGRADES: dict[int, tuple[str, ...]] = {
    2: ("collection_erasures", "collection_scrubbed"),
    3: (),
    4: (
        "revision_without_recorded_at",
        "revision_without_article_commitment",
        "revision_without_source_commitment",
    ),
    5: (),
    6: ("revision_before",),
    7: (),
    8: ("watch_before", "watch_stands", "watch_outlet", "watch_validators"),
    9: (),
    10: (),
}
"""By the schema that they lead to, the statements that change tables of the one before.

Tables that it adds are made with all others."""
UPGRADES_OF: dict[str, dict[int, tuple[str, ...]]] = {
    "sqlite": {
        4: (
            "event_before",
            "event",
            "event_moved",
            "event_before_gone",
            "guard_content_delete_gone",
        ),
        6: ("dating_before",),
        10: ("guard_event_insert_gone", "guard_content_insert_gone", "guard_stream_insert_gone"),
    },
    "postgres": {
        5: (
            "catalogue_before",
            "revision_at",
            "dating_by_revision_before",
            "dating_open_before",
            "dating_mark",
            "story_id_collation",
            "stream_name_collation",
        ),
        6: ("catalogue_emptied", "dating_article"),
        9: ("content_samples", "pack_samples", "watch_samples"),
    },
}
"""The same, of one of the databases alone."""
_IN_LINE = 8160
"""Bytes up to which PostgreSQL keeps a row of content in its page, the most that fit: most texts
and packs do. What is kept elsewhere is found by an index of its own."""
REFILLED = 6
"""The last schema that has other tables of the catalogue than the one before: they are refilled."""


def create(database: Database) -> None:
    """Makes the tables that are missing; safe where several processes start at once.

    Raises:
        StorageError: it is a file of another program's, or a database that cannot hold every text.
    """
    if not exists(database):
        _check_empty(database)
    database.script(lambda cursor: _statements(database, cursor))


def _check_empty(database: Database) -> None:
    """Refuses to make an archive in a database that is not for one."""
    with database.read() as cursor:
        foreign = cursor.rows(statement("schema", f"foreign_{database.dialect}"))
        other = cursor.row(statement("schema", f"other_encoding_{database.dialect}"))
    if foreign:
        raise StorageError(f"{database.name} is not an archive, but a database of another program")
    if other is not None:
        raise StorageError(
            f"{database.name} cannot hold every text, since its encoding is {other[0]}: "
            "`create database … encoding 'UTF8' template template0` makes one that can"
        )


def exists(database: Database) -> bool:
    """Whether a database is an archive, of whatever schema."""
    with database.read() as cursor:
        return _is_there(database, cursor)


def _is_there(database: Database, cursor: Cursor) -> bool:
    return bool(cursor.rows(statement("schema", f"has_archive_{database.dialect}")))


def check(database: Database) -> None:
    """Refuses a database that is not an archive, or is of a schema that this version lacks.

    An archive of an older schema is upgraded, in one transaction, whoever comes first.

    Raises:
        StorageError: it is not an archive, is of a newer schema, or may not be upgraded from here.
    """
    if not exists(database):
        raise StorageError(f"{database.name} is not an archive (`variorum init` makes one)")
    with database.read() as cursor:
        version = _version(cursor)
    if version is None:
        raise StorageError(f"{database.name} is not an archive (`variorum init` makes one)")
    if version < SCHEMA_VERSION:
        try:
            create(database)
        except StorageError as cause:
            raise StorageError(
                f"{database.name} has schema {version} and cannot be brought to {SCHEMA_VERSION} "
                f"from here; any command does it, run by whoever owns its tables and may write "
                f"({cause.message})"
            ) from cause
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"{database.name} has schema {version}, newer than the {SCHEMA_VERSION} that this "
            "version of variorum reads: upgrade variorum"
        )


def _version(cursor: Cursor) -> int | None:
    row = cursor.row(statement("schema", "version"))
    if row is None:
        return None
    if not isinstance(row[0], int) or row[0] < 1:  # SQLite takes anything
        raise StorageError(f"an archive of a schema that there is not: {row[0]!r}")
    return row[0]


def _statements(database: Database, cursor: Cursor) -> Iterator[str]:
    """What makes the tables, or changes older ones, seen from inside the one transaction."""
    folder = f"schema/{database.dialect}"
    version = _version(cursor) if _is_there(database, cursor) else None
    if version is not None and version >= SCHEMA_VERSION:
        return
    if version is not None and database.dialect == "postgres":
        yield statement("database", "schema_first")
    for target in range((version or SCHEMA_VERSION) + 1, SCHEMA_VERSION + 1):
        for name in (*UPGRADES[target], *UPGRADES_OF[database.dialect].get(target, ())):
            yield statement(folder, name)
    besides = (*UNSAMPLED[database.dialect], *GUARDS[database.dialect])
    for name in (*LOG_TABLES, *CATALOGUE_TABLES, *TRACKING_TABLES, *besides):
        yield statement(folder, name)
    if version is None and database.dialect == "postgres":
        for (table,) in cursor.rows(statement("schema", "in_line")):
            yield f'alter table "{table}" set (toast_tuple_target = {_IN_LINE})'
    if version is not None and version < REFILLED:
        yield from _refilling(database, cursor)
    yield statement("schema", "set_version").replace(":version", str(SCHEMA_VERSION))


def _refilling(database: Database, cursor: Cursor) -> Iterator[str]:
    """Makes the catalogue anew from the log, and grants its new table as the others are."""
    from variorum.adapters.catalogue.replay import TABLES, Replay

    for table in TABLES:
        yield f"delete from {table}"
    Replay(_CHUNK, None).catch_up(cursor)
    if database.dialect == "postgres":
        for (right,) in cursor.rows(statement("schema", "rights_of_besides")):
            yield str(right)


_CHUNK = 5_000
"""Events that are in memory at once."""
