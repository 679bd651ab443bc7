"""Reads a collection's log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from msgspec import Struct

from variorum.adapters.database.port import Cursor, Database, Dialect, Row
from variorum.adapters.database.statements import listed, statement
from variorum.adapters.eventlog.packing import unpacked
from variorum.domain.asof import LAST_POSITION
from variorum.domain.errors import DamagedError
from variorum.domain.log import line

_MANY = 2**31 - 1
_PAGE = 1000


class Placed(Struct, frozen=True, gc=False):
    """A stored event in its place: what projections work from. The state is not packed."""

    position: int
    recorded_at: int
    stream: str
    stream_key: int
    version: int
    topic: str
    state: bytes

    @property
    def line(self) -> bytes:
        """Its exact line (variorum.domain.log)."""
        return line(
            self.position, self.recorded_at, self.stream, self.version, self.topic, self.state
        )


def placed_after(
    cursor: Cursor, collection: int, position: int, limit: int, *, until: int = LAST_POSITION
) -> list[Placed]:
    """Events of a collection at positions above one and up to another, in order.

    Positions have no gaps, so that no more than `limit` of them are looked at, whatever the
    database's planner believes about them.
    """
    parameters = _span(collection, position, limit, until)
    return _placed(cursor.rows(statement("eventlog", "after"), parameters))


def _span(collection: int, position: int, limit: int, until: int) -> dict[str, object]:
    return {
        "collection": collection,
        "after": position,
        "until": min(until, position + limit),
        "limit": limit,
    }


def placed_in_bulk(
    cursor: Cursor, collection: int, position: int, limit: int, *, until: int
) -> list[Placed]:
    """As `placed_after`, of thousands of events."""
    topics: dict[int, str] = dict(
        cursor.rows(statement("eventlog", "topics"), {"collection": collection})
    )
    parameters = _span(collection, position, limit, until)
    rows = cursor.rows(statement("eventlog", "after_by_topic_key"), parameters)
    try:
        return [
            Placed(position, recorded_at, name, key, version, topics[topic], unpacked(state))
            for position, recorded_at, name, key, version, topic, state in rows
        ]
    except (DamagedError, LookupError):
        return placed_after(cursor, collection, position, limit, until=until)  # which says where


def missing_in(page: Sequence[Placed], after: int) -> int | None:
    """The first position above one that is not on a page which begins there; None if all are.

    The page is in order. One that is empty lacks its first.
    """
    if page and page[-1].position == after + len(page):
        return None
    there = {event.position for event in page}
    return min(set(range(after + 1, after + len(page) + 2)) - there)


def placed_of_streams(cursor: Cursor, collection: int, after: int, until: int) -> list[Placed]:
    """The events of streams with keys above one and up to another, by stream and version."""
    parameters = {"collection": collection, "after": after, "until": until}
    return _placed(cursor.rows(statement("eventlog", "of_streams"), parameters))


def of_named_streams(dialect: Dialect, package: str, name: str) -> str:
    """A statement that joins the streams of a parameter `names`, an array of texts in JSON."""
    streams = statement("eventlog", f"streams_named_{dialect}")
    streams = streams.replace(":names", listed(dialect, "names"))
    return statement(package, f"{name}_{dialect}").replace(":streams", streams)


class LogReader:
    """Reads the log of one collection.

    Args:
        database: where the tables are.
        collection: the collection's key.
    """

    def __init__(self, database: Database, collection: int) -> None:
        self.database = database
        self.collection = collection

    def head(self) -> tuple[int, int]:
        """The last position and its recorded time; (0, 0) before the first event."""
        with self.database.read() as cursor:
            row = cursor.row(statement("eventlog", "head"), {"collection": self.collection})
        return (row[0], row[1]) if row else (0, 0)

    def position_at(self, instant: int) -> int:
        """The last position that was recorded at or before an instant; 0 if none was."""
        with self.database.read() as cursor:
            row = cursor.row(
                statement("eventlog", "position_at"),
                {"collection": self.collection, "at": instant},
            )
        return row[0] if row else 0

    def beginnings(self, streams: Sequence[str], events: int) -> list[Placed]:
        """The first events of some streams, no more than so many of each, stream by stream."""
        dialect = self.database.dialect
        text = of_named_streams(dialect, "eventlog", "beginnings")
        asked = {"collection": self.collection, "names": json.dumps(streams), "versions": events}
        with self.database.read() as cursor:
            return _placed(cursor.rows(text, asked))

    def after(
        self,
        position: int,
        limit: int,
        *,
        until: int | None = None,
        topics: Sequence[str] = (),
    ) -> list[Placed]:
        """Events of positions above `position`, in order; of certain topics only, if given."""
        last = LAST_POSITION if until is None else until
        with self.database.read() as cursor:
            if not topics:
                return placed_after(cursor, self.collection, position, limit, until=last)
            text = statement("eventlog", "after_of_topic")
            parameters = {
                "collection": self.collection,
                "after": position,
                "until": last,
                "limit": limit,
            }
            found = [
                event
                for topic in dict.fromkeys(topics)
                for event in _placed(cursor.rows(text, {**parameters, "topic": topic}))
            ]
        return sorted(found, key=lambda event: event.position)[:limit]

    def pages(self, after: int, until: int) -> Iterator[list[Placed]]:
        """The events at all positions above one and up to another, in order, many at a time.

        Raises:
            DamagedError: a position is missing.
        """
        while after < until:
            page = self.after(after, _PAGE, until=until)
            missing = missing_in(page, after)
            if missing is not None:
                raise DamagedError(f"the log is damaged: position {missing} is missing")
            yield page
            after = page[-1].position

    def lines(self, after: int, until: int) -> Iterator[bytes]:
        """As `pages`, the exact lines alone."""
        for page in self.pages(after, until):
            for event in page:
                yield event.line

    def stream(
        self,
        name: str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[Placed]:
        """The events of a stream with versions in (`gt`, `lte`]."""
        parameters = {
            "collection": self.collection,
            "name": name,
            "above": -1 if gt is None else gt,
            "until": _MANY if lte is None else lte,
            "limit": _MANY if limit is None else limit,
        }
        text = statement("eventlog", "stream_down" if desc else "stream_up")
        with self.database.read() as cursor:
            return _placed(cursor.rows(text, parameters))


def _placed(rows: Sequence[Row]) -> list[Placed]:
    try:
        return [
            Placed(position, recorded_at, name, key, version, topic, unpacked(state))
            for position, recorded_at, name, key, version, topic, state in rows
        ]
    except DamagedError:
        for row in rows:
            try:
                unpacked(bytes(row[6]))
            except DamagedError as cause:
                raise DamagedError(f"position {row[0]}: {cause.message}") from cause
        raise
