"""What tests have other processes do, and what they start from.

The functions that other processes run are called there by their names, in new interpreters.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent

from variorum.adapters import schema
from variorum.adapters.catalogue.rebuild import rebuild
from variorum.adapters.connect import connect, system_clock
from variorum.adapters.database.address import database_at
from variorum.adapters.database.port import Cursor, Database
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import Placed
from variorum.adapters.eventlog.recorder import LogRecorder
from variorum.adapters.key_files import Keyring
from variorum.adapters.projections.follower import follow
from variorum.adapters.tree.checkpoints import signed_head
from variorum.adapters.tree.tiles import StoredTree
from variorum.domain.commands import RecordCopy
from variorum.domain.content import Article, ErasedPart, Note
from variorum.domain.takedown import Erase

PATIENCE = 60.0  # seconds, for a process to end
SPAWN = get_context("spawn")
NOON = 1_729_775_460_000_000


def started(function: Callable[..., None], *arguments: Any) -> BaseProcess:
    """A new process that runs a function of a module."""
    process = SPAWN.Process(target=function, args=arguments)
    process.start()
    return process


def at_once(function: Callable[..., None], arguments: Sequence[tuple[Any, ...]]) -> None:
    """Runs a function in as many processes as there are arguments; all of them must succeed."""
    processes = [started(function, *each) for each in arguments]
    for process in processes:
        process.join(PATIENCE)
    codes = [process.exitcode for process in processes]
    for process in processes:
        process.kill()
    assert codes == [0] * len(processes)


def empty_collection(database: Database, name: str = "main") -> int:
    """Makes an archive with a collection that has no event yet, and gives its key."""
    schema.create(database)
    with database.write() as cursor:
        cursor.run(statement("eventlog", "open_collection"), {"name": name})
        row = cursor.row(statement("eventlog", "find_collection"), {"name": name})
    assert row is not None
    return int(row[0])


def unguard(database: Database) -> None:
    """Takes away what refuses changes of the log on SQLite, as an intruder would."""
    if database.dialect == "sqlite":
        with database.write() as cursor:
            rows = cursor.rows("select name from sqlite_master where type = 'trigger'")
            for (name,) in rows:
                cursor.run(f'drop trigger "{name}"')


def event(
    stream: str, version: int, *, topic: str = "tested.1", state: bytes = b"{}"
) -> StoredEvent:
    return StoredEvent(stream, version, topic, state)


def create(address: str) -> None:
    """Makes an archive, as `init` does."""
    connect(address, create=True).close()


def append(address: str, collection: int, name: str, rounds: int) -> None:
    """Appends to a stream of its own, one event and three in turn, and to a shared one."""
    database = database_at(address)
    recorder = LogRecorder(database, collection, system_clock)
    version, shared = 0, 0
    for number in range(rounds):
        size = 3 if number % 2 else 1
        recorder.insert_events([event(name, version + place) for place in range(size)])
        version += size
        while True:
            try:
                recorder.insert_events([event("shared", shared, state=name.encode())])
                break
            except IntegrityError:
                shared = len(recorder.select_events("shared"))
    database.close()


class Journal:
    """A projection that writes down each position it is given; implements `Projection`."""

    name = "journal"

    def __init__(self, database: Database) -> None:
        with database.write() as cursor:
            cursor.run("create table if not exists journal (collection integer, position bigint)")

    def reset(self, cursor: Cursor, collection: int) -> None:
        cursor.run("delete from journal where collection = :collection", {"collection": collection})

    def apply(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
        for each in events:
            cursor.run(
                "insert into journal (collection, position) values (:collection, :position)",
                {"collection": collection, "position": each.position},
            )

    @staticmethod
    def written(database: Database, collection: int) -> list[int]:
        """The positions, in order."""
        with database.read() as cursor:
            rows = cursor.rows(
                "select position from journal where collection = :collection order by position",
                {"collection": collection},
            )
        return [row[0] for row in rows]


def keep_journal(address: str, collection: int, chunk: int, begin: Callable[[], object]) -> None:
    """Follows with a journal, and says when it begins."""
    database = database_at(address)
    journal = Journal(database)
    begin()
    follow(database, collection, journal, chunk=chunk)
    database.close()


def make_catalogue(address: str, chunk: int, begin: Callable[[], object]) -> None:
    """Rebuilds the catalogue, and says when it begins."""
    database = database_at(address)
    begin()
    rebuild(database, chunk=chunk)
    database.close()


def store_tiles(address: str, collection: int) -> None:
    """Brings the tiles of a log's tree up to date."""
    database = database_at(address)
    assert StoredTree(database, collection).bring_up_to_date()
    database.close()


def sign(address: str, key: str, rounds: int) -> None:
    """Records something and signs the head, again and again."""
    with connect(address) as connection:
        for number in range(rounds):
            article = Article(headline=f"Copy {number} of {os.getpid()}")
            connection.archive.record(
                RecordCopy(f"story-{os.getpid()}", "tester", article, captured=NOON + number)
            )
            signed_head(connection, keys=Keyring(Path(key)))


def record(address: str, story: str, copies: int) -> None:
    """Records copies of a story, no two alike."""
    with connect(address) as connection:
        for number in range(copies):
            article = Article(headline=f"Copy {number}")
            connection.archive.record(
                RecordCopy(story, "tester", article, captured=1_729_775_460_000_000 + number)
            )


def die_erasing(address: str, story: str, moment: int) -> None:
    """Erases a revision, and is killed at its n-th statement that writes, or just after it."""
    with connect(address) as connection:
        database: Any = connection.database
        write, left = database.write, moment

        class Dying:
            def __init__(self, cursor: Any) -> None:
                self._cursor = cursor

            def __getattr__(self, name: str) -> Any:
                def call(*arguments: Any, **named: Any) -> Any:
                    nonlocal left
                    left -= name in ("run", "insert")
                    if left == 0:
                        os.kill(os.getpid(), signal.SIGKILL)
                    return getattr(self._cursor, name)(*arguments, **named)

                return call

        @contextmanager
        def dying() -> Generator[Any]:
            with write() as cursor:
                yield Dying(cursor)

        database.write = dying
        note = Note("erased", why="w", authority="a")
        connection.archive.erase(Erase(story, "t", note, ErasedPart.REVISION, 1))
        os.kill(os.getpid(), signal.SIGKILL)
