"""What was restricted and erased of a story, found by index."""

from __future__ import annotations

from itertools import groupby

from variorum.adapters.catalogue.codes import PARTS
from variorum.adapters.contents.store import KIND_NUMBERS
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.domain.access import Access, Erasure, Restriction
from variorum.domain.content import ContentRef, ErasedContent

_KINDS = {number: kind for kind, number in KIND_NUMBERS.items()}


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
