"""The composition root: from an address to an archive.

`variorum.adapters.database.address` says what an address is.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from variorum import DEFAULT_COLLECTION
from variorum.adapters import schema
from variorum.adapters.catalogue.catalogue import IndexedCatalogue
from variorum.adapters.collection.log import CollectionLog
from variorum.adapters.contents.store import ChainedContent
from variorum.adapters.database.address import database_at
from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.domain.archive import Archive
from variorum.domain.content import SALT_BYTES
from variorum.domain.errors import ConflictError, StorageError, UsageError
from variorum.domain.streams import COLLECTION_STREAM

if TYPE_CHECKING:
    from variorum.domain.ports import Clock


def system_clock() -> int:
    """Now, in microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def fresh_salts() -> Iterator[bytes]:
    """An endless supply of 32 random bytes each; threads may share it."""
    return iter(lambda: os.urandom(SALT_BYTES), b"")


class Connection:
    """An open collection, with the database that it lives in.

    Close it, or use it as a context manager.
    """

    def __init__(
        self,
        database: Database,
        collection: int,
        name: str,
        *,
        address: str,
        actor: str,
        now: Clock = system_clock,
        salts: Iterator[bytes] | None = None,
        accept_clock: bool = False,
    ) -> None:
        self.database = database
        self.address = address
        """As it was given: the key is kept by it (`adapters.key_files`)."""
        self.collection = collection
        self.collection_name = name
        self.made = False
        """Whether the collection was made when it was opened."""
        contents = ChainedContent(database, collection)
        self.log = CollectionLog(database, collection, contents, now, accept_clock=accept_clock)
        self.archive = Archive(
            self.log,
            IndexedCatalogue(database, collection),
            contents,
            now,
            salts if salts is not None else fresh_salts(),
            actor,
        )

    def close(self) -> None:
        self.log.close()
        self.database.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(
    address: str,
    collection: str = DEFAULT_COLLECTION,
    *,
    actor: str = "local",
    create: bool = False,
    empty: bool = False,
    now: Clock = system_clock,
    salts: Iterator[bytes] | None = None,
    accept_clock: bool = False,
) -> Connection:
    """Opens a collection of an archive.

    Args:
        create: makes the archive and the collection where they are missing.
        empty: leaves a collection that is made so without its first event: for a backup's.

    Raises:
        StorageError: the database cannot be reached, is not an archive, is of a newer schema,
            or has no such collection.
    """
    _checked(collection, "a collection's name")
    _checked(actor, "an actor's id")
    database = database_at(address, create=create)
    try:
        if create and not schema.exists(database):
            schema.create(database)
        schema.check(database)
        key = _collection(database, collection, create=create)
        connection = Connection(
            database,
            key,
            collection,
            address=address,
            actor=actor,
            now=now,
            salts=salts,
            accept_clock=accept_clock,
        )
        if create and not empty:
            connection.made = _open_collection(connection)
    except BaseException:
        database.close()
        raise
    return connection


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")


def _checked(name: str, what: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"not {what}: {name[:60]!r} (letters, digits, '.', '-', '_' and '@', at most 100)"
        )


def _collection(database: Database, name: str, *, create: bool) -> int:
    find = statement("eventlog", "find_collection")
    with database.read() as cursor:
        row = cursor.row(find, {"name": name})
    if row is not None:
        return int(row[0])
    if not create:
        raise StorageError(
            f"{database.name} has no collection {name} (`variorum --collection {name} init` "
            "makes it)"
        )
    while row is None:  # another process may make one of that key, or of that name, meanwhile
        with database.write() as cursor:
            cursor.run(statement("eventlog", "open_collection"), {"name": name})
            row = cursor.row(find, {"name": name})
    return int(row[0])


def _open_collection(connection: Connection) -> bool:
    """Opens a collection that has no events yet; whether it had none."""
    if connection.log.head().position:
        return False
    from variorum.domain.events import CollectionOpened

    opened = CollectionOpened(
        originator_id=COLLECTION_STREAM, originator_version=0, actor=connection.archive.actor
    )
    try:
        connection.log.append([opened])
    except ConflictError:
        return False  # another process opened it first
    return True
