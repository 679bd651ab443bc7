"""Follows a log with a projection: in chunks, exactly once, one worker at a time.

A worker reads a chunk of events, takes the *turn* of the projection (its tracking row), sees that
the projection is still where the chunk begins, and writes the projection's rows and the tracking
row in one transaction. Whoever dies, at whatever moment, has done a chunk or has not.

An event that a projection cannot take is *poison*: everything before it is applied, the tracking
row says where it is and why, and every run stops there, loudly, until it can be taken.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from eventsourcing.persistence import Tracking

from variorum.adapters.database.port import Cursor, Database
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import LogReader, Placed
from variorum.adapters.projections import FOLLOWING
from variorum.adapters.projections.tracking import LogTrackingRecorder
from variorum.domain.errors import DamagedError, PoisonEventError, StorageError

CHUNK = 500
"""Events in one transaction."""
TURN_SECONDS = 0.02
"""Between two looks whether another worker is done with its chunk."""
POLL_SECONDS = 0.5
_FAILURE_LENGTH = 1000

Progress = Callable[[int, int], None]
"""Is told the position reached, and the one to be reached."""


class Projection(Protocol):
    """Rows that follow a log. Tables are made with the schema; keys start with the collection."""

    @property
    def name(self) -> str: ...

    def reset(self, cursor: Cursor, collection: int) -> None:
        """Deletes the rows of a collection."""
        ...

    def apply(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
        """Adds what some events bring; they follow one another and those applied before."""
        ...


def follow(
    database: Database,
    collection: int,
    projection: Projection,
    *,
    until: int | None = None,
    chunk: int = CHUNK,
    progress: Progress | None = None,
) -> int:
    """Brings a projection up to a position; gives how many events this call applied.

    Other workers may do so at the same time: they take turns, and each event counts once.
    Interrupted between chunks or within one, it has done some chunks and not a part of any.

    Args:
        until: the position to reach; by default the head of the log as it is now.
        chunk: how many events to apply in one transaction.

    Raises:
        PoisonEventError: the projection cannot take an event; those before it are applied.
        StorageError: the database cannot be reached, or is full.
    """
    worker = _Worker(database, collection, projection)
    reader = LogReader(database, collection)
    goal = reader.head()[0] if until is None else until
    applied = 0
    while True:
        position = worker.position()
        if progress is not None:
            progress(position, goal)
        events = reader.after(position, chunk, until=goal) if position < goal else []
        if not events:
            return applied
        taken = worker.take(position, events)
        applied += taken
        if not taken:
            time.sleep(TURN_SECONDS)


def run(
    stop: threading.Event,
    database: Database,
    collection: int,
    report: Callable[[PoisonEventError | StorageError], None],
    *,
    projections: Sequence[Projection] = FOLLOWING,
    poll_seconds: float = POLL_SECONDS,
) -> None:
    """Follows until told to stop, looking for new events twice a second.

    Poison, or a database that cannot be reached, holds up one projection: it is reported each
    time it is met, the others go on, and it is tried again.
    """
    while not stop.is_set():
        for projection in projections:
            try:
                follow(database, collection, projection)
            except (PoisonEventError, StorageError) as cause:
                report(cause)
        stop.wait(poll_seconds)


def restart(database: Database, collection: int, projection: Projection) -> None:
    """Puts a projection back to before the first event, in one transaction."""
    worker = _Worker(database, collection, projection)
    while not worker.restart():
        time.sleep(TURN_SECONDS)


@dataclass(frozen=True, slots=True)
class Status:
    """Where a projection is: its position, how many events it is behind, where it stopped, why."""

    name: str
    position: int
    behind: int
    failed_position: int | None
    failure: str | None


def status(
    database: Database, collection: int, projections: Sequence[Projection] = FOLLOWING
) -> list[Status]:
    """Where each following projection is."""
    key = {"collection": collection}
    with database.snapshot() as cursor:
        head = cursor.row(statement("eventlog", "head"), key)
        rows = cursor.rows(statement("projections", "followers"), key)
    end = int(head[0]) if head else 0
    tracked = {row[0]: row[1:] for row in rows}
    found: list[Status] = []
    for projection in projections:
        position, failed_position, failure = tracked.get(projection.name, (0, None, None))
        found.append(Status(projection.name, position, end - position, failed_position, failure))
    return found


class _RefusedError(Exception):
    """A projection did not take some events; `cause` says why."""

    def __init__(self, cause: Exception) -> None:
        self.cause = cause


class _Worker:
    """Does one transaction at a time for one projection."""

    def __init__(self, database: Database, collection: int, projection: Projection) -> None:
        self._database = database
        self._collection = collection
        self._projection = projection
        self._tracking = LogTrackingRecorder(database, collection)
        self._key = {"collection": collection, "projection": projection.name}
        self._lock = statement("projections", f"lock_tracking_{database.dialect}")

    def position(self) -> int:
        """Where the projection is; makes its tracking row if there is none."""
        with self._database.read() as cursor:
            row = cursor.row(statement("projections", "tracked"), self._key)
        if row is not None:
            return int(row[0])
        with self._database.write() as cursor:
            cursor.run(statement("projections", "track"), self._key)
        return 0

    def take(self, position: int, events: Sequence[Placed]) -> int:
        """Applies events to the projection as it is at a position; gives how many it took.

        0 where another worker has the turn, or has moved on already.

        Raises:
            PoisonEventError: one of them cannot be taken; those before it are applied.
        """
        try:
            return len(events) if self._transact(position, events) else 0
        except _RefusedError as refused:
            if len(events) == 1:
                return self._fail(position, events[0], refused.cause)
        for taken, event in enumerate(events):
            if not self.take(position, [event]):
                return taken
            position = event.position
        return len(events)

    def restart(self) -> bool:
        """Whether the turn was free, and the projection is back at the start."""
        self.position()
        with self._database.write() as cursor:
            if cursor.row(self._lock, self._key) is None:
                return False
            self._projection.reset(cursor, self._collection)
            cursor.run(statement("projections", "restart"), self._key)
        return True

    def _transact(self, position: int, events: Sequence[Placed]) -> bool:
        with self._database.write() as cursor:
            row = cursor.row(self._lock, self._key)
            if row is None or row[0] != position:
                return False
            try:
                self._projection.apply(cursor, self._collection, events)
            except Exception as cause:
                if self._is_trouble(cause):
                    raise
                raise _RefusedError(cause) from cause
            self._tracking.insert(cursor, Tracking(self._projection.name, events[-1].position))
        return True

    def _is_trouble(self, cause: Exception) -> bool:
        """Whether something is wrong here and now, and not with the events."""
        if isinstance(cause, StorageError):
            return not isinstance(cause, DamagedError)
        return isinstance(cause, MemoryError) or self._database.is_trouble(cause)

    def _fail(self, position: int, event: Placed, cause: Exception) -> int:
        name = self._projection.name
        failure = f"{type(cause).__name__}: {cause}".replace("\0", "")[:_FAILURE_LENGTH]
        with self._database.write() as cursor:
            noted = cursor.row(
                statement("projections", "fail"),
                {
                    **self._key,
                    "position": position,
                    "failed": event.position,
                    "failure": failure,
                },
            )
        if noted is None:
            return 0  # another worker has moved past it, or put the projection back
        raise PoisonEventError(name, event.position, event.topic, cause) from cause
