"""What was said of a story after it was opened, found by index."""

from __future__ import annotations

from variorum.adapters.catalogue.codes import MERGED, REDESCRIBED, UNMERGED
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.domain.amendments import Amendment, Merger, Parting, Redescription, Redirection
from variorum.domain.content import ContentRef
from variorum.domain.times import DateOrder


def amendments_of(cursor: Cursor, collection: int, stream: int) -> list[Amendment]:
    """The amendments of a story: the same as `StoryState.amendments`, without replay."""
    key = {"collection": collection, "stream": stream}
    return list(map(_amendment, cursor.rows(statement("catalogue", "amendments"), key)))


def _amendment(row: Row) -> Amendment:
    position, kind, zone, order, outlet, address, description, commitment = row[:8]
    other, first, revisions = row[8:]
    if kind == REDESCRIBED:
        return Redescription(
            position,
            zone,
            DateOrder(order) if order else None,
            outlet,
            bytes(address).hex() if address else None,
            None
            if description is None
            else ContentRef(ordinal=description, length=0, commitment=bytes(commitment).hex()),
        )
    if kind == MERGED:
        return Merger(position, other, first, revisions)
    return Parting(position, other) if kind == UNMERGED else Redirection(position, other)
