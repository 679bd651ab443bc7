"""What was restricted and erased of a story, found by index."""

from __future__ import annotations

import threading
from itertools import groupby

from variorum.adapters.catalogue.codes import PARTS
from variorum.adapters.contents.store import KIND_NUMBERS
from variorum.adapters.database.port import Cursor, Database, Row
from variorum.adapters.database.statements import statement
from variorum.domain.access import Access, Erasure, Restriction
from variorum.domain.content import ContentRef, ErasedContent
from variorum.domain.recent import Recent

_KINDS = {number: kind for kind, number in KIND_NUMBERS.items()}
_KEPT = 20_000
"""Restrictions and erasures that are kept, of whatever stories were asked about last."""


class KeptAccess:
    """The access of stories as known now, kept: it is read anew once a story has another event.

    Whoever goes through many revisions asks about each, and all erasures would be read for each.

    Args:
        database: where the tables are.
        collection: the collection's key.
    """

    def __init__(self, database: Database, collection: int) -> None:
        self._database = database
        self._collection = collection
        self._kept: Recent[int, tuple[int, Access]] = Recent(_KEPT)
        """By the story's stream, the version of its last event, and its access."""
        self._lock = threading.Lock()

    def of(self, stream: int) -> Access:
        """The access of a story, by its key."""
        with self._lock:
            kept = self._kept.get(stream)
            if kept is not None:
                self._kept.used(stream)
        if kept is not None:
            with self._database.read() as cursor:
                if self._version(cursor, stream) == kept[0]:
                    return kept[1]
        with self._database.snapshot() as cursor:
            version = self._version(cursor, stream)
            access = access_of(cursor, self._collection, stream)
        with self._lock:
            self._kept.keep(stream, (version, access), _size(access))
        return access

    def _version(self, cursor: Cursor, stream: int) -> int:
        asked = {"collection": self._collection, "stream": stream}
        row = cursor.row(statement("catalogue", "last_version"), asked)
        return -1 if row is None or row[0] is None else int(row[0])


def _size(access: Access) -> int:
    return 1 + len(access.restrictions) + len(access.erasures)


def access_of(cursor: Cursor, collection: int, stream: int) -> Access:
    """The access of a story: the same as `StoryState.access`, without replay."""
    key = {"collection": collection, "stream": stream}
    restrictions = cursor.rows(statement("catalogue", "restrictions"), key)
    erasures = cursor.rows(statement("catalogue", "erasures"), key)
    return Access(
        tuple(map(_restriction, restrictions)),
        tuple(_erasure(list(rows)) for _, rows in groupby(erasures, key=lambda row: row[2])),
    )


def _restriction(row: Row) -> Restriction:
    position, recorded_at, actor, revision, restored, until, *note = row
    return Restriction(position, recorded_at, actor, revision, bool(restored), until, _ref(*note))


def _erasure(rows: list[Row]) -> Erasure:
    """The erasure that several contents went with; they come in the order of the event's own."""
    _, _, position, recorded_at, actor, revision, part, number, *refs = rows[0]
    return Erasure(
        position,
        recorded_at,
        actor,
        revision,
        PARTS[int(part)],
        number,
        tuple(ErasedContent(_KINDS[int(row[0])], row[1]) for row in rows),
        _ref(*refs[:3]) if refs[0] is not None else None,
        _ref(*refs[3:]),
    )


def _ref(ordinal: int, length: int, commitment: bytes) -> ContentRef:
    return ContentRef(ordinal, length, bytes(commitment).hex())
