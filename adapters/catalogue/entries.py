"""A story's entry out of its row."""

from __future__ import annotations

from variorum.adapters.database.port import Row
from variorum.domain.content import ContentRef
from variorum.domain.ports import StoryEntry
from variorum.domain.times import DateOrder

WIDTH = 12
"""How many columns a story has, in `story.sql` and where others select the same."""


def entry_from(row: Row) -> StoryEntry:
    """The entry of a row: stream, id, position, recorded_at, zone, date_order, outlet, address,
    description, its commitment, whether anything was taken down, whether it was amended.
    """
    key, story, position, recorded_at, zone, order, outlet, address = row[:8]
    description, commitment, taken_down, amended = row[8:WIDTH]
    return StoryEntry(
        key=key,
        id=story,
        position=position,
        recorded_at=recorded_at,
        zone=zone,
        date_order=DateOrder(order) if order else None,
        outlet=outlet,
        address=bytes(address).hex() if address else None,
        description=None
        if description is None
        else ContentRef(ordinal=description, length=0, commitment=bytes(commitment).hex()),
        taken_down=bool(taken_down),
        amended=bool(amended),
    )
