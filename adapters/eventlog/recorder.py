"""Stores events at gapless positions, with their content and their catalogue rows.

An *append* is one transaction: take the collection's turn by updating its counter row, which gives
positions and a recorded time that never goes back; insert the events; insert the content they
commit to; let the inline projections add their rows. It conflicts where a stream already has an
event of that version. What can be prepared before the turn is prepared before it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    StoredEvent,
    Subscription,
)

from variorum.adapters.database.port import Cursor, Database, Row
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog import at_once
from variorum.adapters.eventlog.packing import packed
from variorum.adapters.eventlog.reader import LogReader, Placed
from variorum.domain.errors import ClockError, StorageError
from variorum.domain.times import LAST_INSTANT, MINUTE, iso

CLOCK_TOLERANCE = 5 * MINUTE
"""How far the log's last recorded time may lie ahead of the clock (µs)."""

POLL_SECONDS = 0.1
_KEYS_CACHED = 100_000
_AT_ONCE = 4
"""Events up to which PostgreSQL records them in one statement."""
_ROWS_AT_ONCE = 100
"""Rows up to which it does: a statement has at most 65,535 parameters, and COPY is quicker."""
EVENT_COLUMNS = (
    "collection",
    "position",
    "stream",
    "version",
    "topic",
    "recorded_at",
    "state",
)


class Companion(Protocol):
    """Writes rows of its own in the transaction of an append."""

    def add(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None: ...

    def rows(self, collection: int, events: Sequence[Placed]) -> at_once.Tables | None:
        """All that it would write; None where that does not follow from the events alone."""
        ...


class Remembered(Protocol):
    """An event as it was recorded before."""

    @property
    def position(self) -> int: ...

    @property
    def recorded_at(self) -> int: ...

    @property
    def stream(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def topic(self) -> str: ...

    @property
    def state(self) -> bytes: ...


class StaleContentError(Exception):
    """Content was prepared upon a text that may have been erased meanwhile; nothing is stored."""


class PreparedContent(Protocol):
    """Content that is ready to be stored."""

    @property
    def stream(self) -> str: ...

    @property
    def erasures(self) -> int | None:
        """How often the collection had been erased from when the text it builds on was read.

        None where it builds on none that is stored.
        """
        ...

    def row(self, collection: int, stream_key: int) -> Row: ...


CONTENT_COLUMNS = (
    "collection",
    "stream",
    "kind",
    "ordinal",
    "base",
    "encoding",
    "salt",
    "data",
)


class LogRecorder(LogReader, ApplicationRecorder):
    """Implements `eventsourcing.persistence.ApplicationRecorder` for one collection.

    The notification id of the library is the position. States are opaque bytes here.

    Args:
        database: where the tables are.
        collection: the collection's key.
        now: the clock, µs since 1970 UTC.
        companions: inline projections, run in every append.
        accept_clock: append even where the log's last time is well ahead of the clock.
    """

    def __init__(
        self,
        database: Database,
        collection: int,
        now: Callable[[], int],
        companions: Iterable[Companion] = (),
        *,
        accept_clock: bool = False,
    ) -> None:
        super().__init__(database, collection)
        self._now = now
        self._companions = tuple(companions)
        self._accept_clock = accept_clock
        self._streams: OrderedDict[str, int] = OrderedDict()
        self._topics: dict[str, int] = {}
        self._keys_lock = threading.Lock()

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        states: Sequence[bytes] | None = None,
        contents: Sequence[PreparedContent] = (),
        stored: Callable[[int], None] | None = None,
        **_: Any,
    ) -> Sequence[int]:
        """Appends events in one transaction and gives their positions.

        Args:
            states: theirs as they are stored (`packed`), where that is at hand.
            stored: is told, once they are stored, how often the collection had been erased from.

        Raises:
            IntegrityError: a stream has an event of that version already.
            StaleContentError: contents are to be prepared anew.
            ClockError: the log's last recorded time is well ahead of the clock.
            StorageError: the database cannot be reached, or is full.
        """
        if not stored_events:
            return []
        if states is None:
            states = [packed(event.state) for event in stored_events]  # before the turn is taken
        if self.database.dialect == "postgres" and len(stored_events) <= _AT_ONCE:
            done = self._at_once(stored_events, states, contents)
            if done is not None:
                last, erasures = done
                if stored is not None:
                    stored(erasures)
                return range(last - len(stored_events) + 1, last + 1)
        with self.database.write() as cursor:
            last, recorded_at, streams, topics, erasures = self._turn(cursor, len(stored_events))
            if any(content.erasures not in (None, erasures) for content in contents):
                raise StaleContentError
            keys = _Keys(cursor, self.collection, self._streams, self._topics, streams, topics)
            first = last - len(stored_events) + 1
            known = keys.used_streams
            placed = [
                Placed(
                    position,
                    recorded_at,
                    name := str(event.originator_id),
                    known.get(name) or keys.stream(name, event.originator_version),
                    event.originator_version,
                    event.topic,
                    event.state,
                )
                for position, event in enumerate(stored_events, first)
            ]
            self._store(cursor, keys, placed, states, contents)
        self._remember(keys)
        if stored is not None:
            stored(erasures)
        return [event.position for event in placed]

    def insert_remembered(
        self, events: Sequence[Remembered], contents: Sequence[PreparedContent]
    ) -> None:
        """Appends events that were recorded before, with the positions and times that they had.

        Raises:
            IntegrityError: the log does not end just before the first of them.
        """
        states = [packed(event.state) for event in events]
        with self.database.write() as cursor:
            last, _, streams, topics, erasures = self._turn(cursor, len(events))
            if any(content.erasures not in (None, erasures) for content in contents):
                raise StaleContentError
            if last != events[-1].position:
                raise IntegrityError(f"the log ends at {last - len(events)}")
            keys = _Keys(cursor, self.collection, self._streams, self._topics, streams, topics)
            placed = [
                Placed(
                    event.position,
                    event.recorded_at,
                    event.stream,
                    keys.stream(event.stream),
                    event.version,
                    event.topic,
                    event.state,
                )
                for event in events
            ]
            self._store(cursor, keys, placed, states, contents)
        self._remember(keys)

    def _store(
        self,
        cursor: Cursor,
        keys: _Keys,
        placed: Sequence[Placed],
        states: Sequence[bytes],
        contents: Sequence[PreparedContent],
    ) -> None:
        """Stores events in their places, their contents, and what is derived from them."""
        topic_keys = {topic: keys.topic(topic) for topic in dict.fromkeys(e.topic for e in placed)}
        keys.store()
        known = keys.used_streams
        cursor.insert("event", EVENT_COLUMNS, self._event_rows(placed, topic_keys, states))
        cursor.insert(
            "content",
            CONTENT_COLUMNS,
            [
                c.row(self.collection, known.get(c.stream) or keys.stream(c.stream))
                for c in contents
            ],
        )
        for companion in self._companions:
            companion.add(cursor, self.collection, placed)

    def _event_rows(
        self, placed: Sequence[Placed], topic_keys: Mapping[str, int], states: Sequence[bytes]
    ) -> list[Row]:
        return [
            (
                self.collection,
                event.position,
                event.stream_key,
                event.version,
                topic_keys[event.topic],
                event.recorded_at,
                state,
            )
            for event, state in zip(placed, states, strict=True)
        ]

    def _at_once(
        self,
        stored_events: Sequence[StoredEvent],
        states: Sequence[bytes],
        contents: Sequence[PreparedContent],
    ) -> tuple[int, int] | None:
        """Appends in one statement: the last position, and how often was erased by then.

        None where nothing was appended: since a stream or topic is new, a row depends on others
        than the events, or something speaks against the turn, which taking it will tell.
        """
        keys = self._known_keys(stored_events)
        read = {content.erasures for content in contents} - {None}
        if keys is None or len(read) > 1:
            return None
        first = 1 - len(stored_events)
        placed = [
            Placed(
                position,
                0,
                str(event.originator_id),
                keys[str(event.originator_id)],
                event.originator_version,
                event.topic,
                event.state,
            )
            for position, event in enumerate(stored_events, first)
        ]
        rows = [content.row(self.collection, keys[content.stream]) for content in contents]
        tables: list[at_once.Table] = [
            ("event", EVENT_COLUMNS, self._event_rows(placed, self._topics, states)),
            ("content", CONTENT_COLUMNS, rows),
        ]
        for companion in self._companions:
            own = companion.rows(self.collection, placed)
            if own is None:
                return None
            tables += own
        if sum(len(each) for _, _, each in tables) > _ROWS_AT_ONCE:
            return None
        now = self._now()
        turn = {
            "collection": self.collection,
            "count": len(stored_events),
            "now": now,
            "latest": LAST_INSTANT if self._accept_clock else now + CLOCK_TOLERANCE,
            "erasures": next(iter(read), None),
        }
        with self.database.alone() as cursor:
            row = cursor.row(
                at_once.statement_of(tables), {**turn, **at_once.parameters_of(tables)}
            )
        return (row[0], row[1]) if row else None

    def _known_keys(self, events: Sequence[StoredEvent]) -> dict[str, int] | None:
        """The keys of the streams of events; None where one is new, or a topic is."""
        names = {str(event.originator_id) for event in events}
        with self._keys_lock:
            keys = {name: self._streams[name] for name in names if name in self._streams}
        topics = {event.topic for event in events}
        if len(keys) < len(names) or not topics <= self._topics.keys():
            with self.database.read() as cursor:
                for name in names - keys.keys():
                    row = cursor.row(
                        statement("eventlog", "stream_key"),
                        {"collection": self.collection, "name": name},
                    )
                    if row is None:
                        return None
                    keys[name] = row[0]
                rows: list[Row] = []
                if not topics <= self._topics.keys():
                    text = statement("eventlog", "topics")
                    rows = cursor.rows(text, {"collection": self.collection})
            with self._keys_lock:
                self._topics.update({row[1]: row[0] for row in rows})
                self._streams.update(keys)
        return keys if topics <= self._topics.keys() else None

    def _turn(self, cursor: Cursor, count: int) -> tuple[int, int, int, int, int]:
        now = self._now()
        row = cursor.row(
            statement("eventlog", f"lock_collection_{self.database.dialect}"),
            {"collection": self.collection, "count": count, "now": now},
        )
        if row is None:
            raise StorageError(f"{self.database.name} has lost collection {self.collection}")
        position, recorded_at, streams, topics, erasures = row
        if recorded_at > now + CLOCK_TOLERANCE and not self._accept_clock:
            raise ClockError(
                f"the log's last event was recorded at {iso(recorded_at)}, but this clock says "
                f"{iso(now)}: set the clock right; if the log's time is the wrong one, go on with "
                "--accept-clock (recorded times then stand still until the clock has caught up)"
            )
        return position, recorded_at, streams, topics, erasures

    def _remember(self, keys: _Keys) -> None:
        """Keeps keys for the next append, now that they are committed."""
        with self._keys_lock:
            self._topics.update(keys.new_topics)
            for name, key in keys.used_streams.items():
                self._streams[name] = key
                self._streams.move_to_end(name)
            while len(self._streams) > _KEYS_CACHED:
                self._streams.popitem(last=False)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        return [
            StoredEvent(event.stream, event.version, event.topic, event.state)
            for event in self.stream(str(originator_id), gt=gt, lte=lte, desc=desc, limit=limit)
        ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = 0 if start is None else start - 1 if inclusive_of_start else start
        return [
            Notification(event.stream, event.version, event.topic, event.state, event.position)
            for event in self.after(after, limit, until=stop, topics=topics)
        ]

    def max_notification_id(self) -> int | None:
        position, _ = self.head()
        return position or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        return PollingSubscription(self, gt, topics)


class PollingSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """Yields events as they come, by looking for new ones ten times a second.

    LISTEN can lose a wake-up and SQLite has none, so both databases are polled (docs/decisions).
    """

    def _loop_on_pull(self) -> None:
        try:
            while not self._has_been_stopped:
                self._pull()
                self._has_been_notified.wait(POLL_SECONDS)
        except BaseException as cause:
            if self._thread_error is None:
                self._thread_error = cause
            self.stop()


class _Keys:
    """The small keys of stream and topic names in one append; gives new ones under the turn."""

    def __init__(
        self,
        cursor: Cursor,
        collection: int,
        streams: Mapping[str, int],
        topics: Mapping[str, int],
        stream_count: int,
        topic_count: int,
    ) -> None:
        self._cursor = cursor
        self._collection = collection
        self._known_streams = streams
        self._known_topics = topics
        self._stream_count = stream_count
        self._topic_count = topic_count
        self._new_streams: list[Row] = []
        self._new_topic_rows: list[Row] = []
        self.used_streams: dict[str, int] = {}
        self.new_topics: dict[str, int] = {}

    def stream(self, name: str, version: int = 1) -> int:
        """The key of a stream.

        Args:
            version: of the event that asks. The first comes with a new key, unasked: were there one
                already, both would conflict.
        """
        key = self.used_streams.get(name)
        if key is None:
            key = self._known_streams.get(name)
        if key is None and version:
            row = self._cursor.row(
                statement("eventlog", "stream_key"),
                {"collection": self._collection, "name": name},
            )
            key = row[0] if row else None
        if key is None:
            self._stream_count += 1
            key = self._stream_count
            self._new_streams.append((self._collection, key, name))
        self.used_streams[name] = key
        return key

    def topic(self, name: str) -> int:
        key = self._known_topics.get(name)
        if key is None and not self.new_topics:
            rows = self._cursor.rows(
                statement("eventlog", "topics"), {"collection": self._collection}
            )
            self.new_topics = {row[1]: row[0] for row in rows}
        if key is None:
            key = self.new_topics.get(name)
        if key is None:
            self._topic_count += 1
            key = self.new_topics[name] = self._topic_count
            self._new_topic_rows.append((self._collection, key, name))
        return key

    def store(self) -> None:
        """Stores the keys that are new."""
        if not self._new_streams and not self._new_topic_rows:
            return
        self._cursor.insert("stream", ("collection", "stream", "name"), self._new_streams)
        self._cursor.insert("topic", ("collection", "topic", "name"), self._new_topic_rows)
        self._cursor.run(
            statement("eventlog", "keys_given"),
            {
                "collection": self._collection,
                "streams": self._stream_count,
                "topics": self._topic_count,
            },
        )
